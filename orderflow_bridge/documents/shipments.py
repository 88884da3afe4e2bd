"""A shipment as a document."""

from django.db.models import Prefetch, QuerySet

from orderflow_bridge.common.numbers import cents
from orderflow_bridge.documents.records import Document, Many, floats, ints, record, texts
from orderflow_bridge.sales.models import (
    OrderAddress,
    Shipment,
    ShipmentComment,
    ShipmentItem,
    ShipmentTrack,
)

SHIPMENT_ITEM = record(
    "SalesDataShipmentItemInterface",
    ints("entity_id order_item_id parent_id product_id"),
    texts("sku name description additional_data"),
    floats("qty price row_total weight"),
    required="order_item_id qty",
)

SHIPMENT_TRACK = record(
    "SalesDataShipmentTrackInterface",
    ints("entity_id order_id parent_id"),
    floats("weight qty"),
    texts("description track_number title carrier_code created_at updated_at"),
    {
        "extension_attributes": record(
            "SalesDataShipmentTrackExtensionInterface", texts("tracking_link")
        )
    },
    required="order_id parent_id weight qty description track_number title carrier_code",
)

SHIPMENT_COMMENT = record(
    "SalesDataShipmentCommentInterface",
    texts("comment created_at"),
    ints("entity_id is_customer_notified is_visible_on_front parent_id"),
    required="comment is_customer_notified is_visible_on_front parent_id",
)

SHIPMENT = record(
    "SalesDataShipmentInterface",
    ints(
        "entity_id order_id store_id customer_id billing_address_id shipping_address_id email_sent"
        " shipment_status"
    ),
    texts("increment_id shipping_label created_at updated_at"),
    floats("total_qty total_weight"),
    {
        "packages": Many(record("SalesDataShipmentPackageInterface", {})),
        "items": Many(SHIPMENT_ITEM),
        "tracks": Many(SHIPMENT_TRACK),
        "comments": Many(SHIPMENT_COMMENT),
        "extension_attributes": record("SalesDataShipmentExtensionInterface", texts("source_code")),
    },
    required="order_id items tracks comments",
)


def shipments_with_parts(shipments: "QuerySet[Shipment]") -> "QuerySet[Shipment]":
    """Return the shipments with everything their documents need: five queries, however many."""
    items = Prefetch("items", ShipmentItem.objects.select_related("order_item").order_by("pk"))
    return shipments.select_related("order").prefetch_related(
        items, "tracks", "comments", "order__addresses"
    )


def shipment_list(shipments: "QuerySet[Shipment]") -> list[Document]:
    """Return the documents of these shipments, in their order."""
    return [shipment_fields(shipment) for shipment in shipments_with_parts(shipments)]


def shipment_fields(shipment: Shipment) -> Document:
    """Return the document of a shipment, which should come from `shipments_with_parts`."""
    order = shipment.order
    addresses = {address.address_type: address.pk for address in order.addresses.all()}
    return SHIPMENT.of(
        {
            "entity_id": shipment.pk,
            "increment_id": shipment.increment_id,
            "order_id": order.pk,
            "store_id": order.store_id,
            "customer_id": order.extra.get("customer_id"),
            "billing_address_id": addresses.get(OrderAddress.Type.BILLING),
            "shipping_address_id": addresses.get(OrderAddress.Type.SHIPPING),
            "total_qty": shipment.total_qty,
            "total_weight": shipment.total_weight,
            "email_sent": shipment.email_sent,
            "packages": [],
            "created_at": shipment.created_at,
            "updated_at": shipment.updated_at,
            "items": [_item(item) for item in shipment.items.all()],
            "tracks": [track_values(track, shipment) for track in shipment.tracks.all()],
            "comments": [comment_values(comment) for comment in shipment.comments.all()],
            "extension_attributes": {"source_code": shipment.source_code},
        }
    )


def _item(item: ShipmentItem) -> dict[str, object]:
    return {
        "entity_id": item.pk,
        "parent_id": item.shipment_id,
        "order_item_id": item.order_item_id,
        "product_id": item.order_item.product_id,
        "sku": item.sku,
        "name": item.name,
        "qty": item.qty,
        "price": item.price,
        "row_total": cents(item.price * item.qty),
        "weight": item.weight,
    }


def track_values(track: ShipmentTrack, shipment: Shipment) -> dict[str, object]:
    """Return a tracking number's values, by SHIPMENT_TRACK's names."""
    return {
        "entity_id": track.pk,
        "order_id": shipment.order_id,
        "parent_id": shipment.pk,
        "description": track.description or None,
        "track_number": track.track_number,
        "title": track.title,
        "carrier_code": track.carrier_code,
        "qty": track.qty,
        "weight": track.weight,
        "created_at": track.created_at,
        "extension_attributes": (
            {"tracking_link": track.tracking_link} if track.tracking_link else None
        ),
    }


def comment_values(comment: ShipmentComment) -> dict[str, object]:
    """Return a remark's values, by SHIPMENT_COMMENT's names."""
    return {
        "entity_id": comment.pk,
        "parent_id": comment.shipment_id,
        "comment": comment.comment,
        "is_customer_notified": comment.is_customer_notified,
        "is_visible_on_front": comment.is_visible_on_front,
        "created_at": comment.created_at,
    }
