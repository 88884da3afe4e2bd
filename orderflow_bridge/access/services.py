"""Sign in, grant and revoke tokens (docs/contract/rest.md, "Authentication")."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, Permission, User, update_last_login
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from orderflow_bridge.access.integrations.services import delete_old_nonces
from orderflow_bridge.access.lockout import client_address, note_address
from orderflow_bridge.access.models import (
    AccessEnd,
    AccessToken,
    FailedSignIn,
    FullRole,
    RefusedCall,
    token_digest,
)
from orderflow_bridge.access.refused_calls import note_accepted, note_refused
from orderflow_bridge.access.second_factor import SECOND_FACTOR_NEEDED, check_code
from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.configuration.selectors import web_services

# Wrong, disabled and locked read alike, so that nobody can find out which usernames exist.
SIGN_IN_REFUSED = gettext_noop(
    "The account sign-in was incorrect or your account is disabled temporarily."
    " Please wait and try again later."
)

ACCESS_ENDED = gettext_noop("Your access has ended. Ask whoever manages the users to extend it.")


class SecondFactorNeeded(BridgeError):
    """The password is right, and not enough: its owner uses two-factor login."""


_LONGEST_USERNAME = 150
_DELETE_AT_ONCE = 1000


def sign_in(
    http_request: HttpRequest, username: str, password: str, *, code: str | None = None
) -> User | None:
    """Return the user, or None if the password is wrong, the user disabled or the username locked.

    Whoever has switched two-factor login on also has to give a `code`; without one the right
    password raises SecondFactorNeeded, with Magento's text.
    A failure is counted towards a lockout; a success forgets earlier failures at its address, which
    is known from then on. A refusal is also counted among the refused calls.
    """
    # axes would read the body as a form, and a failure whose body is none would not be counted.
    http_request = _without_body(http_request)
    if not 0 < len(username) <= _LONGEST_USERNAME or "\0" in username + password:
        return None
    user = authenticate(http_request, username=username, password=password)
    if not isinstance(user, User):
        note_refused(http_request, _why_refused(http_request), username=username)
        return None
    if getattr(user, "has_authenticator", False) and (
        code is None or check_code(http_request, user, code) is None
    ):
        note_refused(http_request, RefusedCall.Reason.SECOND_FACTOR, username=username)
        if code is None:
            raise SecondFactorNeeded(SECOND_FACTOR_NEEDED)
        return None
    address = client_address(http_request)
    FailedSignIn.objects.filter(username=username, ip_address=address).delete()
    note_address(user, address)
    note_accepted(user.username, http_request)
    update_last_login(User, user)
    return user


def grant_token(user: User, *, idle_seconds: int | None = None) -> str:
    """Return a new token of 32 characters.

    It lasts for the configured hours; with `idle_seconds` it is a Magento 1 session instead, which
    ends when it has not been used for so long.
    """
    token = secrets.token_hex(16)
    lifetime = (
        timedelta(hours=web_services().token_hours)
        if idle_seconds is None
        else timedelta(seconds=idle_seconds)
    )
    AccessToken.objects.create(
        user=user,
        digest=token_digest(token),
        password_digest=token_digest(user.password),
        expires_at=clock.now() + lifetime,
        idle_seconds=idle_seconds,
    )
    return token


def revoke_token(token: str) -> None:
    """End a token at once. An unknown one is no error: it is as dead as it should be."""
    AccessToken.objects.filter(digest=token_digest(token)).delete()


def expire_token(token: AccessToken) -> None:
    """End a token that is known by its row; the log cleaner deletes it later."""
    AccessToken.objects.filter(pk=token.pk).update(expires_at=clock.now())


def delete_expired_tokens() -> int:
    """Delete tokens that have expired, a batch at a time; return how many.

    So are the nonces of signed calls that are too old to be accepted.
    """
    delete_old_nonces()
    expired = AccessToken.objects.filter(expires_at__lte=clock.now())
    deleted = 0
    while ids := list(expired.values_list("pk", flat=True)[:_DELETE_AT_ONCE]):
        deleted += AccessToken.objects.filter(pk__in=ids).delete()[0]
    return deleted


def end_tokens_of(user: User) -> None:
    """End all tokens of a user, so that they stay dead when the user is enabled again."""
    AccessToken.objects.filter(user=user).delete()


def release_lockout(username: str, address: str | None = None) -> None:
    """Forget the failed sign-ins of a username, and of an address, so that both may try again."""
    failed = Q(username=username)
    if address is not None:
        failed |= Q(ip_address=address)
    FailedSignIn.objects.filter(failed).delete()


def end_access(user: User, ends_at: datetime | None) -> None:
    """Set when a user's access ends by itself; None takes the end away."""
    if ends_at is None:
        AccessEnd.objects.filter(user=user).delete()
    else:
        AccessEnd.objects.update_or_create(user=user, defaults={"ends_at": ends_at})


def give_everything(role: Group) -> None:
    """Set a role's Resource Access to All: every right there is, and those that come."""
    FullRole.objects.get_or_create(role=role)
    role.permissions.set(Permission.objects.all())


def fill_full_roles() -> None:
    """Give the rights of this version, and of its plugins, to the roles that have them all."""
    for full in FullRole.objects.select_related("role"):
        full.role.permissions.set(Permission.objects.all())


def _why_refused(http_request: HttpRequest) -> RefusedCall.Reason:
    has_ended = vars(http_request).get("access_has_ended", False)
    return RefusedCall.Reason.ENDED if has_ended else RefusedCall.Reason.PASSWORD


def _without_body(http_request: HttpRequest) -> HttpRequest:
    bare = HttpRequest()
    bare.META = http_request.META
    bare.path = http_request.path
    return bare
