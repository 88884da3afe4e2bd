"""Placing an order: the order, its rows and its promise of stock are one transaction.

No unit is sold twice (docs/stock.md): the source items are locked first, in the order of their ids,
so that two orders for the last unit take turns, and a stock import with them. With several sources
a promise is a reservation on the website's stock; in classic mode the units leave the shelf at
once, as in Magento.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import NotSalable, OrderRefused
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.statements import update_rows
from orderflow_bridge.configuration.selectors import inventory_import
from orderflow_bridge.inventory.models import (
    DEFAULT_SOURCE,
    Deduction,
    Reservation,
    SourceItem,
)
from orderflow_bridge.inventory.order_units import units_of_draft
from orderflow_bridge.inventory.selectors import (
    AS_CONFIGURED,
    Availability,
    availabilities,
    counted_products,
    reserved_units,
    stock_of_website,
)
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.sales import carts
from orderflow_bridge.sales.buyers import keep_buyer
from orderflow_bridge.sales.checkout import draft_of_cart
from orderflow_bridge.sales.drafts import OrderDraft
from orderflow_bridge.sales.events import tell_of_orders
from orderflow_bridge.sales.models import (
    Order,
    OrderAddress,
    OrderItem,
    OrderStatusHistory,
)
from orderflow_bridge.sales.models import Sequence as Counters
from orderflow_bridge.sales.numbering import next_increment_ids
from orderflow_bridge.stores.order_statuses import register_status

# What these orders have not shipped they never will: nothing is promised to them.
_OVER = (Order.State.CANCELED, Order.State.COMPLETE, Order.State.CLOSED)


@transaction.atomic
def place_order(draft: OrderDraft) -> Order:
    """Place an order and hold the stock it still needs; return the order.

    A draft that is complete, closed or cancelled already, or shipped in part, holds only what is
    still to be shipped. Raises NotSalable, and OrderRefused for an order without
    rows and for an increment id that is taken.
    """
    is_over = draft.order.state in _OVER
    units = {} if is_over else units_of_draft(draft.rows)
    promise = promise_units(units, website_id=draft.order.store.website_id)
    order = _write(draft)
    keep_promise(promise, order.pk)
    keep_buyer(draft)
    tell_of_orders(Kind.ORDER_PLACED, [order])
    return order


@transaction.atomic
def order_cart(quote_id: int, *, payment_method: str, po_number: str = "") -> int:
    """Make an order of a cart; return the order's id. Asked again, it returns the same one.

    The cart is locked, so that two callers at once make one order. Raises NoSuchEntity, NotSalable,
    and OrderRefused for a cart that lacks something.
    """
    quote = carts.lock_cart(quote_id)
    if not quote.is_active:
        return carts.order_of(quote)
    draft = draft_of_cart(quote, payment_method=payment_method, po_number=po_number)
    order = place_order(draft)
    carts.close_cart(quote, order)
    return order.pk


def _write(draft: OrderDraft) -> Order:
    """Number and save a draft; return its order.

    Must run inside a transaction. Raises OrderRefused for an order without rows, and for an
    increment id that is taken.
    """
    order = draft.order
    if not draft.rows:
        raise OrderRefused("An order needs at least one item.")
    _number(order)
    order.website_id = order.store.website_id
    now = clock.now()
    if order.orderflow_due_at is not None:  # at once, by the clock that exports go by
        order.orderflow_due_at = now
    order.save(force_insert=True)
    register_status(order.status)
    for row in draft.rows:
        row.order, row.updated_at = order, now
    for children in (False, True):  # the parents first: their children need their ids
        OrderItem.objects.bulk_create(
            [row for row in draft.rows if (row.parent_item is not None) == children]
        )
    for address in draft.addresses:
        address.order = order
    for entry in draft.histories:
        entry.order = order
    OrderAddress.objects.bulk_create(draft.addresses)
    OrderStatusHistory.objects.bulk_create(draft.histories)
    if draft.payment is not None:
        draft.payment.order = order
        draft.payment.save(force_insert=True)
    return order


def _number(order: Order) -> None:
    """Give the order its number. One that comes with a number of its own waits for its namesake.

    Blanks around a number are no part of it: whoever writes it again leaves them out.
    """
    order.increment_id = order.increment_id.strip()
    if not order.increment_id:
        order.increment_id = next_increment_ids(Counters.Document.ORDER, order.store_id, 1)[0]
    elif Order.objects.filter(increment_id=order.increment_id).exists():
        raise OrderRefused(f'Order "{order.increment_id}" exists already.')


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
