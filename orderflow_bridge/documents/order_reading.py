"""An order from the document that a shop or an ERP sends (docs/contract/documents.md).

What has a column goes there; the rest of the record's fields is kept in `extra`. What follows from
other values is not kept: it would be old tomorrow. A child names its parent by the `item_id` that
the parent has in the same document. Products are found by SKU: ids are another shop's.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, DateTimeField, DecimalField, Field, Model

from orderflow_bridge.catalog.models import Product, ProductRelation
from orderflow_bridge.common.datetimes import parse_datetime
from orderflow_bridge.common.exceptions import OrderRefused
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.documents.order_records import (
    ADDRESS,
    ITEM,
    ITEM_EXTENSION,
    ORDER,
    ORDER_EXTENSION,
    PAYMENT,
    PRODUCT_OPTION,
    STATUS_HISTORY,
    base_twin,
)
from orderflow_bridge.documents.records import Record
from orderflow_bridge.sales.drafts import VIRTUAL, OrderDraft, checked, fill_row, fill_totals
from orderflow_bridge.sales.models import (
    Order,
    OrderAddress,
    OrderItem,
    OrderPayment,
    OrderStatusHistory,
)
from orderflow_bridge.stores.models import Store
from orderflow_bridge.stores.order_statuses import default_statuses

Values = Mapping[str, Any]


class Reading:
    """How the documents of one table are read: which fields have a column, which are kept.

    `apart` are columns that are read in a way of their own, `follows` fields that the row's place
    and other values say better than a document.
    """

    def __init__(self, model: type[Model], record: Record, *, apart: str = "", follows: str = ""):
        columns = [field for field in model._meta.concrete_fields if field.name in record.fields]
        self.columns = {each.name: each for each in columns if each.name not in apart.split()}
        but = {*self.columns, *apart.split(), *follows.split()}
        kept = {
            name: shape
            for name, shape in record.fields.items()
            if name not in but and not isinstance(shape, Record)
        }
        self._rarer = replace(record, fields=kept, required=record.required & kept.keys())
        self._twins = [(name, base_twin(name)) for name in record.fields if base_twin(name) in kept]

    def columns_in(self, values: Values, but: Collection[str] = ()) -> dict[str, Any]:
        """Return the values of columns that were given, by field name; null ones are left out.

        Raises OrderRefused for a time that cannot be read.
        """
        return {
            name: _column(values[name], field, name)
            for name, field in self.columns.items()
            if values.get(name) is not None and name not in but
        }

    def rarer_in(self, values: Values) -> dict[str, Any]:
        """Return the plain fields without a column that were given, as JSON holds them.

        An amount in the base currency that equals the order's own is left out: it follows from it.
        """
        document = {name: each for name, each in self._rarer.of(values).items() if name in values}
        for name, twin in self._twins:
            if twin in document and values.get(name) == values.get(twin):
                del document[twin]
        return document


ROWS = Reading(
    OrderItem,
    ITEM,
    apart="parent_item updated_at",
    follows="item_id order_id parent_item_id product_id store_id product_option",
)
ORDERS = Reading(
    Order,
    ORDER,
    apart="updated_at",
    follows=(
        "entity_id store_id store_name billing_address_id items status_histories total_item_count"
        " total_due base_total_due"
    ),
)
ADDRESSES = Reading(
    OrderAddress, ADDRESS, apart="address_type street", follows="entity_id parent_id"
)
PAYMENTS = Reading(OrderPayment, PAYMENT, follows="entity_id parent_id")
_HISTORIES = Reading(OrderStatusHistory, STATUS_HISTORY)
_FOLLOWING_EXTENSIONS = frozenset((
    "shipping_assignments", "payment_additional_info", "orderflow_export_status",
    "orderflow_export_date",
))  # fmt: skip
_OF_PRODUCT = ("pk", "type_id", "name", "price", "weight")


def read_order(values: Values, store: Store) -> OrderDraft:
    """Return the draft of a new order of a store view; `values` are read by ORDER's kinds.

    Amounts that are not given are added up from the rows. Raises OrderRefused, naming what cannot
    be written: an unknown product or state, a quantity or a text that does not fit.
    """
    rows = _rows(values.get("items") or [])
    shipping = shipping_of(values)
    order = _order(values, store)
    order.is_virtual = all(row.is_virtual for row in rows)
    addresses = []
    given = (values.get("billing_address"), shipping.get("address"))
    for kind, document in zip(OrderAddress.Type, given, strict=True):
        if document:
            address, rarer = read_address(document, kind)
            addresses.append(address)
            order.extra |= {f"{kind}_address": rarer} if rarer else {}
    payment = read_payment(values.get("payment") or {})
    histories = [read_history(entry) for entry in values.get("status_histories") or []]
    fill_totals(order, rows, given={name for name, value in values.items() if value is not None})
    if not order.customer_email:
        raise OrderRefused("Order, customer_email: This field is required.")
    checked(order, "Order", but=["increment_id"] if not order.increment_id else ())
    if payment is not None and not payment.amount_ordered:
        payment.amount_ordered = order.grand_total
    return OrderDraft(order, rows, addresses, payment, histories)


def read_address(values: Values, kind: OrderAddress.Type) -> tuple[OrderAddress, dict[str, Any]]:
    """Return an address and its rarer fields. Raises OrderRefused."""
    address = OrderAddress(address_type=kind, **ADDRESSES.columns_in(values))
    address.street = "\n".join(values.get("street") or [])
    rarer = ADDRESSES.rarer_in(values)
    checked(address, f"{kind.label} address")
    return address, rarer


def read_payment(values: Values) -> OrderPayment | None:
    """Return how an order is paid; None if the document does not say. Raises OrderRefused."""
    if not values.get("method"):
        return None
    notes = values.get("additional_information") or []
    payment = OrderPayment(
        title=str(notes[0])[:255] if notes else "",
        **PAYMENTS.columns_in(values),
        extra=PAYMENTS.rarer_in(values),
    )
    checked(payment, "Payment")
    return payment


def read_history(values: Values) -> OrderStatusHistory:
    """Return an entry of an order's history. Raises OrderRefused."""
    entry = OrderStatusHistory(**_HISTORIES.columns_in(values))
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
    rarer = ORDERS.rarer_in(values)
    return rarer | extension_in(values, ORDER_EXTENSION, but=_FOLLOWING_EXTENSIONS)


def extension_in(
    values: Values, record: Record, but: Collection[str] = ()
) -> dict[str, dict[str, Any]]:
    """Return the extension attributes that were given and are not among `but`, for `extra`."""
    given = (values.get("extension_attributes") or {}).items()
    left = {name: value for name, value in given if name not in but}
    kept = record.of(left) if left else None
    return {"extension_attributes": dict(kept)} if kept else {}


def at(text: str, name: str) -> datetime:
    """Read a time as Magento writes it, UTC unless it says otherwise; raises OrderRefused."""
    try:
        return parse_datetime(text, UTC)
    except ValueError:
        raise OrderRefused(f"{name}: a time is written like 2017-03-22 15:25:16.") from None


def _column(value: Any, field: "Field[Any, Any]", name: str) -> Any:
    match field:
        case DateTimeField():
            return at(str(value), name)
        case BooleanField():
            return bool(value)
        case DecimalField():
            return round(value, field.decimal_places)
    return value


def _order(values: Values, store: Store) -> Order:
    order = Order(store=store, **ORDERS.columns_in(values))
    order.increment_id = order.increment_id.strip()
    if values.get("status") is None:
        order.status = default_statuses().get(order.state, order.status)
    order.status = order.status.strip()
    order.extra = rarer_order_fields(values)
    order.shipping_method = shipping_of(values).get("method") or order.shipping_method
    if values.get("base_currency_code") is None:
        order.base_currency_code = order.order_currency_code
    return order


def _rows(items: Sequence[Values]) -> list[OrderItem]:
    """Return the unsaved rows of these items, in two queries."""
    if not items:
        raise OrderRefused("An order needs at least one item.")
    keys = [sku_key(str(item.get("sku") or "")) for item in items]
    found = Product.objects.filter(sku_key__any_of=keys)
    products = {each["sku_key"]: each for each in found.values("sku_key", *_OF_PRODUCT)}
    rows = [_row(item, products.get(key)) for item, key in zip(items, keys, strict=True)]
    _link(items, rows)
    _find_configurables(rows, {each["pk"]: each["type_id"] for each in products.values()})
    return rows


def _row(item: Values, product: Mapping[str, Any] | None) -> OrderItem:
    sku = str(item.get("sku") or "")
    if product is None:
        raise OrderRefused(f'Product SKU "{sku}" does not exist.')
    of_product = {
        "name": product["name"],
        "product_type": product["type_id"],
        "price": product["price"] or Decimal(0),
        "weight": product["weight"],
        "is_virtual": product["type_id"] in VIRTUAL,
        "qty_ordered": Decimal(1),
    }
    row = OrderItem(product_id=product["pk"], **of_product | ROWS.columns_in(item))
    row.extra = ROWS.rarer_in(item) | extension_in(item, ITEM_EXTENSION)
    if item.get("product_option") is not None:
        row.extra["product_option"] = PRODUCT_OPTION.of(item["product_option"])
    fill_row(row, given={name for name, value in item.items() if value is not None})
    return row


def _link(items: Sequence[Values], rows: Sequence[OrderItem]) -> None:
    """Hang the children below their parents."""
    pairs = list(zip(items, rows, strict=True))
    by_id = {item["item_id"]: row for item, row in pairs if item.get("item_id")}
    for item, row in pairs:
        parent_id = item.get("parent_item_id") or (item.get("parent_item") or {}).get("item_id")
        if parent_id:
            parent = by_id.get(parent_id)
            if parent is None or parent is row:
                raise OrderRefused(f'Item "{row.sku}": its parent is not among the items.')
            row.parent_item = parent
    for row in rows:
        if row.parent_item is not None and row.parent_item.parent_item is not None:
            raise OrderRefused(f'Item "{row.sku}": its parent has a parent itself.')


def _find_configurables(rows: Iterable[OrderItem], types: Mapping[int, str]) -> None:
    """Give parent rows their configurable product: like Magento's they bear the variant's SKU.

    `types` are the products' own, by id.
    """
    configurable = Product.Type.CONFIGURABLE
    parents = [
        row
        for row in {id(each.parent_item): each.parent_item for each in rows}.values()
        if row is not None
        and row.product_type == configurable
        and types[row.product_id or 0] != configurable
    ]
    if not parents:
        return
    variants = [row.product_id for row in parents]
    relations = ProductRelation.objects.filter(child__in=variants, parent__type_id=configurable)
    configurables = dict(relations.values_list("child_id", "parent_id"))
    for row in parents:
        row.product_id = configurables.get(row.product_id or 0)
