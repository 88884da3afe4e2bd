"""What the routes of shipments answer."""

from typing import Any

from orderflow_bridge.access.rights import ORDERS_SHIP, SHIPMENTS, SHIPMENTS_VIEW
from orderflow_bridge.sales.models import Shipment, ShipmentTrack
from orderflow_bridge.sales.shipping import ship_order
from tests.restapi.expectations_orders import order
from tests.restapi.stating import LISTED, Sent, Stated

NOWHERE = {"shipment_id": 999_999}
COMMENT = {"entity": {"comment": "Left at the door"}}


def _shipment() -> Shipment:
    booking = ship_order(order().pk, tracking_numbers=["1Z 99"], comment="By hand")
    return Shipment.objects.get(pk=booking.shipment_ids[0])


def _found(body: Any = None) -> Sent:
    return Sent({"shipment_id": _shipment().pk}, body)


def _listed() -> Sent:
    _shipment()
    return Sent(query=LISTED)


def _track() -> Sent:
    entity = {"parent_id": _shipment().pk, "track_number": "1Z 100", "carrier_code": "ups"}
    return Sent(body={"entity": entity})


STATED = [
    Stated(
        "post",
        "order/<order_id>/ship",
        ORDERS_SHIP,
        lambda: Sent({"order_id": order().pk}, {}),
        missing=Sent({"order_id": 999_999}, {}),
        malformed=400,
    ),
    Stated("get", "shipments", SHIPMENTS_VIEW, _listed, missing=Sent(), missing_status=400),
    Stated(
        "post",
        "shipment",
        SHIPMENTS,
        lambda: Sent(body={"entity": {"order_id": order().pk}}),
        missing=Sent(body={"entity": {"order_id": 999_999}}),
        malformed=400,
    ),
    Stated("get", "shipment/<shipment_id>", SHIPMENTS_VIEW, _found, missing=Sent(NOWHERE)),
    Stated("get", "shipment/<shipment_id>/comments", SHIPMENTS_VIEW, _found, missing=Sent(NOWHERE)),
    Stated(
        "post",
        "shipment/<shipment_id>/comments",
        SHIPMENTS,
        lambda: _found(COMMENT),
        missing=Sent(NOWHERE, COMMENT),
        malformed=400,
    ),
    Stated("post", "shipment/<shipment_id>/emails", SHIPMENTS, _found, missing=Sent(NOWHERE)),
    Stated(
        "post",
        "shipment/track",
        SHIPMENTS,
        _track,
        missing=Sent(body={"entity": {"parent_id": 999_999, "track_number": "1"}}),
        malformed=400,
    ),
    Stated(
        "delete",
        "shipment/track/<track_id>",
        SHIPMENTS,
        lambda: Sent({"track_id": ShipmentTrack.objects.get(shipment=_shipment()).pk}),
        missing=Sent({"track_id": 999_999}),
    ),
]
