"""Callers that are refused: who, from where, how often, why, and what lets them in again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.urls import reverse

from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.access.refused_calls import (
    LOOKED_BACK,
    OTHERS,
    RECENT,
    Reason,
    is_integration,
    subject_of,
)
from orderflow_bridge.common.worded import joined, named, nworded, worded, worded_time
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import WebServices
from orderflow_bridge.jobs.selectors import shop_zone
from orderflow_bridge.problems.kinds import CALLER_REFUSED, Severity
from orderflow_bridge.problems.services import Finding, open_problems, settle

ENOUGH = 3
# Whoever calls seldom is refused seldom.
ENOUGH_IN_AN_HOUR = 6
# Somebody else at the address, or another kind of call, may have been let in meanwhile.
QUIET = timedelta(minutes=2)
SHOWN = 20
KEPT = timedelta(days=2)
MOST_ROWS = 20_000
_ADDRESSES_NAMED = 3
# What another call's success says nothing about.
_OF_THE_MESSAGE = (Reason.TOO_LARGE, Reason.NOT_UNDERSTOOD, Reason.NO_OPERATION)

_REMEDIES: Mapping[str, str] = {
    Reason.NO_LOGIN: worded("Give OrderFlow the login of a user with the role OrderFlow Import."),
    Reason.UNKNOWN_TOKEN: worded(
        "Let the caller sign in again with user name and password; a token of another installation"
        " or of before its restore is worth nothing here."
    ),
    Reason.EXPIRED_TOKEN: worded(
        "Let the caller sign in again; if it cannot, make Access Token Lifetime longer."
    ),
    Reason.NO_USER: worded("Correct the user name in OrderFlow, or create the user here."),
    Reason.PASSWORD: worded("Set the user's password anew, and enter the same one in OrderFlow."),
    Reason.LOCKED: worded("Enter the right password in OrderFlow, then release the lock."),
    Reason.INACTIVE: worded("Activate the user."),
    Reason.ENDED: worded("Set a later Last Day of Access, if the caller is to go on."),
    Reason.SECOND_FACTOR: worded(
        "Remove the user's two-factor login: a program that calls cannot type a code."
    ),
    Reason.NO_RIGHT: worded("Give the user the role OrderFlow Import, or the right for the call."),
    Reason.TOO_LARGE: worded(
        "Raise Largest Message and Most Lines, or let OrderFlow send less at once."
    ),
    Reason.SIGNATURE: worded(
        "Enter the integration's four credentials in the caller anew; behind a proxy, see that the"
        " Base URL of Problem Reports is the address that the caller signs."
    ),
    Reason.REPLAYED: worded("Let the caller sign each call anew, with a nonce of its own."),
    Reason.TIMESTAMP: worded("Set the caller's clock: it may be off by ten minutes."),
    Reason.REVOKED: worded(
        "Activate the integration again, and enter its new token in the caller."
    ),
    Reason.NETWORK: worded(
        "Add the address to the integration's Networks, if the caller is its own."
    ),
    Reason.NOT_UNDERSTOOD: worded(
        "Such a message is not kept: let the caller correct and resend it."
    ),
}


def look_for_refused_callers(now: datetime) -> None:
    """Find callers that were refused often lately; it ends when they are let in, or give up.

    Takes four statements, one more while somebody is refused.
    """
    rows = list(
        RefusedCall.objects.filter(last_at__gte=now - LOOKED_BACK).order_by("-last_at")[:1000]
    )
    told = set(open_problems(CALLER_REFUSED).values_list("subject", flat=True)) if rows else set()
    callers = refused_callers(rows, told, now)
    names = [each[0].username for each in callers.values() if each[0].is_user]
    users = dict(User.objects.filter(username__in=names).values_list("username", "pk"))
    findings = [
        _finding(subject, refused, users, shop_zone())
        for subject, refused in list(callers.items())[:SHOWN]
    ]
    if more := list(callers.values())[SHOWN:]:
        findings.append(_others(more))
    settle(CALLER_REFUSED, findings, now=now)
    _forget_old(now)


def refused_callers(
    rows: Iterable[RefusedCall], told: Collection[str], now: datetime
) -> dict[str, list[RefusedCall]]:
    """Return who is in trouble, with the counts of the last hour, newest first; pure.

    `told` are those of whom a problem is open: it goes on until they are let in.
    """
    callers: dict[str, list[RefusedCall]] = {}
    for row in sorted(rows, key=lambda row: row.last_at, reverse=True):
        if not is_over(row, now) and not _may_sign_in_again(row, now):
            callers.setdefault(subject_of(row), []).append(row)
    return {
        subject: refused
        for subject, refused in callers.items()
        if subject in told
        or sum(row.recent for row in refused if row.last_at > now - RECENT) >= ENOUGH
        or sum(row.count for row in refused) >= ENOUGH_IN_AN_HOUR
    }


def is_over(row: RefusedCall, now: datetime) -> bool:
    """Tell whether the caller has been let in since, or has not called for an hour."""
    if row.last_at <= now - LOOKED_BACK:
        return True
    if row.accepted_at is None or row.accepted_at < row.last_at:
        return False
    is_sure = row.is_user and row.reason not in _OF_THE_MESSAGE
    return is_sure or now - row.last_at >= QUIET


def _may_sign_in_again(row: RefusedCall, now: datetime) -> bool:
    """Tell whether a token has only just been found expired: every one does so some time."""
    return row.reason == Reason.EXPIRED_TOKEN and now - row.first_at < QUIET


def _finding(
    subject: str, refused: Sequence[RefusedCall], users: Mapping[str, int], zone: ZoneInfo
) -> Finding:
    newest = refused[0]
    count = sum(row.count for row in refused)
    since = min(row.first_at for row in refused).astimezone(zone)
    return Finding(
        CALLER_REFUSED,
        subject,
        nworded(
            "%(caller)s was refused once at %(time)s at %(endpoint)s: %(reason)s.",
            "%(caller)s was refused %(count)s times since %(time)s at %(endpoint)s: %(reason)s.",
            count,
            caller=_name(newest),
            time=worded_time(since, "time"),
            endpoint=_where(newest, refused),
            reason=named(Reason(newest.reason).label),
        ),
        _remedy(newest),
        _url(newest, users),
        severity=Severity.CRITICAL if newest.is_user else Severity.WARNING,
        count=count,
        evidence={
            "answer": newest.text,
            "called": newest.url,
            "reason": newest.reason,
            "at": newest.last_at.isoformat(),
        },
    )


def _name(row: RefusedCall) -> str:
    if is_integration(row):
        return row.username[0].upper() + row.username[1:]
    if row.is_user:
        return worded("User %(name)s", name=row.username)
    if row.username:
        return worded("A caller as “%(name)s”", name=row.username)
    return worded("A caller")


def _where(newest: RefusedCall, refused: Sequence[RefusedCall]) -> str:
    """Return at which endpoint, and from which addresses."""
    endpoint = named(RefusedCall.Endpoint(newest.endpoint).label)
    addresses = list(dict.fromkeys(row.address for row in refused if row.address))
    if not addresses:
        return endpoint
    first = joined(addresses[:_ADDRESSES_NAMED], ", ")
    more = len(addresses) - _ADDRESSES_NAMED
    if more <= 0:
        return worded("%(endpoint)s from %(addresses)s", endpoint=endpoint, addresses=first)
    return worded(
        "%(endpoint)s from %(addresses)s and %(count)s more addresses",
        endpoint=endpoint,
        addresses=first,
        count=more,
    )


def _remedy(row: RefusedCall) -> str:
    if row.reason == Reason.HOST:
        return worded(
            "It called %(called)s: add the name in it to BRIDGE_ALLOWED_HOSTS, or give OrderFlow an"
            " address with one of the names there.",
            called=row.url,
        )
    if row.reason != Reason.NO_OPERATION:
        return _REMEDIES[row.reason]
    parts = urlsplit(row.url)
    path = "/index.php/api/v2_soap/?wsdl" if "v2_soap" in parts.path else "/soap/default"
    url = f"{parts.scheme}://{parts.netloc}{path}"
    return worded(
        "Give OrderFlow this URL: %(url)s; it called %(called)s.", url=url, called=row.url
    )


def _url(row: RefusedCall, users: Mapping[str, int]) -> str:
    """Return the page that mends it."""
    if row.reason in (*_OF_THE_MESSAGE, Reason.EXPIRED_TOKEN):
        return section_url(WebServices)
    if row.reason == Reason.LOCKED:
        return reverse("admin:access_failedsignin_changelist")
    if is_integration(row):
        return reverse("admin:integrations_integration_changelist")
    if row.is_user and row.username in users:
        return reverse("admin:auth_user_change", args=[users[row.username]])
    return reverse("admin:auth_user_changelist")


def _others(callers: Sequence[Sequence[RefusedCall]]) -> Finding:
    count = sum(row.count for refused in callers for row in refused)
    return Finding(
        CALLER_REFUSED,
        OTHERS,
        worded(
            "%(callers)s further callers were refused %(count)s times in the last hour.",
            callers=len(callers),
            count=count,
        ),
        worded(
            "Many strangers are an attack or a scan: let a firewall admit OrderFlow's addresses"
            " only."
        ),
        reverse("admin:access_failedsignin_changelist"),
        severity=Severity.WARNING,
        count=count,
    )


def _forget_old(now: datetime) -> None:
    """Delete counts of the day before yesterday, and whatever is more than the table may hold."""
    RefusedCall.objects.filter(last_at__lt=now - KEPT).delete()
    surplus = RefusedCall.objects.order_by("-pk").values_list("pk", flat=True)
    if last := surplus[MOST_ROWS : MOST_ROWS + 1].first():
        RefusedCall.objects.filter(pk__lte=last).delete()
