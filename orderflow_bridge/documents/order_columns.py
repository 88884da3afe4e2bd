"""By which fields orders, their rows and their history are searched and sorted.

By every plain field that their documents show (docs/contract/rest.md, "What can be searched").
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat, Greatest, Round

from orderflow_bridge.common.json_members import EXACT, JsonNumber
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.kept_columns import (
    NOTHING,
    kept_columns,
    number,
    worked,
    worked_out,
)
from orderflow_bridge.documents.order_records import ITEM, ORDER
from orderflow_bridge.documents.orders import RATES
from orderflow_bridge.documents.search import Columns, columns_of
from orderflow_bridge.sales.models import Order, OrderAddress, OrderItem

_CENTS = 2


def address_id(kind: OrderAddress.Type, order: str = "pk") -> Subquery:
    """Return the id of an order's address of a kind; `order` leads to the order's id."""
    found = OrderAddress.objects.filter(order=OuterRef(order), address_type=kind)
    return Subquery(found.values("pk")[:1])


def in_one_currency(order: str, then: Any) -> Case:
    """Return a value that holds where an order's two currencies are one, NULL elsewhere.

    `order` is the path to the order, "" or with two underscores at its end.
    """
    return Case(When(**one_currency(order), then=then), output_field=EXACT)


def one_currency(order: str) -> Mapping[str, Any]:
    """Return the condition that an order's two currencies are one."""
    return {f"{order}base_currency_code": F(f"{order}order_currency_code")}


def store_name(order: str = "") -> Concat:
    """Return the name of an order's store view, with the store and the website above it."""
    store = f"{order}store__"
    line = Value("\n")
    return Concat(
        *(F(f"{store}website__name"), line, F(f"{store}group__name"), line, F(f"{store}name")),
        output_field=TextField(),
    )


def _rows() -> Subquery:
    """Return how many rows an order has, without those of configurables' children."""
    rows = OrderItem.objects.filter(order=OuterRef("pk"), parent_item=None).order_by()
    return Subquery(rows.values("order").annotate(rows=Count("pk")).values("rows"))


_PLAIN: Columns = columns_of(Order, entity_id="id", website_id="website_id")
_due = Round(Greatest(F("grand_total") - F("total_paid"), NOTHING, output_field=EXACT), _CENTS)
_billing_id = number(
    Coalesce(
        address_id(OrderAddress.Type.BILLING),
        JsonNumber("extra", "billing_address_id"),
        output_field=EXACT,
    )
)
_FOLLOWS: Mapping[str, Any] = {
    "total_due": _due,
    "total_item_count": Coalesce(_rows(), 0),
    "global_currency_code": F("base_currency_code"),
    "store_currency_code": F("base_currency_code"),
    **{rate: in_one_currency("", Value(1, output_field=EXACT)) for rate in RATES},
}
_KEPT = kept_columns(ORDER, _PLAIN, follows=_FOLLOWS, is_one_currency=one_currency(""))
# Fields that lie in the order's JSON and nowhere else.
ORDER_KEPT = _KEPT.keys() - _FOLLOWS.keys()
ORDER_COLUMNS: Columns = {
    **_PLAIN,
    **_KEPT,
    "store_name": worked_out("store_name", ColumnKind.TEXT, store_name()),
    "billing_address_id": worked_out("billing_address_id", ColumnKind.WHOLE, _billing_id),
}
_PLAIN_ITEM: Columns = {
    **columns_of(OrderItem, item_id="id", store_id="order__store_id"),
    "sku": Column("sku__sku_key", ColumnKind.TEXT),
}
ITEM_COLUMNS: Columns = {
    **_PLAIN_ITEM,
    **kept_columns(
        ITEM,
        _PLAIN_ITEM,
        follows={"row_weight": worked(F("weight") * F("qty_ordered"))},
        is_one_currency=one_currency("order__"),
    ),
}
