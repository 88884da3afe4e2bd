"""Who is calling, and what the caller may do: one SQL query per message (docs/contract/rest.md)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from orderflow_bridge.access.integrations.models import PREFIX
from orderflow_bridge.access.integrations.selectors import networks_in
from orderflow_bridge.access.integrations.services import note_used
from orderflow_bridge.access.models import AccessToken, FailedSignIn, token_digest
from orderflow_bridge.access.networks import is_listed
from orderflow_bridge.access.rights import ANY_RIGHT, ORDERFLOW_IMPORT, SEE_PEOPLE, is_reading
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import SELF_TEST
from orderflow_bridge.common.statements import execute_planned
from orderflow_bridge.configuration.selectors import web_services

# A row for each right, or one row without any. An inactive user has none: out at once. The end of
# a token is wanted, and each row's time read, only where it moves. A token is a user's or an
# integration's; both are asked for in one statement, since one round trip is most of its cost.
_CALLER = """
SELECT token.id, CASE WHEN token.idle_seconds IS NOT NULL THEN token.expires_at END,
       token.idle_seconds, token.password_digest, person.password,
       person.id, person.username, person.is_superuser, kind.app_label, permission.codename,
       NULL, NULL, NULL, NULL
FROM access_accesstoken token
JOIN auth_user person ON person.id = token.user_id AND person.is_active
LEFT JOIN (
    SELECT user_id, permission_id FROM auth_user_user_permissions
    UNION ALL
    SELECT member.user_id, granted.permission_id
    FROM auth_user_groups member
    JOIN auth_group_permissions granted ON granted.group_id = member.group_id
) given ON given.user_id = person.id
LEFT JOIN auth_permission permission ON permission.id = given.permission_id
LEFT JOIN django_content_type kind ON kind.id = permission.content_type_id
WHERE token.digest = %s AND token.expires_at > %s
    AND NOT EXISTS (
        SELECT 1 FROM access_accessend finish
        WHERE finish.user_id = person.id AND finish.ends_at <= %s
    )
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, integration.name, integration.has_all_rights,
       kind.app_label, permission.codename,
       integration.id, integration.is_read_only, integration.networks, integration.last_used_at
FROM integrations_integration integration
LEFT JOIN integrations_integration_permissions given
    ON given.integration_id = integration.id AND NOT integration.has_all_rights
LEFT JOIN auth_permission permission ON permission.id = given.permission_id
LEFT JOIN django_content_type kind ON kind.id = permission.content_type_id
WHERE integration.token_digest = %s AND integration.state = 'active'
    AND (integration.ends_at IS NULL OR integration.ends_at > %s)
"""
_WRITE_AT_MOST_EVERY = timedelta(minutes=1)
USERS_NAMED = 3


@dataclass(frozen=True)
class Caller:
    """Somebody at an endpoint: a user, or an integration. A guest has no id, no name and no rights.

    `is_superuser` says that he has all rights; `is_read_only`, that only those to read count.
    """

    user_id: int | None = None
    username: str = ""
    rights: frozenset[str] = frozenset()
    is_superuser: bool = False
    integration_id: int | None = None
    is_read_only: bool = False

    @property
    def is_authenticated(self) -> bool:
        """Whether the caller showed a valid token, or has signed."""
        return self.user_id is not None or self.integration_id is not None

    def may(self, right: str) -> bool:
        """Whether the caller has a right, named as in access/rights.py."""
        if right == ANY_RIGHT:
            return self.is_superuser or (self.is_authenticated and bool(self.rights))
        has_all = self.is_superuser and not (self.is_read_only and not is_reading(right))
        return has_all or right in self.rights

    def get_all_permissions(self) -> frozenset[str]:
        """Return the rights, under the name by which Django asks a user for them."""
        return self.rights


GUEST = Caller()


@dataclass(frozen=True)
class SoapEndpoint:
    """OrderFlow's properties "Magento 2 API SOAP base URL" and "SOAP User"."""

    address: str
    users: list[str]


def bearer_token(header: str | None) -> str | None:
    """Return the token of an `Authorization` header: "Bearer" in any case, one space, the token.

    Every other form is no token, and its sender a guest.
    """
    parts = (header or "").split(" ")
    if len(parts) != 2 or parts[0].lower() != "bearer":
        return None
    return parts[1] or None


def caller_of(token: str | None, *, address: str | None = None) -> Caller:
    """Return who is calling. An unknown or expired token, or a disabled user, makes a guest.

    `address` is the peer's IP address (REMOTE_ADDR, never a header). A guest from one of the
    configured anonymous addresses may import, as every caller of Magento's module may.
    This is the one read that may write: a Magento 1 session lives on by being used, and when an
    integration was used is noted.
    """
    caller = _owner_of(token, address) if token else GUEST
    if caller is GUEST and address and is_listed(address, web_services().anonymous_addresses):
        return Caller(username=f"anonymous ({address})", rights=frozenset({ORDERFLOW_IMPORT}))
    return caller


def importing_users() -> QuerySet[User]:
    """Return the active users that OrderFlow may come in as: with the right OrderFlow Import.

    Superusers, who may do everything, are not meant: OrderFlow gets a user of its own. Nor is the
    self-test's, which has no password.
    """
    return (
        User.objects.with_perm(
            ORDERFLOW_IMPORT,
            is_active=True,
            include_superusers=False,
            backend="django.contrib.auth.backends.ModelBackend",
        )
        .exclude(username=SELF_TEST)
        .exclude(access_end__ends_at__lte=clock.now())
        .order_by("pk")
    )


def failed_sign_ins() -> QuerySet[FailedSignIn]:
    """Return failures, each with those that still count: `here`, `of_address` and `of_name`."""
    failures: QuerySet[FailedSignIn] = FailedSignIn.objects.annotate(
        here=_recent("username", "ip_address"),
        of_address=_recent("ip_address"),
        of_name=_recent("username"),
    )
    return failures


def soap_endpoint(request: HttpRequest) -> SoapEndpoint:
    """Return the way in, under the name that the admin is called by."""
    users = [user.get_username() for user in importing_users()[:USERS_NAMED]]
    return SoapEndpoint(request.build_absolute_uri("/soap/default"), users)


def _recent(*columns: str) -> Coalesce:
    """Sum up the failures that still count and have these columns in common with a row."""
    since = clock.now() - timedelta(seconds=web_services().lockout_seconds)
    alike = {column: OuterRef(column) for column in columns}
    total = (
        FailedSignIn.objects.filter(**alike, attempt_time__gte=since)
        .order_by()
        .values(columns[0])
        .annotate(total=Sum("failures_since_start"))
        .values("total")
    )
    return Coalesce(Subquery(total), 0)


def integration_caller(
    pk: int, name: str, rights: frozenset[str], *, has_all_rights: bool, is_read_only: bool
) -> Caller:
    """Return an integration as a caller. One that only reads has none of the other rights."""
    if is_read_only:
        rights = frozenset(each for each in rights if is_reading(each) or each == SEE_PEOPLE)
    return Caller(
        None,
        f"{PREFIX}{name}",
        rights,
        is_superuser=has_all_rights,
        integration_id=pk,
        is_read_only=is_read_only,
    )


def _owner_of(token: str, address: str | None) -> Caller:
    now = clock.now()
    at = connection.ops.adapt_datetimefield_value(now)
    digest = token_digest(token)
    with connection.cursor() as cursor:
        execute_planned(cursor, _CALLER, (digest, at, at, digest, at))
        rows = cursor.fetchall()
    if not rows:
        return GUEST
    rights = frozenset(f"{row[8]}.{row[9]}" for row in rows if row[9])
    token_id, expires_at, idle_seconds, password_digest, password, *person = rows[0]
    if token_id is None:
        return _integration_of(rows[0], rights, address, now)
    if token_digest(password) != password_digest:
        return GUEST
    user_id, username, is_superuser = person[:3]
    if idle_seconds is not None:
        _extend_session(
            token_id, idle_seconds=idle_seconds, expires_at=_as_time(expires_at), now=now
        )
    return Caller(user_id, username, rights, bool(is_superuser))


def _integration_of(
    row: tuple[Any, ...], rights: frozenset[str], address: str | None, now: datetime
) -> Caller:
    """Return the integration of a row of _CALLER, a guest where it may not call from."""
    name, has_all_rights, _, _, pk, is_read_only, networks, last_used_at = row[6:]
    if networks and not is_listed(address or "", networks_in(networks)):
        return GUEST
    note_used(pk, last_used_at and _as_time(last_used_at), now, address)
    return integration_caller(
        pk, name, rights, has_all_rights=bool(has_all_rights), is_read_only=bool(is_read_only)
    )


def _extend_session(
    token_id: int, *, idle_seconds: int, expires_at: datetime, now: datetime
) -> None:
    """Let a Magento 1 session live on by being used: its end moves on to `idle_seconds` from now,
    unless that was done just now.
    """
    end = now + timedelta(seconds=idle_seconds)
    if end - expires_at >= _WRITE_AT_MOST_EVERY:
        AccessToken.objects.filter(pk=token_id, expires_at__lt=end).update(expires_at=end)


def _as_time(value: datetime | str) -> datetime:
    """Read a time as raw SQL returns it: SQLite gives text without a zone, meaning UTC."""
    time = parse_datetime(value) if isinstance(value, str) else value
    if time is None:
        raise ValueError(f"{value!r} is not a time")
    return time if time.tzinfo else time.replace(tzinfo=UTC)
