"""The rows of an order from the items of a document (docs/contract/documents.md).

A child names its parent by the `item_id` that the parent has in the same document. Products are
found by SKU: ids are another shop's.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from orderflow_bridge.catalog.models import Product, ProductRelation
from orderflow_bridge.common.exceptions import OrderRefused
from orderflow_bridge.common.money import cents
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.sales.api.extension_records import ITEM_EXTENSION
from orderflow_bridge.sales.api.reading import (
    Values,
    checked,
    columns_in,
    extension_in,
    rarer_in,
)
from orderflow_bridge.sales.api.records import ITEM
from orderflow_bridge.sales.models import OrderItem

ITEM_COLUMNS = frozenset(
    field.name for field in OrderItem._meta.concrete_fields if field.name in ITEM.fields
) - {"parent_item", "updated_at"}
_FOLLOWING = frozenset(
    (
        *("item_id", "order_id", "parent_item_id", "parent_item", "product_id", "store_id"),
        *("updated_at", "product_option", "extension_attributes"),
    )
)
_VIRTUAL = (Product.Type.VIRTUAL, Product.Type.DOWNLOADABLE)
_DONE = ("qty_invoiced", "qty_shipped", "qty_refunded", "qty_canceled")


def read_rows(items: Sequence[Values]) -> list[OrderItem]:
    """Return the unsaved rows of these items, in two queries. Raises OrderRefused."""
    if not items:
        raise OrderRefused("An order needs at least one item.")
    keys = [sku_key(_sku(item)) for item in items]
    products = Product.objects.in_bulk(keys, field_name="sku_key")
    rows = [_row(item, products.get(key)) for item, key in zip(items, keys, strict=True)]
    _link(items, rows)
    _find_configurables(rows)
    return rows


def _sku(item: Values) -> str:
    return str(item.get("sku") or "")


def _row(item: Values, product: Product | None) -> OrderItem:
    sku = _sku(item)
    if product is None:
        raise OrderRefused(f'Product SKU "{sku}" does not exist.')
    row = OrderItem(
        product=product,
        **{
            "name": product.name,
            "product_type": product.type_id,
            "price": product.price or Decimal(0),
            "weight": product.weight,
            "is_virtual": product.type_id in _VIRTUAL,
            **columns_in(item, OrderItem, ITEM_COLUMNS),
        },
    )
    row.extra = _rarer(item)
    _fill(row, item)
    checked(row, f'Item "{sku}"')
    if row.qty_ordered <= 0:
        raise OrderRefused(f'Item "{sku}", qty_ordered: must be above 0.')
    for name in _DONE:
        if not 0 <= getattr(row, name) <= row.qty_ordered:
            raise OrderRefused(f'Item "{sku}", {name}: must be between 0 and qty_ordered.')
    return row


def _rarer(item: Values) -> dict[str, Any]:
    rarer = rarer_in(item, ITEM, ITEM_COLUMNS | _FOLLOWING)
    option = ITEM.of({"sku": "", "product_option": item.get("product_option")})
    rarer |= {name: value for name, value in option.items() if name == "product_option"}
    return rarer | extension_in(item, ITEM_EXTENSION)


def _fill(row: OrderItem, item: Values) -> None:
    """Fill in the amounts that the item leaves out."""
    if item.get("qty_ordered") is None:
        row.qty_ordered = Decimal(1)
    if item.get("original_price") is None:
        row.original_price = row.price
    if item.get("row_total") is None:
        row.row_total = cents(row.price * row.qty_ordered)
    if item.get("row_total_incl_tax") is None:
        row.row_total_incl_tax = cents(row.row_total + row.tax_amount)
    if item.get("price_incl_tax") is None:
        unit_tax = row.tax_amount / row.qty_ordered if row.qty_ordered > 0 else Decimal(0)
        row.price_incl_tax = cents(row.price + unit_tax)


def _link(items: Sequence[Values], rows: Sequence[OrderItem]) -> None:
    """Hang the children below their parents."""
    by_id = {item["item_id"]: row for item, row in zip(items, rows, strict=True) if _id(item)}
    for item, row in zip(items, rows, strict=True):
        parent_id = item.get("parent_item_id") or _id(item.get("parent_item") or {})
        if parent_id:
            parent = by_id.get(parent_id)
            if parent is None or parent is row:
                raise OrderRefused(f'Item "{row.sku}": its parent is not among the items.')
            row.parent_item = parent
    for row in rows:
        if row.parent_item is not None and row.parent_item.parent_item is not None:
            raise OrderRefused(f'Item "{row.sku}": its parent has a parent itself.')


def _id(item: Values) -> Any:
    return item.get("item_id")


def _find_configurables(rows: Iterable[OrderItem]) -> None:
    """Give parent rows their configurable product: like Magento's they bear the variant's SKU."""
    by_id = {id(row.parent_item): row.parent_item for row in rows if row.parent_item is not None}
    parents = [
        row
        for row in by_id.values()
        if row.product_type == Product.Type.CONFIGURABLE
        and row.product is not None
        and row.product.type_id != Product.Type.CONFIGURABLE
    ]
    if not parents:
        return
    relations = ProductRelation.objects.filter(
        child__in=[row.product_id for row in parents], parent__type_id=Product.Type.CONFIGURABLE
    ).select_related("parent")
    configurables = {relation.child_id: relation.parent for relation in relations}
    for row in parents:
        row.product = configurables.get(row.product_id or 0)
