"""Counting calls that are refused: a caller with a wrong login is no silence (docs/problems.md).

By the hour, per address, user name, reason and way in. A flood costs no more than a statement a
second in each process, and a bounded number of rows; a call that is accepted costs one look a
minute.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.contrib.auth.models import User
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, connection
from django.db.models import F, Q
from django.http import HttpRequest

from orderflow_bridge.access.integrations.models import PREFIX, Integration
from orderflow_bridge.access.integrations.selectors import find_by_token, may_call_from
from orderflow_bridge.access.lockout import (
    client_address,
    cooloff_time,
    failures_of,
    lock_of,
)
from orderflow_bridge.access.models import AccessToken, RefusedCall, token_digest
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import SELF_TEST
from orderflow_bridge.configuration.selectors import web_services

Reason = RefusedCall.Reason
RECENT = timedelta(minutes=10)
LOOKED_BACK = timedelta(hours=1)
WRITES_A_MINUTE = 60
# So many callers are told apart in an hour by one process; further ones are counted as one.
TOLD_APART = 200
OTHERS = "other callers"
NAMED = 3
DAY = timedelta(days=1)
_MINUTE = 60.0
_LONGEST_USERNAME = 150
_LONGEST_TEXT = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Caller:
    """What makes refused calls the same ones."""

    hour: datetime
    address: str
    username: str
    is_user: bool
    reason: str
    endpoint: str


class Unwritten:
    """What this process has counted and not yet written, and how much it may write. For threads."""

    def __init__(self, writes_a_minute: int = WRITES_A_MINUTE) -> None:
        self._most_writes = writes_a_minute
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self._counts: dict[Caller, tuple[int, str, str]] = {}
        self._known: set[Caller] = set()
        self._hour: datetime | None = None
        self._minute = float("-inf")
        self._writes = 0

    def add(self, caller: Caller, text: str, url: str) -> dict[Caller, tuple[int, str, str]]:
        """Count a call; return what is to be written now, if this minute allows it."""
        with self._lock:
            if caller.hour != self._hour:
                self._hour, self._known = caller.hour, set()
            if caller not in self._known and len(self._known) >= TOLD_APART:
                caller = Caller(caller.hour, "", "", False, caller.reason, caller.endpoint)
            self._known.add(caller)
            self._counts[caller] = (self._counts.get(caller, (0,))[0] + 1, text, url)
            if time.monotonic() - self._minute >= _MINUTE:
                self._minute, self._writes = time.monotonic(), 0
            if self._writes >= self._most_writes:
                return {}
            self._writes += 1
            counted, self._counts = self._counts, {}
            return counted

    @property
    def is_full(self) -> bool:
        """Whether this minute's statements are used up: then nobody is looked up either."""
        with self._lock:
            started = time.monotonic() - self._minute
            return started < _MINUTE and self._writes >= self._most_writes


_unwritten = Unwritten()
# When an accepted caller was last looked for among the refused ones, by the monotonic clock.
_looked: dict[tuple[str, str], float] = {}


def note_refused(
    request: HttpRequest,
    reason: Reason,
    *,
    username: str = "",
    token: str | None = None,
    text: str = "",
) -> None:
    """Count a refused call.

    NO_LOGIN and PASSWORD are looked into: whose `token` it was that was shown, and whether the user
    of the name is there, active and not locked. Never raises: the caller is refused all the same.
    """
    try:
        if reason is Reason.NO_LOGIN:
            username = ""
        is_user = bool(username) and reason is not Reason.PASSWORD
        if not _unwritten.is_full:
            if reason is Reason.NO_LOGIN and token:
                reason, username = _about(token, request.META.get("REMOTE_ADDR"))
                is_user = bool(username)
            elif reason is Reason.PASSWORD:
                reason, is_user = _about_sign_in(username, client_address(request))
        now = clock.now()
        caller = Caller(
            hour=now.replace(minute=0, second=0, microsecond=0),
            address=client_address(request) or "",
            username=username.replace("\0", "")[:_LONGEST_USERNAME],
            is_user=is_user,
            reason=reason,
            endpoint=_endpoint(request.path),
        )
        counted = _unwritten.add(caller, text.replace("\0", "")[:_LONGEST_TEXT], _called(request))
        if counted:
            _write(counted, now)
            _looked.clear()
    except DatabaseError as error:
        log.warning("refusal_not_counted", error=str(error))


def note_accepted(username: str, request: HttpRequest) -> None:
    """Remember of somebody refused lately that he is accepted now; looks once a minute.

    Never raises: the call is accepted all the same.
    """
    key = (username, request.META.get("REMOTE_ADDR", ""))
    now = time.monotonic()
    if now - _looked.get(key, float("-inf")) < _MINUTE:
        return
    if len(_looked) > TOLD_APART:
        _looked.clear()
    _looked[key] = now
    try:
        at = clock.now()
        theirs = Q(username=username, is_user=True)
        theirs |= Q(address=client_address(request) or "", is_user=False)
        refused = RefusedCall.objects.filter(
            theirs,
            Q(accepted_at=None) | Q(accepted_at__lt=F("last_at")),
            last_at__gte=at - LOOKED_BACK,
        )
        if refused.exists():
            refused.update(accepted_at=at)
    except DatabaseError as error:
        log.warning("acceptance_not_noted", error=str(error))


def subject_of(row: RefusedCall) -> str:
    """Return what a problem calls the caller: the user or integration, else the address."""
    if row.is_user:
        return row.username if is_integration(row) else f"user {row.username}"
    return row.address or OTHERS


def is_integration(row: RefusedCall) -> bool:
    """Tell whether it is an integration, and not a user, that was refused."""
    return row.is_user and row.username.startswith(PREFIX)


def refused_lately() -> list[tuple[str, str, datetime]]:
    """Return who was refused in the last day and not let in again: name, reason, when; newest
    first. The self-test is not: it comes for nothing.
    """
    rows = RefusedCall.objects.filter(
        Q(accepted_at=None) | Q(accepted_at__lt=F("last_at")), last_at__gte=clock.now() - DAY
    ).exclude(username=SELF_TEST)
    return [
        (subject_of(row), row.get_reason_display(), row.last_at)
        for row in rows.order_by("-last_at")[:100]
    ]


def in_words(refused: Iterable[tuple[str, str, datetime]], since: datetime) -> str:
    """Return those who were refused since a time, as the end of a sentence; "" for nobody. Pure.

    "user wms (the user is inactive), 10.0.0.5 (its token is unknown)".
    """
    newest: dict[str, str] = {}
    for name, reason, at in refused:
        if at >= since:
            newest.setdefault(name, reason)
    words = [f"{name} ({reason})" for name, reason in list(newest.items())[:NAMED]]
    more = f" and {len(newest) - NAMED} others" if len(newest) > NAMED else ""
    return ", ".join(words) + more


def forget() -> None:
    """Forget what this process has counted and looked for."""
    _unwritten.forget()
    _looked.clear()


def _about(token: str, address: str | None) -> tuple[Reason, str]:
    """Return why a token is worth nothing, and whose it was; no name if nobody knows it."""
    known = AccessToken.objects.filter(digest=token_digest(token)).select_related("user").first()
    if known is None:
        integration = find_by_token(token)
        if integration is None:
            return Reason.UNKNOWN_TOKEN, ""
        return _about_integration(integration, address), integration.caller_name
    if not known.user.is_active:
        return Reason.INACTIVE, known.user.username
    return Reason.EXPIRED_TOKEN, known.user.username


def _about_integration(integration: Integration, address: str | None) -> Reason:
    if integration.ends_at is not None and integration.ends_at <= clock.now():
        return Reason.ENDED
    return Reason.NO_RIGHT if may_call_from(integration, address) else Reason.NETWORK


def _about_sign_in(username: str, address: str | None) -> tuple[Reason, bool]:
    """Return why a sign-in was refused, and whether there is a user of this name."""
    user = User.objects.filter(username=username).first()
    if user is not None and not user.is_active:
        return Reason.INACTIVE, True
    failures = failures_of(username, address, clock.now() - cooloff_time())
    if lock_of(failures, web_services().max_failures):
        return Reason.LOCKED, user is not None
    return (Reason.PASSWORD, True) if user else (Reason.NO_USER, False)


def _called(request: HttpRequest) -> str:
    """Return the address that was called, as far as it is known."""
    try:
        return request.build_absolute_uri(request.path)[:255]
    except DisallowedHost:
        return f"{request.scheme}://{request.META.get('HTTP_HOST', '')}{request.path}"[:255]
    except KeyError:
        return ""


def _endpoint(path: str) -> str:
    if "v2_soap" in path:
        return RefusedCall.Endpoint.MAGENTO_1
    return RefusedCall.Endpoint.SOAP if path.startswith("/soap") else RefusedCall.Endpoint.REST


_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_UPSERT = """
INSERT INTO access_refusedcall (hour, address, username, is_user, reason, endpoint, count, recent,
    recent_from, first_at, last_at, text, url)
VALUES {rows}
ON CONFLICT (hour, address, username, reason, endpoint) DO UPDATE SET
    count = access_refusedcall.count + excluded.count,
    recent = excluded.recent + CASE WHEN access_refusedcall.recent_from < %s THEN 0
        ELSE access_refusedcall.recent END,
    recent_from = CASE WHEN access_refusedcall.recent_from < %s THEN excluded.recent_from
        ELSE access_refusedcall.recent_from END,
    is_user = excluded.is_user, last_at = excluded.last_at, text = excluded.text, url = excluded.url
"""


def _write(counted: dict[Caller, tuple[int, str, str]], now: datetime) -> None:
    """Add counts to the table: one statement, its rows in the order of the key."""
    adapt = connection.ops.adapt_datetimefield_value
    at, since = adapt(now), adapt(now - RECENT)
    rows = sorted(counted.items(), key=lambda each: repr(each[0]))
    values: list[Any] = []
    for caller, (count, text, url) in rows:
        values += [
            adapt(caller.hour), caller.address, caller.username, caller.is_user, caller.reason,
            caller.endpoint, count, count, at, at, at, text, url,
        ]  # fmt: skip
    sql = _UPSERT.format(rows=", ".join([_ROW] * len(rows)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, since, since])
