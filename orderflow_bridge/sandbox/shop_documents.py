"""Products and orders as the shop describes them by SOAP, taken over."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lxml import etree

from orderflow_bridge.common.numbers import parse_quantity
from orderflow_bridge.sandbox.records import OrderLine, WarehouseOrder
from orderflow_bridge.sandbox.soap_answers import child, child_text, named
from orderflow_bridge.sandbox.warehouse import NotPossible, Warehouse

STOCKLESS = frozenset({"configurable", "bundle", "grouped", "virtual", "downloadable"})
_NOT_SENT = frozenset({"virtual", "downloadable"})


@dataclass(frozen=True)
class ShopItem:
    """An order item. `parent_id` is empty for one that the customer sees."""

    item_id: str
    parent_id: str
    sku: str
    name: str
    type: str
    open_units: Decimal


def take_product(root: etree._Element, warehouse: Warehouse, *, default_units: Decimal) -> str:
    """Take a product over and say what was done.

    A new product begins with the quantity that the shop shows, else with `default_units`. Types
    that have no stock of their own are only acknowledged. Raises NotPossible without a SKU.
    """
    product = named(root, "result")
    sku = child_text(product, "sku")
    if not sku:
        raise NotPossible("The shop's answer names no SKU.")
    if child_text(product, "typeId") in STOCKLESS:
        return f"Product {sku} has no stock of its own."
    warehouse.take_product(
        sku,
        description=child_text(product, "name"),
        first_units=_first_units(product, default_units),
    )
    return f"Product {sku} taken over."


def take_order(root: etree._Element, warehouse: Warehouse, *, at: datetime) -> str:
    """Take an order over and say what was done. Raises NotPossible for one without a number."""
    order = read_order(named(root, "result"))
    if not order.lines:
        return f"Order {order.increment_id} has nothing left to send."
    is_new = warehouse.take_order(order, at=at)
    return f"Order {order.increment_id} {'taken over' if is_new else 'was here before'}."


def read_order(document: etree._Element | None) -> WarehouseOrder:
    """Return what the warehouse keeps of an order. Raises NotPossible without an order number."""
    number = child_text(document, "incrementId")
    if document is None or not number:
        raise NotPossible("The shop's answer names no order number.")
    extension = child(document, "extensionAttributes")
    shipping = None if extension is None else named(extension, "shipping")
    address = child(shipping, "address")
    names = (child_text(address, "firstname"), child_text(address, "lastname"))
    items = child(document, "items")
    return WarehouseOrder(
        increment_id=number,
        entity_id=child_text(document, "entityId"),
        recipient=" ".join(name for name in names if name),
        email=child_text(document, "customerEmail"),
        delivery=child_text(shipping, "method"),
        lines=_lines([] if items is None else [_item(element) for element in items]),
    )


def _first_units(product: etree._Element | None, default_units: Decimal) -> Decimal:
    extension = child(product, "extensionAttributes")
    shown = child_text(child(extension, "stockItem"), "qty")
    return max(_units(shown), Decimal(0)) if shown else default_units


def _item(element: etree._Element) -> ShopItem:
    gone = ("qtyShipped", "qtyCanceled", "qtyRefunded")
    ordered = _units(child_text(element, "qtyOrdered"))
    settled = sum((_units(child_text(element, name)) for name in gone), Decimal(0))
    return ShopItem(
        item_id=child_text(element, "itemId"),
        parent_id=child_text(element, "parentItemId"),
        sku=child_text(element, "sku"),
        name=child_text(element, "name"),
        type=child_text(element, "productType"),
        open_units=max(ordered - settled, Decimal(0)),
    )


def _lines(items: list[ShopItem]) -> list[OrderLine]:
    """Return what is picked: items without children, and never more than their parent has open.

    A shop books a configurable's shipments on the parent alone, a bundle's on the children.
    """
    parents = {item.parent_id for item in items if item.parent_id}
    by_id = {item.item_id: item for item in items}
    lines = []
    for item in items:
        if item.item_id in parents or item.type in _NOT_SENT:
            continue
        parent = by_id.get(item.parent_id)
        units = item.open_units
        if parent is not None and parent.type == "configurable":
            units = min(units, parent.open_units) if units else parent.open_units
        if units:
            lines.append(OrderLine(item.sku, item.name, units))
    return lines


def _units(text: str) -> Decimal:
    """Read a quantity; what the shop leaves out is zero. Raises NotPossible for nonsense."""
    try:
        return parse_quantity(text) if text else Decimal(0)
    except ValueError as error:
        raise NotPossible(f"The shop's answer is odd: {error}.") from error
