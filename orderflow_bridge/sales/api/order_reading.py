"""An order from the document that a shop or an ERP sends (salesOrderRepositoryV1Save)."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from orderflow_bridge.common.exceptions import OrderRefused
from orderflow_bridge.common.money import cents
from orderflow_bridge.sales.api.reading import (
    Values,
    checked,
    columns_in,
    extension_in,
    rarer_in,
)
from orderflow_bridge.sales.api.records import ADDRESS, ORDER, ORDER_EXTENSION, PAYMENT
from orderflow_bridge.sales.api.row_reading import read_rows
from orderflow_bridge.sales.models import (
    Order,
    OrderAddress,
    OrderItem,
    OrderPayment,
    OrderStatusHistory,
)
from orderflow_bridge.sales.placing import OrderDraft
from orderflow_bridge.sales.weights import weight_of
from orderflow_bridge.stores.models import Store
from orderflow_bridge.stores.order_statuses import default_statuses

# What the order's own rows and actions say better than a document.
FOLLOWING = frozenset(
    (
        *("entity_id", "store_id", "store_name", "updated_at", "billing_address_id"),
        *("items", "billing_address", "payment", "status_histories", "extension_attributes"),
        *("total_item_count", "total_due", "base_total_due"),
    )
)
_FOLLOWING_EXTENSIONS = frozenset(
    (
        *("shipping_assignments", "payment_additional_info"),
        *("orderflow_export_status", "orderflow_export_date"),
    )
)
ORDER_COLUMNS = frozenset(
    field.name for field in Order._meta.concrete_fields if field.name in ORDER.fields
) - {"updated_at"}
ADDRESS_COLUMNS = frozenset(
    field.name for field in OrderAddress._meta.concrete_fields if field.name in ADDRESS.fields
) - {"address_type", "street"}
PAYMENT_COLUMNS = ("method", "last_trans_id", "amount_ordered", "amount_paid")
HISTORY_COLUMNS = (
    "status",
    "comment",
    "entity_name",
    "is_customer_notified",
    "is_visible_on_front",
    "created_at",
)


def read_order(values: Values, store: Store) -> OrderDraft:
    """Return the draft of a new order of a store view; `values` are read by ORDER's kinds.

    Amounts that are not given are added up from the rows. Raises OrderRefused, naming what cannot
    be written: an unknown product or state, a quantity or a text that does not fit.
    """
    rows = read_rows(values.get("items") or [])
    addresses, rarer = _addresses(values)
    draft = OrderDraft(
        order=_order(values, rows, store),
        rows=rows,
        addresses=addresses,
        payment=read_payment(values.get("payment") or {}),
        histories=[read_history(entry) for entry in values.get("status_histories") or []],
    )
    draft.order.extra |= rarer
    _add_up(draft.order, rows, values)
    _check(draft)
    return draft


def read_address(values: Values, kind: OrderAddress.Type) -> tuple[OrderAddress, dict[str, Any]]:
    """Return an address and its rarer fields. Raises OrderRefused."""
    address = OrderAddress(address_type=kind, **columns_in(values, OrderAddress, ADDRESS_COLUMNS))
    address.street = "\n".join(values.get("street") or [])
    checked(address, f"{kind.label} address")
    but = ADDRESS_COLUMNS | {"address_type", "street", "entity_id", "parent_id"}
    return address, rarer_in(values, ADDRESS, but)


def read_payment(values: Values) -> OrderPayment | None:
    """Return how an order is paid; None if the document does not say. Raises OrderRefused."""
    if not values.get("method"):
        return None
    notes = values.get("additional_information") or []
    payment = OrderPayment(title=str(notes[0])[:255] if notes else "")
    for name, value in columns_in(values, OrderPayment, PAYMENT_COLUMNS).items():
        setattr(payment, name, value)
    payment.extra = rarer_in(values, PAYMENT, {*PAYMENT_COLUMNS, "entity_id", "parent_id"})
    checked(payment, "Payment")
    return payment


def read_history(values: Values) -> OrderStatusHistory:
    """Return an entry of an order's history. Raises OrderRefused."""
    entry = OrderStatusHistory(**columns_in(values, OrderStatusHistory, HISTORY_COLUMNS))
    entry.status = entry.status.strip()
    checked(entry, "Status history")
    return entry


def shipping_of(values: Values) -> Values:
    """Return where and how the goods of a document go: its first shipping assignment."""
    extension = values.get("extension_attributes") or {}
    assignments = extension.get("shipping_assignments") or [{}]
    return (assignments[0] or {}).get("shipping") or {}


def rarer_order_fields(values: Values) -> dict[str, Any]:
    """Return the fields of a document that have no column and do not follow from others."""
    rarer = rarer_in(values, ORDER, ORDER_COLUMNS | FOLLOWING)
    return rarer | extension_in(values, ORDER_EXTENSION, but=_FOLLOWING_EXTENSIONS)


def _order(values: Values, rows: list[OrderItem], store: Store) -> Order:
    order = Order(store=store, **columns_in(values, Order, ORDER_COLUMNS))
    order.increment_id = order.increment_id.strip()
    if values.get("status") is None:
        order.status = default_statuses().get(order.state, order.status)
    order.status = order.status.strip()
    order.extra = rarer_order_fields(values)
    method = shipping_of(values).get("method")
    if method:
        order.shipping_method = method
    if values.get("base_currency_code") is None:
        order.base_currency_code = order.order_currency_code
    order.is_virtual = all(row.is_virtual for row in rows)
    return order


def _addresses(values: Values) -> tuple[list[OrderAddress], dict[str, Any]]:
    """Return the addresses that were given, and their rarer fields for the order's `extra`."""
    given: Mapping[OrderAddress.Type, Any] = {
        OrderAddress.Type.BILLING: values.get("billing_address"),
        OrderAddress.Type.SHIPPING: shipping_of(values).get("address"),
    }
    addresses, extra = [], {}
    for kind, document in given.items():
        if document:
            address, rarer = read_address(document, kind)
            addresses.append(address)
            if rarer:
                extra[f"{kind}_address"] = rarer
    return addresses, extra


def _add_up(order: Order, rows: list[OrderItem], values: Values) -> None:
    """Fill in the totals that the document leaves out, each from what stands before it."""
    parents = [row for row in rows if row.parent_item is None]
    row_tax, shipping_tax = _sum_of(parents, "tax_amount"), order.shipping_tax_amount
    totals: tuple[tuple[str, Callable[[], Decimal]], ...] = (
        ("subtotal", lambda: _sum_of(parents, "row_total")),
        ("tax_amount", lambda: cents(row_tax + shipping_tax)),
        ("discount_amount", lambda: -abs(_sum_of(parents, "discount_amount"))),
        ("subtotal_incl_tax", lambda: cents(order.subtotal + order.tax_amount - shipping_tax)),
        ("shipping_incl_tax", lambda: cents(order.shipping_amount + shipping_tax)),
        ("grand_total", lambda: _gross(order)),
        ("base_grand_total", lambda: _in_base(order, order.grand_total)),
        ("total_qty_ordered", lambda: sum((row.qty_ordered for row in parents), Decimal(0))),
        ("weight", lambda: weight_of(rows)),
    )
    for name, worked_out in totals:
        if values.get(name) is None:
            setattr(order, name, worked_out())


def _sum_of(rows: Iterable[OrderItem], name: str) -> Decimal:
    return cents(sum((getattr(row, name) for row in rows), Decimal(0)))


def _gross(order: Order) -> Decimal:
    gross = order.subtotal + order.tax_amount + order.shipping_amount
    return cents(gross - abs(order.discount_amount))


def _in_base(order: Order, amount: Decimal) -> Decimal:
    """Return an amount in the base currency, at the rate that the document gives."""
    rate = Decimal(str(order.extra.get("base_to_order_rate") or 1))
    if order.base_currency_code == order.order_currency_code or rate <= 0:
        return amount
    return cents(amount / rate)


def _check(draft: OrderDraft) -> None:
    order = draft.order
    if not order.customer_email:
        raise OrderRefused("Order, customer_email: This field is required.")
    checked(order, "Order", but=["increment_id"] if not order.increment_id else ())
    if draft.payment is not None and not draft.payment.amount_ordered:
        draft.payment.amount_ordered = order.grand_total
