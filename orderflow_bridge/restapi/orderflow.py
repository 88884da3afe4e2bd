"""POST orderflow/inventory, /shipment, /export/…: the REST twins of OrderFlow's SOAP calls.

A message is judged only as far as it can be stored: a bad quantity or an unknown SKU fails later,
on its own line (docs/contract/shop-rules.md, "Stock messages"). What cannot be a message is refused
and nothing is stored.
"""

from exports.markers import mark_exported_by_reference
from imports.inbox import accept_inventory, accept_shipment
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.documents.records import Kind, Many, record, texts
from orderflow_bridge.restapi.body import Body, read_body
from orderflow_bridge.restapi.operations import Call, operation
from orderflow_bridge.restapi.routing import route
from orderflow_bridge.restapi.views import RestView

_TEXTS = ("comment", "courierName", "serviceName", "trackingNumber", "dateShipped")
_FLAGS = ("email", "includeComment")

# What the messages look like, for the description; they are read below.
_INVENTORY_MESSAGE = record(
    "OrderFlowInventoryMessage",
    {
        "productQtys": Many(record("ProductQty", texts("sku qty source"), required="sku")),
        "productSeqs": Many(
            record("ProductSeq", texts("sku seq lastOrderExported"), required="sku")
        ),
        "messageSeqId": Kind.INT,
    },
    required="productQtys productSeqs messageSeqId",
)
_DESPATCH = record(
    "OrderFlowDespatch",
    texts("orderIncrementId"),
    {
        "skuQty": Many(record("SkuQty", texts("sku qty source"), required="sku")),
        "tracks": Many(record("DespatchTrack", texts("trackingNumber"))),
    },
    texts(" ".join((*_TEXTS, *_FLAGS, "messageSeqId"))),
    required="orderIncrementId",
)
_REFERENCE = record("OrderFlowReference", texts("reference"), required="reference")


class InventoryView(RestView):
    """Quantities for SKUs and sources (…InventoryRequestManagementV1Update)."""

    @operation(right=ORDERFLOW_IMPORT, takes=_INVENTORY_MESSAGE, is_read=False, returns=Kind.TEXT)
    def post(self, call: Call) -> str:
        """Queue the message; answer "Success - Message N Received" once it is committed."""
        raw, body = read_body(call.http._request)
        return take_inventory(raw, body, received_by=call.caller.username)


class ShipmentView(RestView):
    """A despatch of an order (…ShipmentRequestManagementV1Create)."""

    @operation(right=ORDERFLOW_IMPORT, takes=_DESPATCH, is_read=False, returns=Kind.TEXT)
    def post(self, call: Call) -> str:
        """Queue the message; answer "Success - Message N Received" once it is committed."""
        raw, body = read_body(call.http._request)
        return take_despatch(raw, body, received_by=call.caller.username)


class ProductExportView(RestView):
    """OrderFlow's word that it has a product (…ProductRequestManagementV1Export)."""

    entity = Entity.PRODUCT

    @operation(right=ORDERFLOW_IMPORT, takes=_REFERENCE, is_read=False, returns=Kind.TEXT)
    def post(self, call: Call) -> str:
        """Mark it exported; answer with the time of receipt."""
        raw, body = read_body(call.http._request)
        reference = body.needed_text("reference")
        body.check_complete()
        return mark_exported_by_reference(
            self.entity,
            reference,
            body=raw,
            received_by=call.caller.username,
            store_code=call.store,
        )


class OrderExportView(ProductExportView):
    """OrderFlow's word that it has an order (…OrderRequestManagementV1Export)."""

    entity = Entity.ORDER


def take_inventory(raw: bytes, body: Body, *, received_by: str) -> str:
    """Queue a stock message and return its answer. Raises Refusal, or MessageRefused."""
    body.check_lists(raw, _INVENTORY_MESSAGE)
    message_number = body.needed_number("messageSeqId")
    quantities = [
        (item.needed_text("sku"), item.stock_quantity("qty"), item.text("source"))
        for item in body.needed_objects("productQtys")
    ]
    sequences = [
        (item.needed_text("sku"), item.stock_quantity("seq"), item.text("lastOrderExported"))
        for item in body.needed_objects("productSeqs")
    ]
    body.check_complete()
    return accept_inventory(
        quantities=quantities,
        sequences=sequences,
        message_id=str(message_number),
        body=raw,
        received_by=received_by,
    )


def take_despatch(raw: bytes, body: Body, *, received_by: str) -> str:
    """Queue a despatch message and return its answer. Raises Refusal, or MessageRefused."""
    body.check_lists(raw, _DESPATCH)
    message_id = body.text("messageSeqId")
    despatch = {
        "orderIncrementId": body.needed_text("orderIncrementId"),
        "skuQtys": _sku_quantities(body),
        "tracks": [
            {"trackingNumber": track.words("trackingNumber")} for track in body.objects("tracks")
        ],
        **{name: body.words(name) for name in _TEXTS},
        **{name: body.flag(name) for name in _FLAGS},
        "sequenceId": message_id,
    }
    body.check_complete()
    return accept_shipment(
        despatch=despatch, message_id=message_id or "", body=raw, received_by=received_by
    )


def _sku_quantities(body: Body) -> list[dict[str, str | None]]:
    return [
        {
            "sku": item.needed_text("sku"),
            "qty": item.stock_quantity("qty"),
            "source": item.text("source"),
        }
        for item in body.objects("skuQty")
    ]


routes = [
    route("orderflow/inventory", InventoryView),
    route("orderflow/shipment", ShipmentView),
    route("orderflow/export/product", ProductExportView),
    route("orderflow/export/order", OrderExportView),
]
