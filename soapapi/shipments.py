"""Despatch messages: realtimeDespatchOrderFlowShipmentRequestManagementV1."""

from typing import Any

from spyne import MethodContext

from imports.inbox import accept_shipment
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from soapapi.calls import Call, MagentoService, operation
from soapapi.despatches import despatch_of
from soapapi.inputs import message_id
from soapapi.rows import Row
from soapapi.types import Quantities, RequiredText, Text, Tracks

SERVICE = "realtimeDespatchOrderFlowShipmentRequestManagementV1"


class ShipmentService(MagentoService):
    """Takes in despatches; the import ships them."""

    __service_name__ = f"{SERVICE}Service"
    __port_types__ = (f"{SERVICE}PortType",)

    @operation(
        SERVICE,
        RequiredText,
        *(Quantities, Tracks, Text, Text, Text, Text, Text, Text, Text, Text),
        right=ORDERFLOW_IMPORT,
        returns=RequiredText,
    )
    def realtimeDespatchOrderFlowShipmentRequestManagementV1Create(
        ctx: MethodContext,
        orderIncrementId: str,
        skuQty: list[Row] | None,
        tracks: list[tuple[str | None]] | None,
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
        despatch: dict[str, Any] = despatch_of(
            order=orderIncrementId,
            items=skuQty or (),
            tracks=tracks or (),
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
