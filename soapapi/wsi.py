"""Magento 1's SOAP v2 in its WS-I dialect: document/literal, under names of its own."""

from typing import Any

from spyne import Array, Boolean, Date, Integer32, Integer64, MethodContext, Service, Unicode, rpc

from soapapi.legacy_operations import (
    ANYBODY,
    IMPORTERS,
    end_session,
    log_in,
    take_despatch,
    take_stock,
)
from soapapi.legacy_types import SkuQuantity, SkuSequence
from soapapi.rows import Row

# What the names of all messages end in, and none of the other dialect's.
SUFFIX = "Param"
STOCK = "orderflowInventoryMultiUpdateRequestParam"
DESPATCH = "orderflowShipmentCreateRequestParam"
_MEMBER = "complexObjectArray"


def _required(kind: Any) -> Any:
    return kind.customize(min_occurs=1)


_Text, _Int, _Long = _required(Unicode), _required(Integer32), _required(Integer64)
_Quantities = _required(Array(SkuQuantity, member_name=_MEMBER, type_name="skuQtyArray"))
_Sequences = _required(Array(SkuSequence, member_name=_MEMBER, type_name="skuSeqArray"))


def _operation(*arguments: Any, request: str, response: str, udd: Any, returns: Any = _Text) -> Any:
    """Declare an operation under Magento 1's names of its messages."""
    return rpc(
        *arguments,
        _in_message_name=request,
        _out_message_name=response,
        _returns=returns,
        _out_variable_name="result",
        _udd=udd,
    )


class WsiService(Service):
    """Magento 1's operations: login, then calls, then endSession."""

    __service_name__ = "MagentoService"

    @_operation(_Text, _Text, request="loginParam", response="loginResponseParam", udd=ANYBODY)
    def login(ctx: MethodContext, username: str | None, apiKey: str | None) -> str:
        return log_in(ctx.udc, username, apiKey)

    @_operation(
        _Text,
        request="endSessionParam",
        response="endSessionResponseParam",
        returns=_required(Boolean),
        udd=ANYBODY,
    )
    def endSession(ctx: MethodContext, sessionId: str | None) -> bool:
        return end_session(sessionId)

    @_operation(
        *(_Text, _Quantities, _Sequences, _Long),
        request=STOCK,
        response="orderflowInventoryMultiUpdateResponseParam",
        udd=IMPORTERS,
    )
    def orderflowInventoryMultiUpdate(
        ctx: MethodContext,
        sessionId: str | None,
        skusQty: list[Row] | None,
        skusSeqId: list[Row] | None,
        messageSeqId: str | None,
    ) -> str:
        return take_stock(ctx.udc, skusQty, skusSeqId, messageSeqId)

    # The response has Magento 1's own name, "Request" and all.
    @_operation(
        *(_Text, _Text, _Quantities, _Text, _Int, _Int),
        *(_Text, _Text, _Text, _required(Date), _Long),
        request=DESPATCH,
        response="orderflowShipmentCreateRequestResponseParam",
        udd=IMPORTERS,
    )
    def orderflowShipmentCreate(
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
        return take_despatch(
            ctx.udc,
            orderIncrementId,
            skuQty,
            messageSeqId,
            comment=comment,
            email=email,
            includeComment=includeComment,
            courierName=courierName,
            serviceName=serviceName,
            trackingNumber=trackingNumber,
            dateShipped=dateShipped,
        )
