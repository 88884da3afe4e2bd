"""Promising stock to an order that is being placed, so that no unit is sold twice (docs/stock.md).

With several sources a promise is a reservation on the website's stock; in classic mode the units
come off the shelf at once, as in Magento. Either way the source items are locked first, in the
order of their ids, so that two orders for the last unit take turns, and a stock import with them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import NotSalable
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.updates import update_rows
from orderflow_bridge.configuration.selectors import inventory_import
from orderflow_bridge.inventory.availability import AS_CONFIGURED, Availability
from orderflow_bridge.inventory.models import (
    DEFAULT_SOURCE,
    Deduction,
    Reservation,
    SourceItem,
)
from orderflow_bridge.inventory.selectors import (
    counted_products,
    reserved_units,
    stock_of_website,
)
from orderflow_bridge.inventory.stock_settings import availabilities

PLACED = "order_placed"


@dataclass(frozen=True)
class Promise:
    """Units that are held for an order until the transaction ends; `keep_promise` writes them."""

    units: Mapping[int, Decimal] = field(default_factory=dict)
    stock_id: int | None = None
    taken: Sequence[tuple[SourceItem, Decimal]] = ()


def promise_units(units: Mapping[int, Decimal], *, website_id: int) -> Promise:
    """Hold units (by product id) that a website sells; in classic mode they leave the shelf.

    Must run inside a transaction. Products without stock keeping are passed over. Raises
    NotSalable, naming the first SKU, unless there is enough of every product.
    """
    units = _counted(units)
    if not units:
        return Promise()
    if not inventory_import().multi_source_enabled:
        items = list(_lock(_items(units)))
        rules = availabilities(units)
        _check(units, _on_shelf(items), rules)
        taken = list(_take(items, units, rules))
        update_rows([item for item, _ in taken], "quantity", "status")
        return Promise(units, taken=taken)
    stock = stock_of_website(website_id)
    if stock is None:
        raise NotSalable("No stock has been set up to sell from.")
    on_shelf = _on_shelf(list(_lock(_items(units).filter(source__stocks=stock))))
    _check(units, _less(on_shelf, reserved_units(units, stock)), availabilities(units))
    return Promise(units, stock_id=stock.pk)


def keep_promise(promise: Promise, order_id: int) -> None:
    """Write a promise down in the name of its order, which is saved by now."""
    Deduction.objects.bulk_create(
        Deduction(
            order_id=order_id,
            source_item=item,
            quantity=qty,
            sequence_id=item.last_sequence_id,
        )
        for item, qty in promise.taken
    )
    if promise.stock_id is not None:
        Reservation.objects.bulk_create(
            Reservation(
                stock_id=promise.stock_id,
                product_id=product_id,
                quantity=-qty,
                order_id=order_id,
                event=PLACED,
            )
            for product_id, qty in promise.units.items()
        )


def check_salable(units: Mapping[int, Decimal], *, website_id: int) -> None:
    """Raise NotSalable unless a website could sell these units now; nothing is held."""
    units = _counted(units)
    if not units:
        return
    if not inventory_import().multi_source_enabled:
        _check(units, _on_shelf(list(_items(units))), availabilities(units))
        return
    stock = stock_of_website(website_id)
    items = list(_items(units).filter(source__stocks=stock))
    reserved = reserved_units(units, stock) if stock else {}
    _check(units, _less(_on_shelf(items), reserved), availabilities(units))


def _counted(units: Mapping[int, Decimal]) -> dict[int, Decimal]:
    counted = counted_products(units)
    return {pk: qty for pk, qty in sorted(units.items()) if pk in counted and qty > 0}


def _items(product_ids: Collection[int]) -> QuerySet[SourceItem]:
    return SourceItem.objects.filter(
        product__in=product_ids, status=SourceItem.Status.IN_STOCK, source__enabled=True
    ).order_by("pk")


def _lock(items: QuerySet[SourceItem]) -> QuerySet[SourceItem]:
    return items.select_for_update(of=("self",), no_key=True)


def _on_shelf(items: Sequence[SourceItem]) -> dict[int, Decimal]:
    """Return the quantities of these items by product id."""
    totals: dict[int, Decimal] = {}
    for item in items:
        totals[item.product_id] = totals.get(item.product_id, Decimal(0)) + item.quantity
    return totals


def _less(on_shelf: Mapping[int, Decimal], reserved: Mapping[int, Decimal]) -> dict[int, Decimal]:
    return {pk: qty + reserved.get(pk, Decimal(0)) for pk, qty in on_shelf.items()}


def _check(
    units: Mapping[int, Decimal],
    there: Mapping[int, Decimal],
    rules: Mapping[int, Availability],
) -> None:
    """Raise NotSalable unless enough is there of every product, or may be owed to the customer."""
    for product_id, qty in units.items():
        limit = rules.get(product_id, AS_CONFIGURED).limit
        salable = max(there[product_id] - limit, Decimal(0)) if product_id in there else Decimal(0)
        if qty > salable:
            sku = Product.objects.values_list("sku", flat=True).get(pk=product_id)
            raise NotSalable(
                f'The requested quantity of product SKU "{sku}" is not available:'
                f" {plain(qty)} wanted, {plain(salable)} salable."
            )


def _take(
    items: Sequence[SourceItem],
    units: Mapping[int, Decimal],
    rules: Mapping[int, Availability],
) -> Iterator[tuple[SourceItem, Decimal]]:
    """Take units off their items, the default source's first; yield each item with its units.

    What no source has is owed by the first one. `updated_at` is left alone: it tells when the
    figure was written, not what was sold since.
    """
    by_product: dict[int, list[SourceItem]] = {}
    for item in sorted(items, key=lambda item: (item.source_id != DEFAULT_SOURCE, item.pk)):
        by_product.setdefault(item.product_id, []).append(item)
    for product_id, left in units.items():
        taken: list[Decimal] = []
        for item in by_product[product_id]:
            taken.append(min(left, max(item.quantity, Decimal(0))))
            left -= taken[-1]
        taken[0] += left
        for item, qty in zip(by_product[product_id], taken, strict=True):
            if qty > 0:
                item.quantity -= qty
                floor = rules.get(product_id, AS_CONFIGURED).floor
                item.status = SourceItem.Status(int(item.quantity > floor))
                yield item, qty
