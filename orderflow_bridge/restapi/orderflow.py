"""POST orderflow/inventory, /shipment, /export/…: the REST twins of OrderFlow's SOAP calls.

A message is judged only as far as it can be stored: a bad quantity or an unknown SKU fails later,
on its own line (decisions.md §5). What cannot be a message is refused and nothing is stored.
"""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from exports.markers import mark_exported_by_reference
from imports.inbox import accept_inventory, accept_shipment
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.restapi.body import Body, read_body
from orderflow_bridge.restapi.views import RestView

_TEXTS = ("comment", "courierName", "serviceName", "trackingNumber", "dateShipped")
_FLAGS = ("email", "includeComment")


class InventoryView(RestView):
    """Quantities for SKUs and sources (…InventoryRequestManagementV1Update)."""

    required_right = ORDERFLOW_IMPORT

    def post(self, request: Request, **route: Any) -> Response:
        """Queue the message; answer "Success - Message N Received" once it is committed."""
        raw, body = read_body(request._request)
        message_number = body.needed_number("messageSeqId")
        quantities = [
            (item.needed_text("sku"), item.figure("qty"), item.text("source"))
            for item in body.needed_objects("productQtys")
        ]
        sequences = [
            (item.needed_text("sku"), item.figure("seq"), item.text("lastOrderExported"))
            for item in body.needed_objects("productSeqs")
        ]
        body.check_complete()
        answer = accept_inventory(
            quantities=quantities,
            sequences=sequences,
            message_id=str(message_number),
            body=raw,
            received_by=request.user.username,
        )
        return Response(answer)


class ShipmentView(RestView):
    """A despatch of an order (…ShipmentRequestManagementV1Create)."""

    required_right = ORDERFLOW_IMPORT

    def post(self, request: Request, **route: Any) -> Response:
        """Queue the message; answer "Success - Message N Received" once it is committed."""
        raw, body = read_body(request._request)
        message_id = body.text("messageSeqId")
        despatch = {
            "orderIncrementId": body.needed_text("orderIncrementId"),
            "skuQtys": _sku_quantities(body),
            "tracks": [
                {"trackingNumber": track.text("trackingNumber")} for track in body.objects("tracks")
            ],
            **{name: body.text(name) for name in _TEXTS},
            **{name: body.flag(name) for name in _FLAGS},
            "sequenceId": message_id,
        }
        body.check_complete()
        answer = accept_shipment(
            despatch=despatch,
            message_id=message_id or "",
            body=raw,
            received_by=request.user.username,
        )
        return Response(answer)


class ProductExportView(RestView):
    """OrderFlow's word that it has a product (…ProductRequestManagementV1Export)."""

    required_right = ORDERFLOW_IMPORT
    entity = Entity.PRODUCT

    def post(self, request: Request, **route: Any) -> Response:
        """Mark it exported; answer with the time of receipt."""
        raw, body = read_body(request._request)
        reference = body.needed_text("reference")
        body.check_complete()
        receipt = mark_exported_by_reference(
            self.entity,
            reference,
            body=raw,
            received_by=request.user.username,
            store_code=route.get("store"),
        )
        return Response(receipt)


class OrderExportView(ProductExportView):
    """OrderFlow's word that it has an order (…OrderRequestManagementV1Export)."""

    entity = Entity.ORDER


def _sku_quantities(body: Body) -> list[dict[str, str | None]]:
    return [
        {
            "sku": item.needed_text("sku"),
            "qty": item.figure("qty"),
            "source": item.text("source"),
        }
        for item in body.objects("skuQty")
    ]
