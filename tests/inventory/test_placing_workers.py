"""Many hands at once on the same stock: on PostgreSQL, in threads with connections of their own."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections

from orderflow_bridge.common.exceptions import ActionNotAvailable, NotSalable
from orderflow_bridge.configuration.sections import Adjustment, InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory import fulfilment
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.inventory.placing import order_cart
from orderflow_bridge.inventory.selectors import salable_quantity
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import Order, OrderItem
from tests.carts import make_cart, make_sold, quantities
from tests.factories import make_stock
from tests.imports.stock import process, queue

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent transactions"),
]

SKUS = ("A", "B", "C")
SUPPLY = 30


def in_threads(works: list[Callable[[], Any]]) -> list[Any]:
    """Do all of this at once, each in a thread with its own connection."""

    def once(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(once, works))


def place(quote_id: int) -> int:
    return order_cart(quote_id, payment_method="checkmo")


def test_a_cart_that_is_ordered_by_many_at_once_becomes_one_order() -> None:
    quote = make_cart((make_sold("A", 10), 4))

    ids = in_threads([lambda: place(quote.pk)] * 8)

    assert set(ids) == {Order.objects.get().pk}
    assert quantities("A") == [6]


@pytest.mark.parametrize("is_multi_source", [False, True])
def test_whoever_places_cancels_and_ships_at_once_the_stock_adds_up(is_multi_source: bool) -> None:
    write_settings(InventoryImport, {"multi_source_enabled": is_multi_source})
    stock = make_stock()
    products = {sku: make_sold(sku, SUPPLY) for sku in SKUS}
    carts = [
        [make_cart(*((products[sku], random.randint(1, 3)) for sku in random.sample(SKUS, 2))).pk
         for _ in range(12)]
        for _ in range(6)
    ]  # fmt: skip

    def trade(own: list[int]) -> Callable[[], None]:
        def work() -> None:
            for quote_id in own:
                try:
                    order_id = place(quote_id)
                except NotSalable:
                    order_id = random.choice(Order.objects.values_list("pk", flat=True))
                act: Any = random.choice([fulfilment.cancel, fulfilment.ship, lambda _: None])
                with suppress(ActionNotAvailable):
                    act(order_id)

        return work

    in_threads([trade(own) for own in carts])

    for sku, product in products.items():
        rows = OrderItem.objects.filter(sku=sku)
        kept = sum((row.qty_shipped + states.to_ship(row) for row in rows), Decimal(0))
        salable = salable_quantity(product, stock) if is_multi_source else quantities(sku)[0]
        assert salable == SUPPLY - kept >= 0


def test_orders_and_figures_at_once_take_every_unsent_order_off_once() -> None:
    write_settings(
        InventoryImport,
        {
            "adjust_inventory": Adjustment.UNSENT_ORDERS,
            "valid_unsent_order_statuses": ("pending",),
        },
    )
    product = make_sold("A", 100)
    carts = [make_cart((product, 1)).pk for _ in range(30)]
    for sequence_id in range(1, 21):
        queue(("A", 100, sequence_id))

    def import_quantities() -> None:
        while process(limit=1).requests:
            pass

    def sell(own: list[int]) -> Callable[[], object]:
        return lambda: [place(quote_id) for quote_id in own]

    in_threads([import_quantities, *(sell(carts[start::3]) for start in range(3))])

    assert Order.objects.count() == 30
    assert SourceItem.objects.get(product=product).quantity == 70
