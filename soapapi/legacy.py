"""Magento 1's SOAP v2 in its usual dialect, rpc/encoded: that of the guide's inventory chapter."""

from spyne import Boolean, Date, Integer32, Integer64, MethodContext, Service, Unicode, rpc

from soapapi.legacy_operations import (
    ANYBODY,
    IMPORTERS,
    end_session,
    log_in,
    take_despatch,
    take_stock,
)
from soapapi.legacy_types import SkuQuantities, SkuSequences
from soapapi.refusals import invalid_input
from soapapi.rows import Row

# The guide spells the lists of stock in two ways, Magento 1 in one.
_SPELT_OTHERWISE = (
    SkuQuantities.customize(exc_interface=True),
    SkuSequences.customize(exc_interface=True),
)


def _chosen(pairs: list[Row] | None, otherwise: list[Row] | None, name: str) -> list[Row] | None:
    """Return a list that is spelt in two ways. Raises Refusal if both have lines."""
    if pairs and otherwise:
        raise invalid_input(name, "is given twice, in two spellings.")
    return pairs if pairs or otherwise is None else otherwise


class LegacyService(Service):
    """Magento 1's operations: login, then calls, then endSession."""

    __service_name__ = "MagentoService"

    @rpc(Unicode, Unicode, _returns=Unicode, _out_variable_name="loginReturn", _udd=ANYBODY)
    def login(ctx: MethodContext, username: str | None, apiKey: str | None) -> str:
        return log_in(ctx.udc, username, apiKey)

    @rpc(Unicode, _returns=Boolean, _out_variable_name="endSessionReturn", _udd=ANYBODY)
    def endSession(ctx: MethodContext, sessionId: str | None) -> bool:
        return end_session(sessionId)

    @rpc(
        Unicode,
        *(SkuQuantities, SkuSequences, *_SPELT_OTHERWISE, Integer64),
        _returns=Unicode,
        _out_variable_name="result",
        _udd=IMPORTERS,
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
        quantities = _chosen(skusQty, skuQty, "skusQty")
        sequences = _chosen(skusSeqId, skuSeqId, "skusSeqId")
        return take_stock(ctx.udc, quantities, sequences, messageSeqId)

    @rpc(
        Unicode,
        *(Unicode, SkuQuantities, Unicode, Integer32, Integer32),
        *(Unicode, Unicode, Unicode, Date, Integer64),
        _returns=Unicode,
        _out_variable_name="result",
        _udd=IMPORTERS,
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
