"""By which fields invoices, shipments and carts are searched and sorted: by all that they show.

(docs/contract/rest.md, "What can be searched")
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Subquery, Sum, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Round

from orderflow_bridge.common.json_members import EXACT, JsonNumber, JsonText
from orderflow_bridge.documents.cart_records import CART, RETAIL_CUSTOMER
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.creditmemos import CREDITMEMO
from orderflow_bridge.documents.invoices import INVOICE
from orderflow_bridge.documents.kept_columns import NOTHING, number, worked, worked_out
from orderflow_bridge.documents.order_columns import address_id, in_one_currency
from orderflow_bridge.documents.order_records import base_twin
from orderflow_bridge.documents.orders import RATES
from orderflow_bridge.documents.records import Kind, Record
from orderflow_bridge.documents.search import Columns, columns_of
from orderflow_bridge.documents.shipments import SHIPMENT
from orderflow_bridge.sales.checkout import SHIPPING_METHODS
from orderflow_bridge.sales.models import (
    CreditMemo,
    CreditMemoItem,
    Invoice,
    OrderAddress,
    Quote,
    QuoteItem,
    Shipment,
)

_KINDS = {
    Kind.INT: ColumnKind.WHOLE,
    Kind.FLOAT: ColumnKind.NUMBER,
    Kind.TEXT: ColumnKind.TEXT,
    Kind.FLAG: ColumnKind.FLAG,
}
_CENTS = 2
_BILLING, _SHIPPING = OrderAddress.Type.BILLING, OrderAddress.Type.SHIPPING
_ONE = Value(Decimal(1), output_field=EXACT)


def _filled(columns: Columns, record: Record, values: Mapping[str, Any]) -> Columns:
    """Return columns for all plain fields of a record: those there are, worked out, or empty."""
    found = dict(columns)
    for name, shape in record.fields.items():
        if name in found or shape not in _KINDS:
            continue
        kind = _KINDS[shape]
        if kind is ColumnKind.TEXT:
            expression = values.get(name, Cast(Value(None), TextField()))
        else:
            expression = number(values.get(name, Value(None)))
        found[name] = worked_out(name, kind, expression)
    return found


def _of_order() -> dict[str, Any]:
    """Return what documents of an order show of it: currencies, rates, addresses, the customer."""
    one = in_one_currency("order__", _ONE)
    rates = {
        rate: Coalesce(JsonNumber("order__extra", rate), one, output_field=EXACT) for rate in RATES
    }
    codes = {
        name: Coalesce(
            JsonText("order__extra", name),
            F("order__base_currency_code"),
            output_field=TextField(),
        )
        for name in ("global_currency_code", "store_currency_code")
    }
    return {
        **rates,
        **codes,
        "base_currency_code": F("order__base_currency_code"),
        "order_currency_code": F("order__order_currency_code"),
        "billing_address_id": address_id(_BILLING, "order"),
        "shipping_address_id": address_id(_SHIPPING, "order"),
        "customer_id": JsonNumber("order__extra", "customer_id"),
        "discount_description": F("order__discount_description"),
    }


_PLAIN_INVOICE: Columns = {
    **columns_of(Invoice, entity_id="id", store_id="order__store_id"),
    "updated_at": Column("created_at", ColumnKind.DATETIME),
}
_goods_tax = F("tax_amount") - F("shipping_tax_amount")
_AMOUNTS: dict[str, Any] = {
    "subtotal_incl_tax": worked(F("subtotal") + _goods_tax),
    "shipping_incl_tax": worked(F("shipping_amount") + F("shipping_tax_amount")),
    "discount_tax_compensation_amount": NOTHING,
    "shipping_discount_tax_compensation_amount": NOTHING,
    "can_void_flag": NOTHING,
}
_TWINS = {
    base_twin(name): in_one_currency("order__", _AMOUNTS.get(name, F(name)))
    for name in INVOICE.fields
    if base_twin(name) in INVOICE.fields
}
INVOICE_COLUMNS: Columns = _filled(_PLAIN_INVOICE, INVOICE, {**_of_order(), **_AMOUNTS, **_TWINS})
_refunded_tax = Coalesce(
    Subquery(
        CreditMemoItem.objects.filter(creditmemo=OuterRef("pk"))
        .order_by()
        .values("creditmemo")
        .annotate(tax=Sum("tax_amount"))
        .values("tax")
    ),
    NOTHING,
    output_field=EXACT,
)
_REFUNDED: dict[str, Any] = {
    "adjustment": worked(F("adjustment_positive") - F("adjustment_negative")),
    "discount_amount": -F("discount_amount"),
    "shipping_tax_amount": worked(F("tax_amount") - _refunded_tax),
    "shipping_incl_tax": worked(F("shipping_amount") + F("tax_amount") - _refunded_tax),
    "subtotal_incl_tax": worked(F("subtotal") + _refunded_tax),
}
_PLAIN_MEMO: Columns = {
    name: column
    for name, column in {
        **columns_of(CreditMemo, entity_id="id", store_id="order__store_id"),
        "updated_at": Column("created_at", ColumnKind.DATETIME),
    }.items()
    if name not in _REFUNDED
}
CREDITMEMO_COLUMNS: Columns = _filled(
    _PLAIN_MEMO,
    CREDITMEMO,
    {
        **{name: each for name, each in _of_order().items() if name != "discount_description"},
        "global_currency_code": F("order__base_currency_code"),
        "store_currency_code": F("order__base_currency_code"),
        **_REFUNDED,
        **{
            f"base_{name}": in_one_currency("order__", _REFUNDED.get(name, F(name)))
            for name in CREDITMEMO.fields
            if f"base_{name}" in CREDITMEMO.fields
        },
    },
)
SHIPMENT_COLUMNS: Columns = _filled(
    columns_of(Shipment, entity_id="id", store_id="order__store_id"), SHIPMENT, _of_order()
)


def _rows(total: Any) -> Any:
    """Return a figure of a cart's rows, zero without any; a configurable's child is none."""
    rows = QuoteItem.objects.filter(quote=OuterRef("pk"), parent_item=None).order_by()
    found = Subquery(rows.values("quote").annotate(figure=total).values("figure"))
    return worked(Coalesce(found, NOTHING, output_field=EXACT))


_subtotal = _rows(Sum(Round(F("price") * F("qty"), _CENTS, output_field=EXACT)))
_shipping = Case(
    *(
        When(shipping_method=method.code, then=Value(method.amount, output_field=EXACT))
        for method in SHIPPING_METHODS
    ),
    default=NOTHING,
    output_field=EXACT,
)
_total = worked(_subtotal + _shipping)
_CART: dict[str, Any] = {
    "items_count": _rows(Count("pk")),
    "items_qty": _rows(Sum("qty")),
    "customer_is_guest": Case(
        When(customer_id__isnull=True, then=_ONE), default=NOTHING, output_field=EXACT
    ),
    "customer_note_notify": _ONE,
    "orig_order_id": NOTHING,
    "customer_tax_class_id": Value(RETAIL_CUSTOMER, output_field=EXACT),
}
CART_COLUMNS: Columns = {
    **_filled(columns_of(Quote, entity_id="id", id="id"), CART, _CART),
    # Magento's carts have these in their table; documents show them in the totals.
    "subtotal": worked_out("subtotal", ColumnKind.NUMBER, number(_subtotal)),
    "grand_total": worked_out("grand_total", ColumnKind.NUMBER, number(_total)),
}
