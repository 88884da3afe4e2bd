"""Two-factor login: an authenticator app beside the password, for whoever wants or has to."""

import secrets
from urllib.parse import quote, urlencode

import segno
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django_otp import verify_token

from orderflow_bridge.access.models import AccessEnd, Authenticator, RecoveryCode, token_digest
from orderflow_bridge.common import clock
from orderflow_bridge.configuration.sections import RequiredFor
from orderflow_bridge.configuration.selectors import web_services

ISSUER = "OrderFlow Bridge"
RECOVERY_CODES = 10
# Magento's words to somebody who wants a token for a password alone.
SECOND_FACTOR_NEEDED = "Please use the 2fa provider-specific endpoints to obtain a token."
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for one another
_CODE_LENGTH = 10
_ADMINISTRATION = ("auth.change_user", "auth.change_group")


def with_authenticators(users: QuerySet[User]) -> QuerySet[User]:
    """Return users, each with `has_authenticator`, and `has_ended` if the access is over."""
    devices = Authenticator.objects.filter(user=OuterRef("pk"), confirmed=True)
    ends = AccessEnd.objects.filter(user=OuterRef("pk"), ends_at__lte=clock.now())
    return users.annotate(has_authenticator=Exists(devices), has_ended=Exists(ends))


def authenticator_of(user: User) -> Authenticator | None:
    """Return the authenticator that a user has to show a code of, if any."""
    found: Authenticator | None = Authenticator.objects.filter(user=user, confirmed=True).first()
    return found


def is_required_of(user: User) -> bool:
    """Tell whether a user of the admin must have an authenticator (Configuration → Web Services).

    Administrators are superusers, and whoever may change users, roles or the configuration.
    """
    match web_services().second_factor:
        case RequiredFor.STAFF:
            return True
        case RequiredFor.ADMINISTRATORS:
            held = user.get_all_permissions()
            return (
                user.is_superuser
                or not held.isdisjoint(_ADMINISTRATION)
                or any(right.startswith("configuration.change_") for right in held)
            )
        case _:
            return False


def authenticator_in_making(user: User) -> Authenticator:
    """Return the unconfirmed authenticator of a user who has none yet; its secret stays the same.

    Without that a page that is opened twice would show a picture that does not count any more.
    """
    made: Authenticator
    made, _ = Authenticator.objects.get_or_create(
        user=user, defaults={"name": "Authenticator app", "confirmed": False}
    )
    return made


def confirm(authenticator: Authenticator, code: str) -> list[str]:
    """Switch two-factor login on, if the app shows the right code; return the recovery codes.

    Returns no codes if the code is wrong.
    """
    with transaction.atomic():
        if verify_token(authenticator.user, authenticator.persistent_id, code) is None:
            return []
        Authenticator.objects.filter(pk=authenticator.pk).update(confirmed=True)
        return new_recovery_codes(authenticator)


@transaction.atomic
def new_recovery_codes(authenticator: Authenticator) -> list[str]:
    """Replace the recovery codes and return the new ones, which are never shown again."""
    codes = [
        "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    authenticator.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(authenticator=authenticator, digest=token_digest(code)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def check_code(http_request: HttpRequest, user: User, code: str) -> Authenticator | None:
    """Return the authenticator if its code, or a recovery code, is right.

    A wrong one counts towards the lockout of the user name, as a wrong password does.
    """
    authenticator = authenticator_of(user)
    if authenticator is None:
        return None
    verified = verify_token(user, authenticator.persistent_id, code)
    if isinstance(verified, Authenticator):
        return verified
    user_login_failed.send(
        sender=__name__,
        credentials={"username": user.get_username()},
        request=http_request,
    )
    return None


def switch_off(user: User) -> bool:
    """Take a user's authenticator away, with its recovery codes; tell whether there was one."""
    deleted, _ = Authenticator.objects.filter(user=user).delete()
    return bool(deleted)


def setup_address(authenticator: Authenticator) -> str:
    """Return the address that an authenticator app reads from the picture."""
    label = quote(f"{ISSUER}:{authenticator.user.get_username()}")
    query = urlencode({"secret": authenticator.secret, "issuer": ISSUER}, quote_via=quote)
    return f"otpauth://totp/{label}?{query}"


def picture(authenticator: Authenticator) -> SafeString:
    """Return the address as a QR code: SVG within the page, which no policy has to allow."""
    drawn = segno.make(setup_address(authenticator), error="m").svg_inline(
        scale=5, dark="#000", light="#fff", title=_("QR code for an authenticator app")
    )
    return mark_safe(drawn)  # noqa: S308  # drawn by segno from escaped text
