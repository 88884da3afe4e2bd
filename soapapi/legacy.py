"""Magento 1's SOAP v2, which the guide's inventory chapter still prints (wire.md §3)."""

from typing import Any

from spyne import Boolean, Date, Integer32, Integer64, MethodContext, Service, Unicode, rpc

from imports.inbox import accept_inventory, accept_shipment
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import grant_token, revoke_token
from soapapi.calls import Call, Guard
from soapapi.despatches import despatch_of
from soapapi.inputs import given, message_id, message_number
from soapapi.legacy_types import SkuQuantities, SkuSequences
from soapapi.rows import Row
from soapapi.signing_in import signed_in

_ANYBODY = {"guard": Guard("Magento", None)}
_IMPORTERS = {"guard": Guard("Magento", ORDERFLOW_IMPORT)}


def _named(pairs: list[Row] | None, spelt_otherwise: list[Row] | None, field: str) -> list[Row]:
    """Return a list that the guide spells in two ways. Raises Refusal if neither came."""
    return given(field, pairs if pairs is not None else spelt_otherwise)


class LegacyService(Service):
    """Magento 1's operations: login, then calls, then endSession."""

    __service_name__ = "MagentoService"

    @rpc(Unicode, Unicode, _returns=Unicode, _out_variable_name="loginReturn", _udd=_ANYBODY)
    def login(ctx: MethodContext, username: str | None, apiKey: str | None) -> str:
        call: Call = ctx.udc
        user = signed_in(call, given("username", username), given("apiKey", apiKey))
        return grant_token(user, idle_seconds=call.limits.session_seconds)

    @rpc(Unicode, _returns=Boolean, _out_variable_name="endSessionReturn", _udd=_ANYBODY)
    def endSession(ctx: MethodContext, sessionId: str | None) -> bool:
        if sessionId:
            revoke_token(sessionId)
        return True

    @rpc(
        Unicode,
        *(SkuQuantities, SkuSequences, SkuQuantities, SkuSequences, Integer64),
        _returns=Unicode,
        _out_variable_name="result",
        _udd=_IMPORTERS,
    )
    def orderflowInventoryMultiUpdate(
        ctx: MethodContext,
        sessionId: str | None,
        skusQty: list[Row] | None,
        skusSeqId: list[Row] | None,
        skuQty: list[Row] | None,
        skuSeqId: list[Row] | None,
        messageSeqId: str | None,
    ) -> str:
        call: Call = ctx.udc
        number = message_number("messageSeqId", messageSeqId)
        pairs = _named(skusQty, skuQty, "skusQty")
        return accept_inventory(
            message_id=number,
            quantities=[(pair[0], pair[1], None) for pair in pairs],
            sequences=_named(skusSeqId, skuSeqId, "skusSeqId"),
            body=call.body,
            received_by=call.caller.username,
        )

    @rpc(
        Unicode,
        *(Unicode, SkuQuantities, Unicode, Integer32, Integer32),
        *(Unicode, Unicode, Unicode, Date, Integer64),
        _returns=Unicode,
        _out_variable_name="result",
        _udd=_IMPORTERS,
    )
    def orderflowShipmentCreate(
        ctx: MethodContext,
        sessionId: str | None,
        orderIncrementId: str | None,
        skuQty: list[Any] | None,
        comment: str | None,
        email: str | None,
        includeComment: str | None,
        courierName: str | None,
        serviceName: str | None,
        trackingNumber: str | None,
        dateShipped: str | None,
        messageSeqId: str | None,
    ) -> str:
        call: Call = ctx.udc
        identity = message_id("messageSeqId", messageSeqId)
        despatch = despatch_of(
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
            sequence_id=identity,
        )
        return accept_shipment(
            despatch=despatch,
            message_id=identity,
            body=call.body,
            received_by=call.caller.username,
        )
