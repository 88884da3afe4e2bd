"""Orders: placed, changed, held, invoiced and shipped; what each refuses."""

from typing import Any

from tests.carts import make_sold
from tests.restapi.cases.case import (
    Family,
    Step,
    get,
    has,
    missing,
    post,
    put,
    refused,
)
from tests.restapi.shop import ADDRESS, Script, an_order

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


def fill(script: Script) -> dict[str, Any]:
    """Make two products, and an order of two bags and a strap."""
    for sku, price in (("A", 10), ("B", 5)):
        make_sold(sku, 10, price=price)
    order = script.post(
        "orders", an_order({"sku": "A", "qty_ordered": 2}, {"sku": "B", "qty_ordered": 1})
    )
    rows = {f"row_{row['sku'].lower()}": row["item_id"] for row in order["items"]}
    return {"order": order["entity_id"], "number": order["increment_id"]} | rows


def _items(row: str, qty: float) -> dict[str, Any]:
    return {"items": [{"order_item_id": f"{{{row}}}", "qty": qty}]}


CASES = (
    get(
        "an order", "orders/{order}", {"entity_id": "{order}", "state": "new", "status": "pending"}
    ),
    get(
        "its amounts",
        "orders/{order}",
        {
            "subtotal": 25,
            "grand_total": 30,
            "total_due": 30,
            "base_grand_total": 30,
            "total_qty_ordered": 3,
        },
    ),
    get(
        "its rows",
        "orders/{order}",
        {
            "items": [
                {"sku": "A", "qty_ordered": 2, "row_total": 20},
                {"sku": "B", "qty_ordered": 1, "row_total": 5},
            ]
        },
    ),
    get(
        "its addresses",
        "orders/{order}",
        {
            "billing_address": {"city": "Calder", "country_id": "US"},
            "extension_attributes": {
                "shipping_assignments": [{"shipping": {"method": "flatrate_flatrate"}}]
            },
        },
    ),
    get("its payment", "orders/{order}", {"payment": {"method": "checkmo", "amount_ordered": 30}}),
    get("a row", "orders/items/{row_a}", {"sku": "A", "order_id": "{order}"}),
    get("its status", "orders/{order}/statuses", "pending"),
    missing("no such order", "GET", "orders/999999", _NOTHING),
    missing("no such row", "GET", "orders/items/999999", _NOTHING),
    post(
        "an order by document",
        "orders",
        an_order({"sku": "A", "qty_ordered": 1}),
        {"entity_id": int, "increment_id": str, "grand_total": 15},
    ),
    put(
        "an order by Magento's other address",
        "orders/create",
        an_order({"sku": "A", "qty_ordered": 1}),
        {"entity_id": int},
    ),
    post(
        "an order with numbers of an ERP",
        "orders",
        an_order({"sku": "A", "qty_ordered": 1}, ext_order_id="E7", ext_customer_id="C7"),
        {"ext_order_id": "E7", "ext_customer_id": "C7"},
    ),
    refused("an order of nothing", "POST", "orders", "", an_order()),
    refused(
        "an order of no product", "POST", "orders", "", an_order({"sku": "?", "qty_ordered": 1})
    ),
    refused(
        "an order without a buyer",
        "POST",
        "orders",
        "",
        an_order({"sku": "A", "qty_ordered": 1}, customer_email=None),
    ),
    post(
        "a number of an ERP",
        "orders",
        {"entity": {"entity_id": "{order}", "ext_order_id": "E9"}},
        {"ext_order_id": "E9"},
    ),
    put(
        "an address",
        "orders/{order}",
        {"entity": {"address_type": "billing", **ADDRESS, "city": "Ann Arbor"}},
        {"city": "Ann Arbor"},
    ),
    post(
        "a comment",
        "orders/{order}/comments",
        _REMARK,
        True,
        read=("orders/{order}/comments", {"items": has({"comment": "Called"})}),
    ),
    missing("a comment on no order", "POST", "orders/999999/comments", _NOTHING, _REMARK),
    post(
        "a hold",
        "orders/{order}/hold",
        None,
        True,
        read=("orders/{order}", {"state": "holded", "status": "holded"}),
    ),
    refused(
        "a hold twice",
        "POST",
        "orders/{order}/hold",
        "",
        before=[Step("held", "POST", "orders/{order}/hold")],
    ),
    post(
        "the end of a hold",
        "orders/{order}/unhold",
        None,
        True,
        before=[Step("held", "POST", "orders/{order}/hold")],
        read=("orders/{order}", {"state": "new"}),
    ),
    refused(
        "the end of no hold",
        "POST",
        "orders/{order}/unhold",
        "You cannot remove the hold.",
    ),
    missing("a hold of no order", "POST", "orders/999999/hold", _NOTHING),
    missing("the end of a hold of no order", "POST", "orders/999999/unhold", _NOTHING),
    post(
        "a cancellation",
        "orders/{order}/cancel",
        None,
        True,
        read=("orders/{order}", {"state": "canceled", "total_canceled": 30}),
    ),
    post(
        "a cancellation twice",
        "orders/{order}/cancel",
        None,
        False,
        before=[Step("canceled", "POST", "orders/{order}/cancel")],
    ),
    post("a cancellation of what is paid", "orders/{order}/cancel", None, False, before=_INVOICED),
    post(
        "a cancellation of what is held",
        "orders/{order}/cancel",
        None,
        False,
        before=[Step("held", "POST", "orders/{order}/hold")],
        read=("orders/{order}", {"state": "holded"}),
    ),
    missing("a cancellation of no order", "POST", "orders/999999/cancel", _NOTHING),
    post("an e-mail", "orders/{order}/emails", None, True),
    post(
        "an invoice of everything",
        "order/{order}/invoice",
        {},
        int,
        read=("orders/{order}", {"state": "processing", "total_invoiced": 30, "total_due": 0}),
    ),
    post(
        "an invoice that is paid",
        "order/{order}/invoice",
        {"capture": True},
        int,
        read=("orders/{order}", {"total_paid": 30, "total_due": 0}),
    ),
    post(
        "an invoice of one row",
        "order/{order}/invoice",
        _items("row_b", 1),
        int,
        read=("orders/{order}", {"total_invoiced": 10}),
    ),
    refused(
        "an invoice of too much",
        "POST",
        "order/{order}/invoice",
        "Invoice Document Validation",
        _items("row_a", 3),
    ),
    refused(
        "an invoice twice",
        "POST",
        "order/{order}/invoice",
        "Invoice Document Validation",
        {},
        before=_INVOICED,
    ),
    missing("an invoice of no order", "POST", "order/999999/invoice", _NOTHING, {}),
)
FAMILY = Family("orders", fill, CASES)
