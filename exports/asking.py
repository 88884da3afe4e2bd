"""Calls to OrderFlow about one order: how it stands, and to cancel it.

What OrderFlow answers is told in docs/contract/orderflow-http.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from exports.instances import Admission, EndpointMemory, breaker_policy, client_of, credentials_of
from orderflow_bridge.client import OrderFlowClient, OrderFlowError, RejectedError, Reply
from orderflow_bridge.common.exceptions import ExportNotConfigured
from orderflow_bridge.stores.models import Website

_UNKNOWN_ORDER = b"MissingDataException"


class Verdict(Enum):
    """What OrderFlow said."""

    DONE = auto()
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


def ask_how_it_stands(website: Website, increment_id: str) -> Answer:
    """Ask a website's OrderFlow what it knows of an order; as `call_about_order`."""

    def ask(client: OrderFlowClient) -> Answer:
        try:
            reply = client.order_detail(increment_id)
        except OrderFlowError as error:
            return _answer_of(error)
        return Answer(Verdict.DONE, "", reply.call.as_text(), reply.kept)

    return call_about_order(website, ask)


def ask_to_cancel(website: Website, increment_id: str) -> Answer:
    """Ask a website's OrderFlow to cancel an order; DONE if it is. As `call_about_order`.

    "Nothing done" may mean that it was cancelled before, by a call whose answer was lost; so
    OrderFlow is then asked how the order stands.
    """
    return call_about_order(website, lambda client: _ask(client, increment_id))


def call_about_order(website: Website, call: Callable[[OrderFlowClient], Answer]) -> Answer:
    """Let `call` call a website's OrderFlow. Never raises for what OrderFlow answers.

    Must not be called inside a transaction. An endpoint that is left alone is not called.
    """
    try:
        memory = EndpointMemory(credentials_of(website).base)
        if memory.admit(breaker_policy(website)) is Admission.CLOSED:
            reason = "OrderFlow has failed several times in a row and is left alone for a while."
            return Answer(Verdict.UNREACHABLE, reason)
        with client_of(website, memory=memory) as client:
            answer = call(client)
    except ExportNotConfigured as error:
        return Answer(Verdict.UNREACHABLE, str(error))
    memory.publish(answer.reason)
    return answer


def _answer_of(error: OrderFlowError) -> Answer:
    """Tell a refusal from an order OrderFlow does not know, and both from no answer at all."""
    received = error.reply.kept if error.reply else b""
    if _UNKNOWN_ORDER in received:
        verdict = Verdict.UNKNOWN
    elif isinstance(error, RejectedError):
        verdict = Verdict.REFUSED
    else:
        verdict = Verdict.UNREACHABLE
    return Answer(verdict, str(error), error.call.as_text(), received)


def _ask(client: OrderFlowClient, increment_id: str) -> Answer:
    try:
        reply = client.cancel_order(increment_id)
    except OrderFlowError as error:
        answer = _answer_of(error)
    else:
        return Answer(Verdict.DONE, "", reply.call.as_text(), reply.kept)
    if answer.verdict is Verdict.REFUSED and _is_cancelled_there(client, increment_id):
        return replace(answer, verdict=Verdict.DONE, reason="")
    return answer


def _is_cancelled_there(client: OrderFlowClient, increment_id: str) -> bool:
    try:
        reply = client.order_detail(increment_id)
    except OrderFlowError:
        return False
    return _state_in(reply).lower().startswith("cancel")


def _state_in(reply: Reply) -> str:
    """Return the order's state, given as an attribute or as an element."""
    return reply.root.get("state") or reply.root.findtext("{*}state") or ""
