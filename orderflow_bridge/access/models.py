"""Who may come in: tokens of SOAP and REST with their rights, second factors."""

import time
from base64 import b32decode, b32encode
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP
from encrypted_fields.fields import EncryptedTextField

from orderflow_bridge.access.rights import RIGHTS
from orderflow_bridge.common.translation import gettext_lazy as _


def token_digest(token: str) -> str:
    """Return what is stored of a token. Tokens are random: no salt, no slowness needed."""
    return sha256(token.encode(errors="replace")).hexdigest()


class AccessToken(models.Model):
    """A login that has been granted. Only a digest is stored; the token itself is shown once.

    It is worth nothing once its user has another password than when it was granted.
    `idle_seconds` is set for a Magento 1 session: every use moves `expires_at` on. A Magento 2
    token keeps its first expiry.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_tokens"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("Created"), default=timezone.now)
    expires_at = models.DateTimeField(_("Expires"), db_index=True)
    idle_seconds = models.PositiveIntegerField(null=True, blank=True)
    password_digest = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        ordering = ("-id",)
        permissions = (
            ("revoke_accesstoken", gettext_noop("Revoke")),
            *((right.codename, right.title) for right in RIGHTS),
        )

    def __str__(self) -> str:
        values = {"user": self.user, "time": f"{self.expires_at:%Y-%m-%d %H:%M}"}
        return gettext("%(user)s until %(time)s") % values


class AccessEnd(models.Model):
    """When a user's access ends by itself: sign-in, sessions and tokens alike."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_end"
    )
    ends_at = models.DateTimeField(_("Access Ends"))

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user} until {self.ends_at:%Y-%m-%d %H:%M}"


class FullRole(models.Model):
    """A role whose Resource Access is All: it gets the rights of later versions, too."""

    role = models.OneToOneField("auth.Group", on_delete=models.CASCADE, related_name="full")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.role)


class KnownAddress(models.Model):
    """An address from which a user has signed in, and where others cannot lock the user out."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_addresses"
    )
    address = models.GenericIPAddressField()
    last_used_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("user", "address"), name="access_one_known_address"),
        )

    def __str__(self) -> str:
        return f"{self.user} at {self.address}"


class RefusedCall(models.Model):
    """Calls refused in one hour, of one caller for one reason; refused_calls.py counts them.

    `is_user` says that the name is a user's; otherwise it is what a stranger called himself.
    `recent` of the calls came since `recent_from`, which is at most ten minutes before the newest.
    `accepted_at` is when the same caller was last let in.
    """

    class Reason(models.TextChoices):
        NO_LOGIN = "no_login", _("it shows no login")
        UNKNOWN_TOKEN = "unknown_token", _("its token is unknown")
        EXPIRED_TOKEN = "expired_token", _("its token has expired, or the password has changed")
        NO_USER = "no_user", _("there is no user of this name")
        PASSWORD = "password", _("the password is wrong")
        LOCKED = "locked", _("the sign-in is locked after wrong passwords")
        INACTIVE = "inactive", _("the user is inactive")
        ENDED = "ended", _("the user's access has ended")
        SECOND_FACTOR = "second_factor", _("the user has two-factor login and sends no code")
        NO_RIGHT = "no_right", _("the user lacks the right for the call")
        TOO_LARGE = "too_large", _("the message is larger than allowed")
        NOT_UNDERSTOOD = "not_understood", _("the message cannot be understood")
        NO_OPERATION = "no_operation", _("the address called does not have the operation")
        SIGNATURE = "signature", _("the call is not signed as it should be")
        REPLAYED = "replayed", _("the call was sent before")
        TIMESTAMP = "timestamp", _("its clock is wrong")
        REVOKED = "revoked", _("its integration is revoked")
        NETWORK = "network", _("its integration may not call from there")
        HOST = "host", _("it calls by a name that the bridge does not answer to")

    class Endpoint(models.TextChoices):
        SOAP = "soap", _("the SOAP address")
        MAGENTO_1 = "magento_1", _("the Magento 1 address")
        REST = "rest", _("the REST address")

    hour = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True, default="")
    username = models.CharField(max_length=150, blank=True, default="")
    is_user = models.BooleanField(default=False)
    reason = models.CharField(max_length=20, choices=Reason)
    endpoint = models.CharField(max_length=20, choices=Endpoint)
    count = models.PositiveIntegerField(default=0)
    recent = models.PositiveIntegerField(default=0)
    recent_from = models.DateTimeField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    accepted_at = models.DateTimeField(null=True)
    text = models.CharField(max_length=500, blank=True, default="")
    url = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("hour", "address", "username", "reason", "endpoint"),
                name="access_refused_once_an_hour",
            ),
        )

    def __str__(self) -> str:
        return f"{self.username or self.address}: {self.count} in {self.hour:%Y-%m-%d %H}"


class FailedSignIn(AccessAttempt):
    """Failures of one username from one address, counted by axes; lockout.py has the rules."""

    class Meta:
        proxy = True
        ordering = ("-attempt_time",)
        verbose_name = _("failed sign-in")
        permissions = (("release_failedsignin", gettext_noop("Release lockouts")),)

    def __str__(self) -> str:
        return gettext("Attempted Access: %(time)s") % {"time": self.attempt_time}


def new_secret() -> str:
    """Return a fresh secret for an authenticator app: 160 bits in Base32, as RFC 4226 asks."""
    return b32encode(token_bytes(20)).decode()


class Authenticator(ThrottlingMixin, Device):
    """The app on a user's phone that shows a new code every 30 seconds (RFC 6238).

    django-otp's own table would keep the secret in clear; here it is encrypted. An unconfirmed one
    is being set up and asks for nothing yet.
    """

    STEP_SECONDS = 30
    DIGITS = 6
    TOLERATED_STEPS = 1

    secret = EncryptedTextField(default=new_secret)
    last_step = models.BigIntegerField(default=-1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user",), name="access_one_authenticator"),)
        permissions = (("reset_authenticator", gettext_noop("Reset two-factor login")),)

    def verify_token(self, token: str) -> bool:
        """Tell whether a code, or a recovery code, is right. Neither is accepted twice.

        After a failure the next try has to wait: a second, then two, then four (django-otp).
        """
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        given = token.replace(" ", "").replace("-", "").lower()
        if self._is_current(given) or self._spend_recovery_code(given):
            self.throttle_reset(commit=False)
            self.save()
            return True
        self.throttle_increment()
        return False

    def get_throttle_factor(self) -> int:
        """Return how many seconds the first wait is."""
        return 1

    def _is_current(self, code: str) -> bool:
        if not (code.isascii() and code.isdecimal() and len(code) == self.DIGITS):
            return False
        totp: Any = TOTP(b32decode(self.secret), self.STEP_SECONDS, digits=self.DIGITS)
        totp.time = time.time()
        if not totp.verify(int(code), self.TOLERATED_STEPS, self.last_step + 1):
            return False
        self.last_step = totp.t()
        return True

    def _spend_recovery_code(self, code: str) -> bool:
        deleted, _ = self.recovery_codes.filter(digest=token_digest(code)).delete()
        return bool(deleted)


class RecoveryCode(models.Model):
    """A code for the day on which the phone is lost. It is shown once, stored as a digest."""

    authenticator = models.ForeignKey(
        Authenticator, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("authenticator", "digest"), name="access_one_recovery_code"
            ),
        )

    def __str__(self) -> str:
        return f"recovery code of {self.authenticator}"


class ChosenLanguage(models.Model):
    """The language in which a user reads the admin; without a row, the browser's counts."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="chosen_language",
    )
    language = models.CharField(max_length=10)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.language
