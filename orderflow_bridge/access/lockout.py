"""When a sign-in is locked after failed ones. axes counts; these are our rules (settings AXES_*).

A name is locked at an address after a few failures there. An address with many failures is locked
for every name, and a name with many failures, from however many addresses, at every address. The
last two do not hold for a name at an address from which it has signed in before: so nobody
elsewhere locks OrderFlow out, and whoever guesses from many addresses gets a bounded number of
tries.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.contrib.auth.models import User
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop

from orderflow_bridge.access.models import FailedSignIn, KnownAddress
from orderflow_bridge.configuration.selectors import web_services

# How many times the failures that lock a name at one address lock it everywhere, or the address.
SPREAD = 5
NOTED_AT_MOST_EVERY = timedelta(days=1)
KNOWN_FOR = timedelta(days=90)
_OF_ONE_SUBSCRIBER = 64  # bits of an IPv6 address that whoever has one can choose at will


class Lock(StrEnum):
    """Who is locked, as the admin shows it."""

    HERE = gettext_noop("Locked")
    ADDRESS = gettext_noop("Address locked")
    NAME = gettext_noop("Locked at new addresses")


@dataclass(frozen=True)
class Failures:
    """Recent failures: of a name at an address, of the address, of the name."""

    here: int
    address: int
    name: int


def lock_of(failures: Failures, limit: int) -> Lock | None:
    """Judge failures; `limit` is how many lock a name at one address."""
    if failures.here >= limit:
        return Lock.HERE
    if failures.address >= limit * SPREAD:
        return Lock.ADDRESS
    return Lock.NAME if failures.name >= limit * SPREAD else None


def failures_of(username: str | None, address: str | None, since: datetime) -> Failures:
    """Count failures since a time. Callers without an address are not one address."""
    of_name, of_address = Q(username=username), Q(ip_address=address)
    counted = FailedSignIn.objects.filter(of_name | of_address, attempt_time__gte=since).aggregate(
        here=Sum("failures_since_start", filter=of_name & of_address),
        address=Sum("failures_since_start", filter=of_address),
        name=Sum("failures_since_start", filter=of_name),
    )
    if address is None:
        counted["address"] = 0
    return Failures(**{name: count or 0 for name, count in counted.items()})


class LockoutHandler(AxesDatabaseHandler):
    """axes' own handler with our rules. What it counts and forgets is of a name at an address."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Tell whether an attempt is refused whatever the password."""
        username, address = (credentials or {}).get("username"), request.axes_ip_address
        since = request.axes_attempt_time - cooloff_time()
        lock = lock_of(failures_of(username, address, since), web_services().max_failures)
        known = KnownAddress.objects.filter(user__username=username, address=address)
        return lock is Lock.HERE or (lock is not None and not known.exists())

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Remember from where somebody has signed in to the admin."""
        super().user_logged_in(sender, request, user, **kwargs)
        note_address(user, request.axes_ip_address)


def note_address(user: User, address: str | None) -> None:
    """Remember that a user has signed in from an address; at most one write a day."""
    if address is None:
        return
    now = timezone.now()
    known = KnownAddress.objects.filter(user=user, address=address).first()
    if known is None or now - known.last_used_at >= NOTED_AT_MOST_EVERY:
        KnownAddress.objects.update_or_create(
            user=user, address=address, defaults={"last_used_at": now}
        )


def forget_unused_addresses() -> None:
    """Forget addresses from which nobody has signed in for a long time."""
    KnownAddress.objects.filter(last_used_at__lt=timezone.now() - KNOWN_FOR).delete()


def failure_limit(request: HttpRequest | None, credentials: dict[str, Any] | None) -> int:
    """Return how many failures in a row lock a username at one address."""
    return web_services().max_failures


def cooloff_time(request: HttpRequest | None = None) -> timedelta:
    """Return how long failures count, and so how long after the last one a lockout lasts."""
    return timedelta(seconds=web_services().lockout_seconds)


def client_address(request: HttpRequest) -> str | None:
    """Return the caller's address as the server saw it; a header could claim any other.

    Of an IPv6 address it is the network, 64 bits, which belongs to one subscriber.
    """
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> _OF_ONE_SUBSCRIBER << _OF_ONE_SUBSCRIBER))


def locked_out_response(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Keep the answer of the address: a lockout must look like a wrong password."""
    return response
