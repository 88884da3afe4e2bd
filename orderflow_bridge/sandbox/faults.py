"""Misbehaviour on demand: which call goes wrong how is decided by a seed, not by chance.

The fate of the n-th call at an endpoint depends on the seed, the endpoint and n alone, so a run can
be repeated exactly, however its calls to different endpoints are mixed.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.sandbox.answers import HTML, Answer, document, exception, result, unauthorised

PUSHES, FETCHES, LOGINS, CERTIFICATE = "pushes", "fetches", "logins", "certificate"
ENDPOINTS = {
    "remoteorder/order/update.xml": "Order notifications",
    "remotewarehouse/product/update.xml": "Product notifications",
    "remoteorder/order/cancel.xml": "Order cancellations",
    "remoteorder/order/detail.xml": "Order details",
    "remotewarehouse/inventory.xml": "Inventory",
    "remotewarehouse/imports/importitems.xml": "Product and return imports",
    "remoteorder/imports/importitems.xml": "Order imports",
}


class Kind(StrEnum):
    """A way for an answer to go wrong; the value is what the page shows."""

    TIME_OUT = "Time-out"
    UNAUTHORISED = "401"
    THROTTLED = "429"
    BROKEN = "500"
    UNAVAILABLE = "503"
    ERROR_PAGE = "HTML error page"
    LOGIN_PAGE = "Login page"
    TRUNCATED = "Truncated XML"
    SLOW = "Slow"
    DRIPPING = "Dripping"
    EMPTY = "Empty body"
    EXCEPTION = "Nested exception"
    NO_OPERATION = "No operation"


class PushKind(StrEnum):
    """What may happen to a message to the shop."""

    DUPLICATE = "Sent twice"
    REORDER = "Held back until after the next"
    FORGOTTEN = "Never written"
    LOST = "Lost on its way"
    NOTHING_LEFT = "All stock at zero"
    UNKNOWN_SKU = "With a SKU the shop lacks"
    TOO_MANY = "One unit more than ordered"
    OLD_ONE = "Followed by an old message"


class FetchKind(StrEnum):
    """What may become of something announced."""

    FORGOTTEN = "Never fetched"
    SWALLOWED = "Fetched and lost"


class LoginKind(StrEnum):
    """How OrderFlow may come to the shop's address without being let in."""

    WRONG_PASSWORD = "Wrong password"  # noqa: S105
    WRONG_TOKEN = "Wrong token"  # noqa: S105


class CertificateKind(StrEnum):
    """What may be wrong with the certificate that is shown to a caller by HTTPS."""

    ENDED = "Ended yesterday"
    ENDS_SOON = "Ends in three days"


# What can go wrong, and in which ways: OrderFlow's endpoints, and what it does of itself.
PLACES: dict[str, tuple[str, type[StrEnum]]] = {
    **{path: (name, Kind) for path, name in ENDPOINTS.items()},
    PUSHES: ("Pushes", PushKind),
    FETCHES: ("Fetches", FetchKind),
    LOGINS: ("Logins", LoginKind),
    CERTIFICATE: ("Certificate", CertificateKind),
}


# With these the call was understood and carried out; only its answer goes wrong.
CARRIED_OUT = frozenset({Kind.TIME_OUT, Kind.TRUNCATED, Kind.SLOW, Kind.DRIPPING, Kind.EMPTY})


class BadRates(BridgeError):
    """The percentages of an endpoint do not make sense."""


@dataclass
class Faults:
    """The settings of the page: percentages by endpoint and kind, and how long is slow."""

    seed: int = 0
    rates: dict[str, dict[str, int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    hang_seconds: float = 70.0
    slow_seconds: float = 5.0

    def next_fate(self, endpoint: str) -> str | None:
        """Count a call at an endpoint and return what goes wrong with it, if anything does."""
        nth = self.counts.get(endpoint, 0)
        self.counts[endpoint] = nth + 1
        return fate(self.seed, endpoint, nth, self.rates.get(endpoint, {}))

    def set_rates(self, endpoint: str, rates: Mapping[str, int]) -> None:
        """Replace the percentages of an endpoint. Raises BadRates outside 0–100 in all."""
        if any(rate < 0 for rate in rates.values()) or sum(rates.values()) > 100:
            name, _ = PLACES[endpoint]
            raise BadRates(f"{name}: percentages are 0 or more, and 100 at most together.")
        self.rates[endpoint] = {kind: rate for kind, rate in rates.items() if rate}

    def restart(self, seed: int) -> None:
        """Begin again with a seed: the next call at each endpoint is its first."""
        self.seed = seed
        self.counts = {}


def fate(seed: int, endpoint: str, nth: int, rates: Mapping[str, int]) -> str | None:
    """Return the kind that the n-th call at an endpoint meets, or None. Pure."""
    lot = random.Random(f"{seed} {endpoint} {nth}").random() * 100  # noqa: S311
    for kind in sorted(rates):
        if lot < rates[kind]:
            return kind
        lot -= rates[kind]
    return None


def spoil(kind: Kind, answer: Answer, faults: Faults, *, endpoint: str) -> Answer:
    """Return what is said in place of the right answer, or how that one is said."""
    if kind is Kind.NO_OPERATION:
        return result(_NOTHING_DONE.get(endpoint, "Result 'no_operation'"))
    if kind in _INSTEAD:
        return _INSTEAD[kind]()
    if kind is Kind.TIME_OUT:
        return replace(answer, delay=faults.hang_seconds, is_silent=True)
    if kind is Kind.SLOW:
        return replace(answer, delay=faults.slow_seconds)
    if kind is Kind.DRIPPING:
        return replace(answer, drip=faults.slow_seconds / max(len(answer.body), 1))
    return replace(answer, body=answer.body[: len(answer.body) * 2 // 3])


def _page(title: str, words: str, status: int = 200) -> Answer:
    text = (
        f"<html><head><title>{title}</title></head><body><h2>{title.upper()}</h2>"
        f"<p>{words}</p></body></html>"
    )
    return Answer(text.encode(), status, HTML)


_INSTEAD: dict[Kind, Callable[[], Answer]] = {
    Kind.UNAUTHORISED: unauthorised,
    Kind.THROTTLED: lambda: replace(
        document("<error>Too many requests.</error>", 429), headers={"Retry-After": "5"}
    ),
    Kind.BROKEN: lambda: document("<error>Something broke in the warehouse.</error>", 500),
    Kind.UNAVAILABLE: lambda: _page("Down for maintenance", "Back in a minute.", 503),
    Kind.ERROR_PAGE: lambda: _page("OrderFlow Error", "Something failed."),
    Kind.LOGIN_PAGE: lambda: _page("Sign in", "Your session has ended. Please sign in."),
    Kind.EMPTY: lambda: Answer(b""),
    Kind.EXCEPTION: lambda: exception("rtd.exceptions.ServiceException: the lorry is late"),
}
_NOTHING_DONE = {
    "remoteorder/order/update.xml": "Result 'no_operation' for order",
    "remotewarehouse/product/update.xml": "Result 'no_operation' for product",
    "remoteorder/order/cancel.xml": "No cancel operation performed",
}
