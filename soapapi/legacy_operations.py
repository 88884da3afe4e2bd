"""What Magento 1's operations do, whichever of its two dialects they are called in."""

from imports.inbox import accept_inventory, accept_shipment
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import grant_token, revoke_token
from soapapi.calls import Call, Guard
from soapapi.despatches import despatch_of
from soapapi.inputs import given, message_id, message_number
from soapapi.rows import Row
from soapapi.signing_in import signed_in

ANYBODY = {"guard": Guard("Magento", None)}
IMPORTERS = {"guard": Guard("Magento", ORDERFLOW_IMPORT)}


def log_in(call: Call, username: str | None, key: str | None) -> str:
    """Return a new session. Raises Refusal if the caller is not let in."""
    user = signed_in(call, given("username", username), given("apiKey", key))
    return grant_token(user, idle_seconds=call.limits.session_seconds)


def end_session(session: str | None) -> bool:
    """End a session, if there is one."""
    if session:
        revoke_token(session)
    return True


def take_stock(
    call: Call, quantities: list[Row] | None, sequences: list[Row] | None, number: str | None
) -> str:
    """Queue a stock message and return its answer. Raises Refusal if something is missing."""
    identity = message_number("messageSeqId", number)
    pairs = given("skusQty", quantities)
    return accept_inventory(
        message_id=identity,
        quantities=[(pair[0], pair[1], None) for pair in pairs],
        sequences=given("skusSeqId", sequences),
        body=call.body,
        received_by=call.caller.username,
    )


def take_despatch(
    call: Call, order: str | None, items: list[Row] | None, number: str | None, **texts: str | None
) -> str:
    """Queue a despatch and return its answer. Raises Refusal if it names no order or no id."""
    identity = message_id("messageSeqId", given("messageSeqId", number))
    despatch = despatch_of(
        order=given("orderIncrementId", order),
        items=items or (),
        tracks=(),
        sequence_id=identity,
        **texts,
    )
    return accept_shipment(
        despatch=despatch,
        message_id=identity,
        body=call.body,
        received_by=call.caller.username,
    )
