"""order/<id>/ship, shipment, shipments: goods that leave (docs/rest-sales.md)."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from orderflow_bridge.access.rights import ORDERS_SHIP, SHIPMENTS, SHIPMENTS_VIEW
from orderflow_bridge.common.exceptions import ActionNotAvailable, NoSuchEntity, OrderRefused
from orderflow_bridge.documents.order_reading import at
from orderflow_bridge.documents.records import Document, Kind
from orderflow_bridge.documents.sale_columns import SHIPMENT_COLUMNS
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.documents.shipments import (
    SHIPMENT,
    SHIPMENT_COMMENT,
    SHIPMENT_TRACK,
    comment_values,
    shipment_list,
    track_values,
)
from orderflow_bridge.inventory import fulfilment
from orderflow_bridge.restapi.order_records import (
    SHIP_BODY,
    SHIPMENT_BODY,
    SHIPMENT_COMMENT_BODY,
    TRACK_BODY,
)
from orderflow_bridge.restapi.orders import find_order, whole_list
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales import services
from orderflow_bridge.sales.booking import NewTrack
from orderflow_bridge.sales.models import Shipment, ShipmentComment

REFUSED = "Shipment Document Validation Error(s):"
_PLACES = 4
_SHIPMENTS = results_of(SHIPMENT, "SalesDataShipmentSearchResultInterface")
_COMMENTS = results_of(SHIPMENT_COMMENT, "SalesDataShipmentCommentSearchResultInterface")


class ShipOrderView(RestView):
    """Shipping an order (salesShipOrderV1)."""

    @operation(right=ORDERS_SHIP, takes=SHIP_BODY, returns=Kind.INT)
    def post(self, call: Call, order_id: int) -> int:
        """Ship what is named of an order, or everything that is open; the shipment's id.

        The goods leave the source that the arguments name, else the only one of the website's
        stock, else the default one. `notify` writes the customer, with the comment if
        `appendComment`.
        """
        return ship_as_asked(order_id, call.body)


class ShipmentsView(RestView):
    """Shipments (salesShipmentRepositoryV1)."""

    @operation(right=SHIPMENTS_VIEW, is_search=True, returns=_SHIPMENTS)
    def get(self, call: Call) -> dict[str, object]:
        """Search shipments."""
        page = call.page(Shipment.objects.all(), SHIPMENT_COLUMNS)
        return page.answer(shipment_list(page.rows))


class ShipmentSaveView(RestView):
    """New shipments (salesShipmentRepositoryV1)."""

    @operation(right=SHIPMENTS, takes=SHIPMENT_BODY, returns=SHIPMENT)
    def post(self, call: Call) -> Document:
        """Ship what the document names of its order; all that is open if it names nothing."""
        entity = call.body["entity"]
        extension = entity.get("extension_attributes") or {}
        with transaction.atomic():
            shipment_id = _ship(
                entity["order_id"],
                items=entity.get("items"),
                tracks=entity.get("tracks"),
                source_code=extension.get("source_code") or "",
                comment="",
            )
            for entry in entity.get("comments") or []:
                _comment(shipment_id, entry)
        return _document(shipment_id)


class ShipmentView(RestView):
    """One shipment (salesShipmentRepositoryV1)."""

    @operation(right=SHIPMENTS_VIEW, returns=SHIPMENT)
    def get(self, call: Call, shipment_id: int) -> Document:
        """Read a shipment."""
        return _document(shipment_id)


class ShipmentCommentsView(RestView):
    """The remarks on a shipment (salesShipmentManagementV1)."""

    @operation(right=SHIPMENTS_VIEW, returns=_COMMENTS)
    def get(self, call: Call, shipment_id: int) -> dict[str, object]:
        """List a shipment's remarks."""
        comments = services.find_shipment(shipment_id).comments.order_by("pk")
        return whole_list([SHIPMENT_COMMENT.of(comment_values(each)) for each in comments])

    @operation(right=SHIPMENTS, takes=SHIPMENT_COMMENT_BODY, returns=SHIPMENT_COMMENT)
    def post(self, call: Call, shipment_id: int) -> Document:
        """Add a remark to a shipment, and write it to the customer if asked."""
        comment = _comment(shipment_id, call.body["entity"])
        return SHIPMENT_COMMENT.of(comment_values(comment))


class ShipmentEmailsView(RestView):
    """The e-mail about a shipment (salesShipmentManagementV1)."""

    @operation(right=SHIPMENTS, returns=Kind.FLAG)
    def post(self, call: Call, shipment_id: int) -> bool:
        """Write the customer about a shipment; false if there is no address to write to."""
        return services.notify_shipment(shipment_id)


class TracksView(RestView):
    """Tracking numbers (salesShipmentTrackRepositoryV1)."""

    @operation(right=SHIPMENTS, takes=TRACK_BODY, returns=SHIPMENT_TRACK)
    def post(self, call: Call) -> Document:
        """Add a tracking number to a shipment, `parent_id`; one that is there already stays one."""
        entity = call.body["entity"]
        track = services.add_track(
            entity["parent_id"], _new_track(entity), order_id=entity.get("order_id")
        )
        return SHIPMENT_TRACK.of(track_values(track, track.shipment))


class TrackView(RestView):
    """One tracking number (salesShipmentTrackRepositoryV1)."""

    @operation(right=SHIPMENTS, returns=Kind.FLAG)
    def delete(self, call: Call, track_id: int) -> bool:
        """Take a tracking number off its shipment."""
        services.remove_track(track_id)
        return True


def units_in(items: Sequence[Document] | None) -> dict[int, Decimal] | None:
    """Return units by order item id; None for no items at all, which means everything."""
    if not items:
        return None
    units: dict[int, Decimal] = {}
    for item in items:
        units[item["order_item_id"]] = units.get(item["order_item_id"], Decimal(0)) + item["qty"]
    return {item_id: round(qty, _PLACES) for item_id, qty in units.items()}


def ship_as_asked(order_id: int, body: Document) -> int:
    """Ship what a body of SHIP_BODY names of an order, and return the shipment's id."""
    comment = body.get("comment") or {}
    arguments = (body.get("arguments") or {}).get("extension_attributes") or {}
    return _ship(
        order_id,
        items=body.get("items"),
        tracks=body.get("tracks"),
        source_code=arguments.get("source_code") or "",
        comment=comment.get("comment") or "",
        notify=bool(body.get("notify")),
        show_comment=bool(body.get("append_comment") or comment.get("is_visible_on_front")),
    )


def _ship(
    order_id: int,
    *,
    items: Sequence[Document] | None,
    tracks: Sequence[Document] | None,
    source_code: str,
    comment: str,
    notify: bool = False,
    show_comment: bool = False,
) -> int:
    """Ship, and return the shipment's id. Refusals are worded as Magento's validator does."""
    try:
        booking = fulfilment.ship(
            find_order(order_id).pk,
            quantities=units_in(items),
            source_code=source_code,
            new_tracks=[_new_track(track) for track in tracks or []],
            comment=comment,
            notify=notify,
            show_comment=show_comment,
        )
    except (ActionNotAvailable, OrderRefused) as refusal:
        raise OrderRefused(f"{REFUSED}\n{refusal}") from None
    return booking.shipment_ids[0]


def _new_track(track: Document) -> NewTrack:
    return NewTrack(
        (track.get("track_number") or "").strip(),
        track.get("title") or "",
        track.get("carrier_code") or "custom",
        track.get("description") or "",
        track.get("qty"),
        track.get("weight"),
    )


def _comment(shipment_id: int, entry: Document) -> ShipmentComment:
    written = entry.get("created_at")
    return services.comment_on_shipment(
        shipment_id,
        comment=entry["comment"],
        is_customer_notified=bool(entry.get("is_customer_notified")),
        is_visible_on_front=bool(entry.get("is_visible_on_front")),
        created_at=at(written, "created_at") if written else None,
    )


def _document(shipment_id: int) -> Document:
    for document in shipment_list(Shipment.objects.filter(pk=shipment_id)):
        return document
    raise NoSuchEntity.any()


class ShipmentLabelView(RestView):
    """The label of a shipment (salesShipmentManagementV1)."""

    @operation(right=SHIPMENTS_VIEW, returns=Kind.ANY)
    def get(self, call: Call, shipment_id: int) -> None:
        """Tell that there is none, `[]`: labels are printed by the warehouse."""
        if not Shipment.objects.filter(pk=shipment_id).exists():
            raise NoSuchEntity.any()


routes = [
    Route("shipment/<shipment_id>/label", ShipmentLabelView),
    Route("order/<order_id>/ship", ShipOrderView),
    Route("shipments", ShipmentsView),
    Route("shipment", ShipmentSaveView),
    Route("shipment/track", TracksView),
    Route("shipment/track/<track_id>", TrackView),
    Route("shipment/<shipment_id>", ShipmentView),
    Route("shipment/<shipment_id>/comments", ShipmentCommentsView),
    Route("shipment/<shipment_id>/emails", ShipmentEmailsView),
]
