"""What the routes of orders answer."""

from decimal import Decimal
from typing import Any

from orderflow_bridge.access.rights import (
    INVOICES_VIEW,
    ORDERS_CANCEL,
    ORDERS_COMMENT,
    ORDERS_CREATE,
    ORDERS_EMAILS,
    ORDERS_HOLD,
    ORDERS_INVOICE,
    ORDERS_REFUND,
    ORDERS_SAVE,
    ORDERS_UNHOLD,
    ORDERS_VIEW,
)
from orderflow_bridge.sales.invoicing import invoice_order
from orderflow_bridge.sales.models import Order
from tests.carts import make_sold
from tests.factories import make_address, make_order
from tests.restapi.shop import ADDRESS, an_order
from tests.restapi.stating import LISTED, Sent, Stated

NOWHERE = {"order_id": 999_999}
COMMENT = {"statusHistory": {"comment": "By telephone"}}


def order(**values: Any) -> Order:
    """Make an order with an address that is neither invoiced nor shipped."""
    made = make_order(items=[("A", 2)], configurables=[("V", 1)], invoiced=False, **values)
    make_address(made)
    return made


def _order(body: Any = None, **values: Any) -> Sent:
    return Sent({"order_id": order(**values).pk}, body)


def _document() -> Sent:
    make_sold("A", 10)
    return Sent(body=an_order({"sku": "A", "qty_ordered": 1}))


def _invoice() -> Sent:
    return Sent({"invoice_id": invoice_order(order().pk).pk})


def _invoiced() -> Sent:
    worth = Decimal(100)
    paid = make_order(items=[("A", 2)], invoiced=True, grand_total=worth, total_paid=worth)
    return Sent({"order_id": paid.pk}, {})


def _listed(address: str, right: str) -> Stated:
    def found() -> Sent:
        invoice_order(order().pk)
        return Sent(query=LISTED)

    return Stated("get", address, right, found, missing=Sent(), missing_status=400)


def _action(name: str, right: str, body: Any = None, **values: Any) -> Stated:
    return Stated(
        "post",
        f"orders/<order_id>/{name}",
        right,
        lambda: _order(body, **values),
        missing=Sent(NOWHERE, body),
        malformed=None if body is None else 400,
    )


STATED = [
    _listed("orders", ORDERS_VIEW),
    _listed("orders/items", ORDERS_VIEW),
    _listed("invoices", INVOICES_VIEW),
    Stated(
        "post",
        "orders",
        ORDERS_SAVE,
        _document,
        missing=Sent(body={"entity": {"entity_id": 999_999}}),
        malformed=400,
    ),
    Stated(
        "put",
        "orders/create",
        ORDERS_CREATE,
        _document,
        missing=Sent(body={"entity": {"entity_id": 999_999}}),
        malformed=400,
    ),
    Stated("get", "orders/<order_id>", ORDERS_VIEW, _order, missing=Sent(NOWHERE)),
    Stated(
        "put",
        "orders/<order_id>",
        ORDERS_SAVE,
        lambda: _order({"entity": {"address_type": "shipping", **ADDRESS}}),
        missing=Sent(NOWHERE, {"entity": ADDRESS}),
        malformed=400,
    ),
    Stated(
        "get",
        "orders/items/<item_id>",
        ORDERS_VIEW,
        lambda: Sent({"item_id": order().items.latest("pk").pk}),
        missing=Sent({"item_id": 999_999}),
    ),
    Stated("get", "orders/<order_id>/statuses", ORDERS_VIEW, _order, missing=Sent(NOWHERE)),
    Stated("get", "orders/<order_id>/comments", ORDERS_VIEW, _order, missing=Sent(NOWHERE)),
    _action("comments", ORDERS_COMMENT, COMMENT),
    _action("cancel", ORDERS_CANCEL),
    _action("hold", ORDERS_HOLD),
    _action("unhold", ORDERS_UNHOLD, state="holded", status="holded"),
    _action("emails", ORDERS_EMAILS),
    Stated(
        "post",
        "order/<order_id>/invoice",
        ORDERS_INVOICE,
        lambda: _order({}),
        missing=Sent(NOWHERE, {}),
        malformed=400,
    ),
    Stated(
        "post",
        "order/<order_id>/refund",
        ORDERS_REFUND,
        _invoiced,
        missing=Sent(NOWHERE, {}),
        malformed=400,
    ),
    Stated(
        "post",
        "invoices/<invoice_id>/emails",
        ORDERS_INVOICE,
        _invoice,
        missing=Sent({"invoice_id": 999_999}),
    ),
    Stated(
        "get",
        "invoices/<invoice_id>",
        INVOICES_VIEW,
        _invoice,
        missing=Sent({"invoice_id": 999_999}),
    ),
]
