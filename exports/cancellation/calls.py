"""Asking OrderFlow to cancel an order, and what its answer means."""

from dataclasses import dataclass
from enum import Enum, auto

from exports.breaker import Admission, EndpointMemory
from exports.instances import breaker_policy, client_of, credentials_of
from orderflow_bridge.client import OrderFlowClient, OrderFlowError, RejectedError, Reply
from orderflow_bridge.common.exceptions import ExportNotConfigured
from orderflow_bridge.stores.models import Website

_UNKNOWN_ORDER = b"MissingDataException"


class Verdict(Enum):
    """What OrderFlow said."""

    CANCELED = auto()
    UNKNOWN = auto()  # it has no such order
    REFUSED = auto()
    UNREACHABLE = auto()  # no call, no answer, or nobody knows


@dataclass(frozen=True)
class Answer:
    """OrderFlow's verdict, the reason for people, and what was sent and received."""

    verdict: Verdict
    reason: str = ""
    call: str = ""
    received: bytes = b""


def ask_orderflow(website: Website, increment_id: str) -> Answer:
    """Ask a website's OrderFlow to cancel an order. Never raises for what OrderFlow answers.

    Must not be called inside a transaction. "Nothing done" may mean that it was cancelled before,
    by a call whose answer was lost; so OrderFlow is then asked how the order stands.
    """
    try:
        memory = EndpointMemory(credentials_of(website).base)
        if memory.admit(breaker_policy(website)) is Admission.CLOSED:
            reason = "OrderFlow has failed several times in a row and is left alone for a while."
            return Answer(Verdict.UNREACHABLE, reason)
        with client_of(website, memory=memory) as client:
            answer = _ask(client, increment_id)
    except ExportNotConfigured as error:
        return Answer(Verdict.UNREACHABLE, str(error))
    memory.publish(answer.reason)
    return answer


def _ask(client: OrderFlowClient, increment_id: str) -> Answer:
    try:
        reply = client.cancel_order(increment_id)
    except OrderFlowError as error:
        answer = _decide(error)
    else:
        return Answer(Verdict.CANCELED, "", reply.call.as_text(), reply.kept)
    if answer.verdict is Verdict.REFUSED and _is_cancelled_there(client, increment_id):
        return Answer(Verdict.CANCELED, "", answer.call, answer.received)
    return answer


def _decide(error: OrderFlowError) -> Answer:
    """Tell a refusal from an order OrderFlow does not know, and both from no answer at all."""
    received = error.reply.kept if error.reply else b""
    if _UNKNOWN_ORDER in received:
        verdict = Verdict.UNKNOWN
    elif isinstance(error, RejectedError):
        verdict = Verdict.REFUSED
    else:
        verdict = Verdict.UNREACHABLE
    return Answer(verdict, str(error), error.call.as_text(), received)


def _is_cancelled_there(client: OrderFlowClient, increment_id: str) -> bool:
    try:
        reply = client.order_detail(increment_id)
    except OrderFlowError:
        return False
    return _state_in(reply).lower().startswith("cancel")


def _state_in(reply: Reply) -> str:
    """Return the order's state, given as an attribute or as an element."""
    return reply.root.get("state") or reply.root.findtext("{*}state") or ""
