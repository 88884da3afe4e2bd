"""Asking OrderFlow to cancel an order, and what its answer means."""

from dataclasses import replace

from exports.asking import Answer, Verdict, call_about_order, decide
from orderflow_bridge.client import OrderFlowClient, OrderFlowError, Reply
from orderflow_bridge.stores.models import Website


def ask_orderflow(website: Website, increment_id: str) -> Answer:
    """Ask a website's OrderFlow to cancel an order; DONE if it is. As `call_about_order`.

    "Nothing done" may mean that it was cancelled before, by a call whose answer was lost; so
    OrderFlow is then asked how the order stands.
    """
    return call_about_order(website, lambda client: _ask(client, increment_id))


def _ask(client: OrderFlowClient, increment_id: str) -> Answer:
    try:
        reply = client.cancel_order(increment_id)
    except OrderFlowError as error:
        answer = decide(error)
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
