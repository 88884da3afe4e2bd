"""OrderFlow's own services: stock and despatch messages, and its word that it has a product or an
order (docs/contract/soap.md).
"""

from collections.abc import Iterable

from spyne import ComplexModel, MethodContext, Service

from exports.fetching import mark_exported_by_reference
from imports.inbox import accept_inventory, accept_shipment
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.common.choices import Entity
from soapapi.calls import Call, message_id, message_number, store_code
from soapapi.elements import Row, Texts
from soapapi.operations import TNS, RequiredInteger, RequiredText, Text, array_of, operation

INVENTORY = "realtimeDespatchOrderFlowInventoryRequestManagementV1"
SHIPMENT = "realtimeDespatchOrderFlowShipmentRequestManagementV1"
PRODUCT_MARKER = "realtimeDespatchOrderFlowProductRequestManagementV1"
ORDER_MARKER = "realtimeDespatchOrderFlowOrderRequestManagementV1"


class QuantityItem(ComplexModel):
    """A quantity of one SKU, at one source if named."""

    __namespace__ = TNS
    __type_name__ = "RealtimeDespatchOrderFlowDataQuantityItemInterface"
    _type_info = [("sku", RequiredText), ("qty", RequiredText), ("source", Text)]


class SequenceItem(ComplexModel):
    """The sequence id of one SKU's quantity, and the latest order it takes into account."""

    __namespace__ = TNS
    __type_name__ = "RealtimeDespatchOrderFlowDataSequenceItemInterface"
    _type_info = [("sku", RequiredText), ("seq", RequiredText), ("lastOrderExported", Text)]


class TrackItem(ComplexModel):
    """A tracking number."""

    __namespace__ = TNS
    __type_name__ = "RealtimeDespatchOrderFlowDataTrackItemInterface"
    _type_info = [("trackingNumber", RequiredText)]


Quantities = array_of(QuantityItem)
Sequences = array_of(SequenceItem)
Tracks = array_of(TrackItem)


class InventoryService(Service):
    """Takes in quantities; the import applies them."""

    __service_name__ = f"{INVENTORY}Service"
    __port_types__ = (f"{INVENTORY}PortType",)

    @operation(
        INVENTORY,
        Quantities.customize(min_occurs=1, nillable=False),
        Sequences.customize(min_occurs=1, nillable=False),
        RequiredInteger,
        right=ORDERFLOW_IMPORT,
        returns=RequiredText,
    )
    def realtimeDespatchOrderFlowInventoryRequestManagementV1Update(
        ctx: MethodContext,
        productQtys: list[Row],
        productSeqs: list[Row],
        messageSeqId: str,
    ) -> str:
        call: Call = ctx.udc
        return accept_inventory(
            message_id=message_number("messageSeqId", messageSeqId),
            quantities=productQtys,
            sequences=productSeqs,
            body=call.body,
            received_by=call.caller.username,
        )


class ShipmentService(Service):
    """Takes in despatches; the import ships them."""

    __service_name__ = f"{SHIPMENT}Service"
    __port_types__ = (f"{SHIPMENT}PortType",)

    @operation(
        SHIPMENT,
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
        return queue_despatch(
            ctx.udc,
            message_id=message_id("messageSeqId", messageSeqId),
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
        )


class ProductMarkerService(Service):
    """Marks products as exported."""

    __service_name__ = f"{PRODUCT_MARKER}Service"
    __port_types__ = (f"{PRODUCT_MARKER}PortType",)

    @operation(PRODUCT_MARKER, RequiredText, right=ORDERFLOW_IMPORT, returns=RequiredText)
    def realtimeDespatchOrderFlowProductRequestManagementV1Export(
        ctx: MethodContext, reference: str
    ) -> str:
        return _mark(Entity.PRODUCT, reference, ctx.udc)


class OrderMarkerService(Service):
    """Marks orders as exported."""

    __service_name__ = f"{ORDER_MARKER}Service"
    __port_types__ = (f"{ORDER_MARKER}PortType",)

    @operation(ORDER_MARKER, RequiredText, right=ORDERFLOW_IMPORT, returns=RequiredText)
    def realtimeDespatchOrderFlowOrderRequestManagementV1Export(
        ctx: MethodContext, reference: str
    ) -> str:
        return _mark(Entity.ORDER, reference, ctx.udc)


def queue_despatch(
    call: Call,
    *,
    message_id: str,
    order: str,
    items: Iterable[Texts],
    tracks: Iterable[Texts],
    **texts: str | None,
) -> str:
    """Queue a despatch as one object under the wire's names, texts as received; return its answer.

    `items` are (sku, quantity) or (sku, quantity, source); `tracks` are (tracking number,); `texts`
    the remaining members by their names: comment, email, includeComment, courierName, serviceName,
    trackingNumber, dateShipped.
    """
    despatch = {
        "orderIncrementId": order,
        "skuQtys": [
            {"sku": sku, "qty": quantity, "source": source[0] if source else None}
            for sku, quantity, *source in items
        ],
        "tracks": [{"trackingNumber": number} for (number,) in tracks],
        **texts,
        "sequenceId": message_id,
    }
    return accept_shipment(
        despatch=despatch,
        message_id=message_id,
        body=call.body,
        received_by=call.caller.username,
    )


def _mark(entity: Entity, reference: str, call: Call) -> str:
    return mark_exported_by_reference(
        entity,
        reference,
        body=call.body,
        received_by=call.caller.username,
        store_code=store_code(call.http),
    )
