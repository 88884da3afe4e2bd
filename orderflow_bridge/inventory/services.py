"""Stock that leaves the shelf, and promises that are kept or taken back (docs/stock.md).

Everybody who changes several source items locks them in the order of their ids, so that nobody
waits crosswise.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from orderflow_bridge.common.statements import update_rows
from orderflow_bridge.configuration.selectors import inventory_import
from orderflow_bridge.inventory.models import DEFAULT_SOURCE, Reservation, SourceItem
from orderflow_bridge.inventory.order_units import give_back, open_units, stocked_units
from orderflow_bridge.inventory.selectors import (
    existing_sources,
    floors,
    sole_sources,
    stocks_of_websites,
)
from orderflow_bridge.sales import states
from orderflow_bridge.sales.booking import Booking
from orderflow_bridge.sales.models import CreditMemo, Order
from orderflow_bridge.sales.refunding import Refund, refund_order
from orderflow_bridge.sales.selectors import lock_order


@dataclass(frozen=True)
class Warehouse:
    """The sources that were asked for and exist; in multi-source mode also the websites' stocks.

    `stocks` are stock ids by website id, `sole_sources` source codes by stock id. In classic mode
    both are empty, and a shipment touches no stock: OrderFlow's next figure does.
    """

    sources: Collection[str] = frozenset()
    stocks: Mapping[int, int] = field(default_factory=dict)
    sole_sources: Mapping[int, str] = field(default_factory=dict)
    is_multi_source: bool = False

    def stock_of(self, order: Order) -> int | None:
        """Return the id of the stock that promised an order's goods."""
        return self.stocks.get(order.store.website_id)

    def unnamed_source(self, order: Order) -> str:
        """Return the source that an order's goods leave from when nobody names one."""
        stock_id = self.stock_of(order)
        return self.sole_sources.get(stock_id, DEFAULT_SOURCE) if stock_id else DEFAULT_SOURCE


def read_warehouse(
    *, source_codes: Collection[str] = (), website_ids: Collection[int] = ()
) -> Warehouse:
    """Look up the sources that a batch names and its websites' stocks: four queries at most."""
    sources = existing_sources(source_codes) if source_codes else set()
    if not inventory_import().multi_source_enabled:
        return Warehouse(sources)
    stocks = stocks_of_websites(website_ids)
    return Warehouse(sources, stocks, sole_sources(set(stocks.values())), is_multi_source=True)


SHIPPED = "shipment_created"
CANCELED = "order_canceled"
REFUNDED = "creditmemo_created"


@dataclass(frozen=True)
class Departure:
    """Units of a product that left a source, and the stock (if any) that had promised them."""

    order_id: int
    stock_id: int | None
    source_code: str
    product_id: int
    quantity: Decimal


def ship_bookings(bookings: Iterable[Booking], warehouse: Warehouse) -> None:
    """Take booked shipments off the stock; in classic mode nothing happens.

    Must run in the transaction that books them.
    """
    if not warehouse.is_multi_source:
        return
    ship_from_source(
        [
            Departure(
                booking.order.pk,
                warehouse.stock_of(booking.order),
                units.source_code,
                product_id,
                quantity,
            )
            for booking in bookings
            for units in booking.units
            for product_id, quantity in stocked_units(booking.rows, units).items()
        ]
    )


def ship_from_source(departures: Sequence[Departure]) -> None:
    """Take units off their source items and give back the promises: what is salable stays equal.

    Must run inside a transaction. A source item that is missing is made. A quantity may fall below
    zero: the goods have left, and OrderFlow's next figure settles it.
    """
    if not departures:
        return
    units: dict[tuple[int, str], Decimal] = {}
    for departure in departures:
        key = (departure.product_id, departure.source_code)
        units[key] = units.get(key, states.NOTHING) + departure.quantity
    items = _lock_items(sorted(units))
    now = timezone.now()
    run_out = floors({product_id for product_id, _ in units})
    for item in items:
        item.quantity -= units[item.product_id, item.source_id]
        floor = run_out.get(item.product_id, states.NOTHING)
        item.status = SourceItem.Status(int(item.quantity > floor))
        item.updated_at = now
    update_rows(items, "quantity", "status", "updated_at")
    Reservation.objects.bulk_create(_kept_promises(departures))


def _kept_promises(departures: Sequence[Departure]) -> Iterator[Reservation]:
    """Yield what gives back the promises that these departures keep.

    Never more than is still promised: an order that reserved nothing must not add to what is
    salable. The orders are locked by whoever books the shipments, so the sums stand still.
    """
    promised = {
        (order_id, stock_id, product_id): -total
        for order_id, stock_id, product_id, total in Reservation.objects.filter(
            order_id__in={departure.order_id for departure in departures}
        )
        .order_by()
        .values_list("order_id", "stock_id", "product_id")
        .annotate(total=Sum("quantity"))
    }
    for departure in departures:
        key = (departure.order_id, departure.stock_id, departure.product_id)
        kept = min(departure.quantity, promised.get(key, states.NOTHING))
        if kept > 0 and departure.stock_id:
            promised[key] -= kept
            yield Reservation(
                stock_id=departure.stock_id,
                product_id=departure.product_id,
                quantity=kept,
                order_id=departure.order_id,
                event=SHIPPED,
            )


@transaction.atomic
def release_promises(order_id: int, *, event: str = CANCELED, was_subtracted: bool = False) -> None:
    """Give back what an order still holds but will not ship any more; twice does no harm.

    With several sources its reservations: `event` is written down as the reason. In classic mode
    what was taken off the shelf: `was_subtracted` as order_units.give_back asks. Raises
    ActionNotAvailable for an unknown order.
    """
    rows = lock_order(order_id).rows
    give_back(order_id, rows, was_subtracted=was_subtracted)
    still_due = open_units(rows)
    promised = (
        Reservation.objects.filter(order_id=order_id)
        .order_by()
        .values_list("stock_id", "product_id")
        .annotate(total=Sum("quantity"))
    )
    Reservation.objects.bulk_create(
        Reservation(
            stock_id=stock_id,
            product_id=product_id,
            quantity=-total - still_due.get(product_id, states.NOTHING),
            order_id=order_id,
            event=event,
        )
        for stock_id, product_id, total in promised
        if -total > still_due.get(product_id, states.NOTHING)
    )


@transaction.atomic
def refund_and_release(order_id: int, refund: Refund) -> CreditMemo:
    """Refund units of an order and give back what was promised to those that will not be shipped.

    What was shipped comes back with OrderFlow's next figure. Raises ActionNotAvailable.
    """
    memo = refund_order(order_id, refund)
    release_promises(order_id, event=REFUNDED)
    return memo


def _lock_items(keys: Sequence[tuple[int, str]]) -> list[SourceItem]:
    """Lock the source items of these products and sources, making those that are missing."""
    product_ids = {product_id for product_id, _ in keys}
    sources = {source_code for _, source_code in keys}
    candidates = SourceItem.objects.filter(product__in=product_ids, source__in=sources)
    there = set(candidates.order_by().values_list("product_id", "source_id"))
    SourceItem.objects.bulk_create(
        [
            SourceItem(product_id=product_id, source_id=source_code)
            for product_id, source_code in keys
            if (product_id, source_code) not in there
        ],
        ignore_conflicts=True,
    )
    wanted = set(keys)
    locked = candidates.order_by("pk").select_for_update()
    return [item for item in locked if (item.product_id, item.source_id) in wanted]
