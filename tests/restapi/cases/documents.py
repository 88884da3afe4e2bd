"""What hangs on an order: invoices, shipments, refunds, credit memos; what each refuses."""

from typing import Any

from tests.restapi.cases.case import (
    Family,
    Step,
    get,
    has,
    missing,
    post,
    refused,
    size,
)
from tests.restapi.cases.orders import fill

_NOTHING = "The entity that was requested doesn't exist. Verify the entity and try again."
_REMARK = {
    "statusHistory": {"comment": "Called", "is_customer_notified": 0, "is_visible_on_front": 1}
}
_INVOICED = [Step("invoice", "POST", "order/{order}/invoice", {})]
_SHIPPED = [Step("shipment", "POST", "order/{order}/ship", {})]
_REFUNDED = [*_INVOICED, Step("memo", "POST", "order/{order}/refund", {})]
_TRACKED = [
    *_SHIPPED,
    Step(
        "track",
        "POST",
        "shipment/track",
        {
            "entity": {
                "parent_id": "{shipment}",
                "order_id": "{order}",
                "track_number": "T1",
                "title": "DPD",
                "carrier_code": "custom",
            }
        },
    ),
]


def _items(row: str, qty: float) -> dict[str, Any]:
    return {"items": [{"order_item_id": f"{{{row}}}", "qty": qty}]}


CASES = (
    get(
        "an invoice's document",
        "invoices/{invoice}",
        {"order_id": "{order}", "grand_total": 30, "items": size(2), "state": int},
        before=_INVOICED,
    ),
    missing("no such invoice", "GET", "invoices/999999", _NOTHING),
    post(
        "an invoice's comment",
        "invoices/comments",
        {"entity": {"parent_id": "{invoice}", "comment": "Sent", "is_customer_notified": 0}},
        {"comment": "Sent"},
        before=_INVOICED,
        read=("invoices/{invoice}/comments", {"items": has({"comment": "Sent"})}),
    ),
    post("an invoice's capture", "invoices/{invoice}/capture", None, True, before=_INVOICED),
    refused(
        "an invoice's end",
        "POST",
        "invoices/{invoice}/void",
        "The void action is not available.",
        before=_INVOICED,
    ),
    post("an invoice's e-mail", "invoices/{invoice}/emails", None, True, before=_INVOICED),
    post(
        "a shipment of everything",
        "order/{order}/ship",
        {},
        int,
        read=("orders/{order}", {"items": [{"qty_shipped": 2}, {"qty_shipped": 1}]}),
    ),
    post(
        "a shipment of one row",
        "order/{order}/ship",
        _items("row_a", 1),
        int,
        read=("orders/{order}", {"items": [{"qty_shipped": 1}, {"qty_shipped": 0}]}),
    ),
    post(
        "a shipment with a parcel",
        "order/{order}/ship",
        {"tracks": [{"track_number": "T1", "title": "DPD", "carrier_code": "custom"}]},
        int,
    ),
    refused(
        "a shipment of too much",
        "POST",
        "order/{order}/ship",
        "Shipment Document Validation",
        _items("row_a", 3),
    ),
    refused(
        "a shipment twice",
        "POST",
        "order/{order}/ship",
        "Shipment Document Validation",
        {},
        before=_SHIPPED,
    ),
    missing("a shipment of no order", "POST", "order/999999/ship", _NOTHING, {}),
    post(
        "the whole way",
        "order/{order}/ship",
        {},
        int,
        before=_INVOICED,
        read=("orders/{order}", {"state": "complete", "status": "complete"}),
    ),
    get(
        "a shipment's document",
        "shipment/{shipment}",
        {"order_id": "{order}", "items": size(2)},
        before=_SHIPPED,
    ),
    missing("no such shipment", "GET", "shipment/999999", _NOTHING),
    get("no label", "shipment/{shipment}/label", [], before=_SHIPPED),
    missing("the label of no shipment", "GET", "shipment/999999/label", _NOTHING),
    get(
        "a parcel",
        "shipment/{shipment}",
        {"tracks": [{"track_number": "T1", "title": "DPD"}]},
        before=_TRACKED,
    ),
    post(
        "a shipment's comment",
        "shipment/{shipment}/comments",
        {"entity": {"parent_id": "{shipment}", "comment": "Packed", "is_customer_notified": 0}},
        {"comment": "Packed"},
        before=_SHIPPED,
        read=("shipment/{shipment}/comments", {"items": has({"comment": "Packed"})}),
    ),
    post("a shipment's e-mail", "shipment/{shipment}/emails", None, True, before=_SHIPPED),
    post(
        "a refund",
        "order/{order}/refund",
        {},
        int,
        before=_INVOICED,
        read=("orders/{order}", {"total_refunded": 30}),
    ),
    post("a refund of one row", "order/{order}/refund", _items("row_b", 1), int, before=_INVOICED),
    refused(
        "a refund of nothing", "POST", "order/{order}/refund", "Creditmemo Document Validation", {}
    ),
    missing("a refund of no order", "POST", "order/999999/refund", _NOTHING, {}),
    get(
        "a credit memo",
        "creditmemo/{memo}",
        {"order_id": "{order}", "grand_total": 30, "items": size(2)},
        before=_REFUNDED,
    ),
    missing("no such credit memo", "GET", "creditmemo/999999", _NOTHING),
    refused(
        "the end of a credit memo",
        "PUT",
        "creditmemo/{memo}",
        "You can not cancel Credit Memo.",
        before=_REFUNDED,
    ),
    post(
        "a credit memo's comment",
        "creditmemo/{memo}/comments",
        {
            "entity": {
                "parent_id": "{memo}",
                "comment": "Late",
                "is_customer_notified": 0,
                "is_visible_on_front": 0,
            }
        },
        {"comment": "Late"},
        before=_REFUNDED,
    ),
    post("a credit memo's e-mail", "creditmemo/{memo}/emails", None, True, before=_REFUNDED),
)
FAMILY = Family("documents", fill, CASES)
