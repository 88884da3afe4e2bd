"""The incidents that OrderFlow can be let play: one table, told as what OrderFlow does.

An incident is a fault that happens every time, from Play to Stop, and what OrderFlow does at once
so that the shop meets it. docs/problems.md says what the shop makes of each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from orderflow_bridge.problems import kinds
from orderflow_bridge.sandbox import sending
from orderflow_bridge.sandbox.faults import (
    CERTIFICATE,
    ENDPOINTS,
    FETCHES,
    LOGINS,
    PUSHES,
    CertificateKind,
    FetchKind,
    Kind,
    LoginKind,
    PushKind,
)
from orderflow_bridge.sandbox.sandbox import Sandbox
from orderflow_bridge.sandbox.warehouse import NotPossible

Step = Callable[[Sandbox], object]
ENOUGH_CALLS = 3
LONGER_THAN_ANYBODY_WAITS = 90.0
USUALLY_SLOW = 5.0


@dataclass(frozen=True)
class Incident:
    """Something that goes wrong at OrderFlow; `text` says what it does.

    `faults` are places and what goes wrong there every time; `begin` and `end` is what OrderFlow
    does at once when it is played, and to make it good when it is stopped. `problem` is the kind
    that the shop raises, None if it is right to raise none.
    """

    name: str
    title: str
    text: str
    problem: kinds.Kind | None
    faults: Mapping[str, str]
    begin: Step | None = None
    end: Step | None = None


def play(sandbox: Sandbox, incident: Incident) -> str:
    """Let an incident happen until it is stopped; return a sentence about it.

    Another one at the same place ends by it.
    """
    with sandbox.changing() as memory:
        for place, kind in incident.faults.items():
            memory.faults.set_rates(place, {kind: 100})
    return f"“{incident.title}” is being played.{_done(sandbox, incident.begin)}"


def stop(sandbox: Sandbox, incident: Incident) -> str:
    """End an incident, make good what it left, and return a sentence about it."""
    with sandbox.changing() as memory:
        for place in incident.faults if is_playing(sandbox, incident) else ():
            memory.faults.set_rates(place, {})
    return f"“{incident.title}” has ended.{_done(sandbox, incident.end)}"


def is_playing(sandbox: Sandbox, incident: Incident) -> bool:
    """Tell whether an incident is being played."""
    rates = sandbox.memory.faults.rates
    return all(rates.get(place) == {kind: 100} for place, kind in incident.faults.items())


def _done(sandbox: Sandbox, step: Step | None) -> str:
    """Do a step and return what came of it; an empty warehouse has nothing to show."""
    if step is None:
        return ""
    try:
        done = step(sandbox)
    except NotPossible as error:
        return f" {error} Export something in the shop."
    return f" {done}" if done else ""


def _push_one(sandbox: Sandbox) -> object:
    return sending.push_stock(sandbox, [_a_sku(sandbox)])


def _push_often(sandbox: Sandbox) -> object:
    for _ in range(ENOUGH_CALLS - 1):
        _push_one(sandbox)
    return _push_one(sandbox)


def _push_anew(sandbox: Sandbox) -> object:
    """Push all stock with new sequence ids."""
    with sandbox.changing() as memory:
        memory.warehouse.initialize()
    return sending.push_stock(sandbox)


def _count_and_push(sandbox: Sandbox) -> object:
    """Find one unit more of a product, and push it."""
    sku = _a_sku(sandbox)
    with sandbox.changing() as memory:
        memory.warehouse.set_stock(sku, memory.warehouse.record_of(sku).on_hand + 1)
    return sending.push_changes(sandbox)


def _despatch_newest(sandbox: Sandbox) -> object:
    with sandbox.lock:
        orders = [each for each in sandbox.memory.warehouse.orders.values() if each.is_open]
    if not orders:
        raise NotPossible("There is no open order to despatch.")
    return sending.despatch(sandbox, orders[-1].increment_id)


def _answer_for_long(sandbox: Sandbox) -> None:
    with sandbox.changing() as memory:
        memory.faults.slow_seconds = LONGER_THAN_ANYBODY_WAITS


def _answer_as_usual(sandbox: Sandbox) -> None:
    with sandbox.changing() as memory:
        memory.faults.slow_seconds = USUALLY_SLOW


def _a_sku(sandbox: Sandbox) -> str:
    with sandbox.lock:
        sku = next(iter(sandbox.memory.warehouse.stock), None)
    if sku is None:
        raise NotPossible("There is no stock to push.")
    return sku


def _everywhere(kind: Kind) -> dict[str, str]:
    return dict.fromkeys(ENDPOINTS, kind)


_ALL = (
    Incident(
        "refuse",
        "The shop is refused",
        "Answers every call of the shop with 401, as if its password had been changed.",
        kinds.EXPORT_FAILED,
        _everywhere(Kind.UNAUTHORISED),
    ),
    Incident(
        "login-page",
        "A page to sign in",
        "Answers every call of the shop with a web page to sign in, and status 200.",
        kinds.EXPORT_FAILED,
        _everywhere(Kind.LOGIN_PAGE),
    ),
    Incident(
        "away",
        "OrderFlow is away",
        "Answers every call of the shop with 503, down for maintenance.",
        kinds.ENDPOINT_DOWN,
        _everywhere(Kind.UNAVAILABLE),
    ),
    Incident(
        "drip",
        "Answers that drip",
        "Answers byte by byte, for longer than the shop waits.",
        kinds.EXPORT_FAILED,
        _everywhere(Kind.DRIPPING),
        _answer_for_long,
        _answer_as_usual,
    ),
    Incident(
        "stale-certificate",
        "A certificate that has ended",
        "Shows a shop that calls it by HTTPS a certificate that ended yesterday.",
        kinds.EXPORT_FAILED,
        {CERTIFICATE: CertificateKind.ENDED},
    ),
    Incident(
        "ending-certificate",
        "A certificate that ends soon",
        "Shows a shop that calls it by HTTPS a certificate that ends in three days.",
        kinds.MACHINE,
        {CERTIFICATE: CertificateKind.ENDS_SOON},
    ),
    Incident(
        "never-fetch",
        "Nothing is fetched",
        "Says that it has queued what the shop announces, and never fetches it.",
        kinds.NOT_FETCHED,
        {FETCHES: FetchKind.FORGOTTEN},
    ),
    Incident(
        "swallow",
        "An order is swallowed",
        "Fetches what the shop announces, and loses it: no order of it is ever despatched.",
        kinds.LATE_ORDER,
        {FETCHES: FetchKind.SWALLOWED},
    ),
    Incident(
        "wrong-password",
        "A wrong password",
        "Signs in to the shop with a wrong password: its pushes and fetches are refused.",
        kinds.CALLER_REFUSED,
        {LOGINS: LoginKind.WRONG_PASSWORD},
        _push_often,
        _push_one,
    ),
    Incident(
        "wrong-token",
        "A wrong token",
        "Shows the shop a token that is worth nothing there, and does not sign in again.",
        kinds.CALLER_REFUSED,
        {LOGINS: LoginKind.WRONG_TOKEN},
        _push_often,
        _push_one,
    ),
    Incident(
        "forget-push",
        "A push is forgotten",
        "Counts its stock anew and writes no message about it. (The shop must compare stock.)",
        kinds.STOCK_DIFFERS,
        {PUSHES: PushKind.FORGOTTEN},
        _count_and_push,
        sending.push_changes,
    ),
    Incident(
        "lose-message",
        "A message is lost",
        "Takes its messages for sent, and none arrives. (The shop must compare stock.)",
        kinds.STOCK_DIFFERS,
        {PUSHES: PushKind.LOST},
        _count_and_push,
        _push_anew,
    ),
    Incident(
        "empty-push",
        "A push that empties the shop",
        "Pushes all its stock with zero units of everything. (From 50 products on.)",
        kinds.MASS_CHANGE,
        {PUSHES: PushKind.NOTHING_LEFT},
        _push_anew,
        _push_anew,
    ),
    Incident(
        "unknown-sku",
        "An unknown SKU in each push",
        "Counts in every stock message a SKU that the shop does not have.",
        kinds.UNKNOWN_SKU,
        {PUSHES: PushKind.UNKNOWN_SKU},
        _push_one,
    ),
    Incident(
        "over-ship",
        "More is despatched than ordered",
        "Despatches its newest open order with one unit too many.",
        kinds.DESPATCH_FAILED,
        {PUSHES: PushKind.TOO_MANY},
        _despatch_newest,
    ),
    Incident(
        "old-message",
        "Old messages come again",
        "Sends after every message its oldest one again. The shop discards it; nobody is called.",
        None,
        {PUSHES: PushKind.OLD_ONE},
        _count_and_push,
    ),
)
INCIDENTS = {incident.name: incident for incident in _ALL}
