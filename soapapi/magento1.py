"""Magento 1's SOAP v2: login, then calls, then endSession (docs/contract/soap.md, "The Magento 1
address").

It has two dialects: the usual one, rpc/encoded, which is that of the guide's inventory chapter; and
WS-I, which is document/literal under names of its own.
"""

from typing import Any

from spyne import (
    Array,
    Boolean,
    ComplexModel,
    Date,
    DateTime,
    Integer32,
    Integer64,
    MethodContext,
    Service,
    Unicode,
    rpc,
)

from imports.inbox import accept_inventory
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import grant_token, revoke_token
from soapapi.calls import Call, Guard, given, message_id, message_number
from soapapi.elements import Row
from soapapi.magento_services import signed_in
from soapapi.orderflow_services import queue_despatch
from soapapi.refusals import invalid_input

NAMESPACE = "urn:Magento"
# What the names of all WS-I messages end in, and none of the other dialect's.
WSI_SUFFIX = "Param"
WSI_STOCK = "orderflowInventoryMultiUpdateRequestParam"
WSI_DESPATCH = "orderflowShipmentCreateRequestParam"

_ANYBODY = {"guard": Guard("Magento", None)}
_IMPORTERS = {"guard": Guard("Magento", ORDERFLOW_IMPORT)}


class SkuQuantity(ComplexModel):
    """A quantity of one SKU."""

    __namespace__ = NAMESPACE
    __type_name__ = "skuQty"
    _type_info = [("key", Unicode(min_occurs=1)), ("value", Integer32(min_occurs=1))]


class SkuSequence(ComplexModel):
    """The sequence id of one SKU's quantity."""

    __namespace__ = NAMESPACE
    __type_name__ = "skuSeq"
    _type_info = [
        ("key", Unicode(min_occurs=1)),
        ("value", Integer64(min_occurs=1)),
        ("lastOrderExported", DateTime),
    ]


# What the operations do, without docstrings: Spyne would print them in the WSDLs.


def _log_in(ctx: MethodContext, username: str | None, apiKey: str | None) -> str:
    call: Call = ctx.udc
    user = signed_in(call, given("username", username), given("apiKey", apiKey))
    return grant_token(user, idle_seconds=call.limits.session_seconds)


def _end_session(ctx: MethodContext, sessionId: str | None) -> bool:
    if sessionId:
        revoke_token(sessionId)
    return True


def _take_stock(
    ctx: MethodContext,
    sessionId: str | None,
    skusQty: list[Row] | None,
    skusSeqId: list[Row] | None,
    messageSeqId: str | None,
) -> str:
    call: Call = ctx.udc
    identity = message_number("messageSeqId", messageSeqId)
    pairs = given("skusQty", skusQty)
    return accept_inventory(
        message_id=identity,
        quantities=[(pair[0], pair[1], None) for pair in pairs],
        sequences=given("skusSeqId", skusSeqId),
        body=call.body,
        received_by=call.caller.username,
    )


# The guide spells the lists of stock in two ways, Magento 1 in one.
def _take_stock_in_either_spelling(
    ctx: MethodContext,
    sessionId: str | None,
    skusQty: list[Row] | None,
    skusSeqId: list[Row] | None,
    skuQty: list[Row] | None,
    skuSeqId: list[Row] | None,
    messageSeqId: str | None,
) -> str:
    quantities = _chosen(skusQty, skuQty, "skusQty")
    sequences = _chosen(skusSeqId, skuSeqId, "skusSeqId")
    return _take_stock(ctx, sessionId, quantities, sequences, messageSeqId)


def _chosen(pairs: list[Row] | None, otherwise: list[Row] | None, name: str) -> list[Row] | None:
    """Return a list that is spelt in two ways. Raises Refusal if both have lines."""
    if pairs and otherwise:
        raise invalid_input(name, "is given twice, in two spellings.")
    return pairs if pairs or otherwise is None else otherwise


def _take_despatch(
    ctx: MethodContext,
    sessionId: str | None,
    orderIncrementId: str | None,
    skuQty: list[Row] | None,
    comment: str | None,
    email: str | None,
    includeComment: str | None,
    courierName: str | None,
    serviceName: str | None,
    trackingNumber: str | None,
    dateShipped: str | None,
    messageSeqId: str | None,
) -> str:
    return queue_despatch(
        ctx.udc,
        message_id=message_id("messageSeqId", given("messageSeqId", messageSeqId)),
        order=given("orderIncrementId", orderIncrementId),
        items=skuQty or (),
        tracks=(),
        comment=comment,
        email=email,
        includeComment=includeComment,
        courierName=courierName,
        serviceName=serviceName,
        trackingNumber=trackingNumber,
        dateShipped=dateShipped,
    )


def _encoded(*arguments: Any, udd: Any, returns: Any = Unicode, result: str = "result") -> Any:
    """Declare an operation of the usual dialect, which is named as the attribute that it is."""
    return rpc(*arguments, _returns=returns, _out_variable_name=result, _udd=udd)


_Quantities = Array(SkuQuantity, member_name="item", type_name="skuQtyArray")
_Sequences = Array(SkuSequence, member_name="item", type_name="skuSeqArray")
_OtherQuantities = _Quantities.customize(exc_interface=True)
_OtherSequences = _Sequences.customize(exc_interface=True)


class EncodedService(Service):
    """The operations in the usual dialect."""

    __service_name__ = "MagentoService"

    login = _encoded(Unicode, Unicode, result="loginReturn", udd=_ANYBODY)(_log_in)
    endSession = _encoded(Unicode, returns=Boolean, result="endSessionReturn", udd=_ANYBODY)(
        _end_session
    )
    orderflowInventoryMultiUpdate = _encoded(
        *(Unicode, _Quantities, _Sequences, _OtherQuantities, _OtherSequences, Integer64),
        udd=_IMPORTERS,
    )(_take_stock_in_either_spelling)
    orderflowShipmentCreate = _encoded(
        *(Unicode, Unicode, _Quantities, Unicode, Integer32, Integer32),
        *(Unicode, Unicode, Unicode, Date, Integer64),
        udd=_IMPORTERS,
    )(_take_despatch)


def _required(kind: Any) -> Any:
    return kind.customize(min_occurs=1)


_Text, _Int, _Long = _required(Unicode), _required(Integer32), _required(Integer64)
_MEMBER = "complexObjectArray"
_WsiQuantities = _required(Array(SkuQuantity, member_name=_MEMBER, type_name="skuQtyArray"))
_WsiSequences = _required(Array(SkuSequence, member_name=_MEMBER, type_name="skuSeqArray"))


def _wsi(*arguments: Any, request: str, response: str, udd: Any, returns: Any = _Text) -> Any:
    """Declare an operation of WS-I under Magento 1's names of its messages."""
    return rpc(
        *arguments,
        _in_message_name=request,
        _out_message_name=response,
        _returns=returns,
        _out_variable_name="result",
        _udd=udd,
    )


class WsiService(Service):
    """The operations in the WS-I dialect."""

    __service_name__ = "MagentoService"

    login = _wsi(
        *(_Text, _Text),
        request="loginParam",
        response="loginResponseParam",
        udd=_ANYBODY,
    )(_log_in)
    endSession = _wsi(
        _Text,
        request="endSessionParam",
        response="endSessionResponseParam",
        returns=_required(Boolean),
        udd=_ANYBODY,
    )(_end_session)
    orderflowInventoryMultiUpdate = _wsi(
        *(_Text, _WsiQuantities, _WsiSequences, _Long),
        request=WSI_STOCK,
        response="orderflowInventoryMultiUpdateResponseParam",
        udd=_IMPORTERS,
    )(_take_stock)
    # The response has Magento 1's own name, "Request" and all.
    orderflowShipmentCreate = _wsi(
        *(_Text, _Text, _WsiQuantities, _Text, _Int, _Int),
        *(_Text, _Text, _Text, _required(Date), _Long),
        request=WSI_DESPATCH,
        response="orderflowShipmentCreateRequestResponseParam",
        udd=_IMPORTERS,
    )(_take_despatch)
