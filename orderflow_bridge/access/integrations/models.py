"""Programs that call by credentials of their own, and the nonces they have used.

docs/integrations.md tells how they are used.
"""

import secrets

from django.contrib.auth.models import Permission
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_noop
from encrypted_fields.fields import EncryptedTextField

from orderflow_bridge.common.translation import gettext_lazy as _

PREFIX = "integration "


def new_credential() -> str:
    """Return a new key, secret, token or verifier: 32 characters, as Magento's are."""
    return secrets.token_hex(16)


class Integration(models.Model):
    """A program that calls SOAP and REST: its rights, its bounds and its credentials.

    OAuth computes signatures with the secrets, so they are kept, encrypted; the access token too,
    to be shown again, and as a digest to be found by. `networks` are addresses and networks,
    separated by commas; "" admits every address. While its own system fetches its token
    (`WAITING`), there are a verifier, and then a request token, until `exchange_until`.
    """

    class State(models.TextChoices):
        """Where its credentials stand."""

        NEW = "new", _("Not activated")
        WAITING = "waiting", _("Waiting for its system")
        ACTIVE = "active", _("Active")
        REVOKED = "revoked", _("Revoked")

    name = models.CharField(_("Name"), max_length=100, unique=True)
    callback_url = models.CharField(_("Callback URL"), max_length=500, blank=True, default="")
    identity_link_url = models.CharField(
        _("Identity Link URL"), max_length=500, blank=True, default=""
    )
    has_all_rights = models.BooleanField(default=False)
    permissions = models.ManyToManyField(
        Permission, verbose_name=_("Resources"), blank=True, related_name="integrations"
    )
    is_read_only = models.BooleanField(_("Read-only"), default=False)
    networks = models.TextField(_("Networks"), blank=True, default="")
    ends_at = models.DateTimeField(_("Ends"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    consumer_key = models.CharField(_("Consumer Key"), max_length=32, unique=True)
    consumer_secret = EncryptedTextField("consumer secret")
    token_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001  # many have none
    token = EncryptedTextField("access token", null=True)
    token_secret = EncryptedTextField("access token secret", null=True)
    verifier_digest = models.CharField(max_length=64, default="", blank=True)
    request_digest = models.CharField(max_length=64, default="", blank=True)
    request_secret = EncryptedTextField("request token secret", null=True)
    exchange_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("Created"), default=timezone.now)
    activated_at = models.DateTimeField(_("Activated"), null=True)
    last_used_at = models.DateTimeField(_("Last Used"), null=True)
    last_used_from = models.CharField(_("Last Used From"), max_length=45, default="", blank=True)

    class Meta:
        ordering = ("name",)
        permissions = (
            ("issue_credentials", gettext_noop("Activate, rotate and revoke")),
            ("show_credentials", gettext_noop("Show credentials")),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def caller_name(self) -> str:
        """What it is called among callers, where no user can have its name."""
        return f"{PREFIX}{self.name}"


class UsedNonce(models.Model):
    """A nonce that came in a signed call: it is not accepted again, by any process.

    `timestamp` is the call's, in seconds since 1970: once it is too old, the call is refused so.
    """

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="nonces")
    timestamp = models.BigIntegerField(db_index=True)
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("integration", "timestamp", "digest"), name="integrations_nonce_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.integration} at {self.timestamp}"
