"""Calls to OrderFlow about one order, and what it answers (docs/contract/orderflow-http.md)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from exports.breaker import Admission, EndpointMemory
from exports.instances import breaker_policy, client_of, credentials_of
from orderflow_bridge.client import OrderFlowClient, OrderFlowError, RejectedError
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


def ask_how_it_stands(website: Website, increment_id: str) -> Answer:
    """Ask a website's OrderFlow what it knows of an order; as `call_about_order`."""

    def ask(client: OrderFlowClient) -> Answer:
        try:
            reply = client.order_detail(increment_id)
        except OrderFlowError as error:
            return decide(error)
        return Answer(Verdict.DONE, "", reply.call.as_text(), reply.kept)

    return call_about_order(website, ask)


def decide(error: OrderFlowError) -> Answer:
    """Tell a refusal from an order OrderFlow does not know, and both from no answer at all."""
    received = error.reply.kept if error.reply else b""
    if _UNKNOWN_ORDER in received:
        verdict = Verdict.UNKNOWN
    elif isinstance(error, RejectedError):
        verdict = Verdict.REFUSED
    else:
        verdict = Verdict.UNREACHABLE
    return Answer(verdict, str(error), error.call.as_text(), received)
