"""Whatever is placed, cancelled, shipped, invoiced and refunded: nothing is sold twice or lost."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import ActionNotAvailable, NotSalable
from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory import fulfilment
from orderflow_bridge.inventory.models import Deduction, Reservation, SourceItem
from orderflow_bridge.inventory.placing import order_cart
from orderflow_bridge.inventory.selectors import salable_quantity, stock_of_website
from orderflow_bridge.inventory.services import refund_and_release
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import Order, OrderItem, Quote
from orderflow_bridge.sales.refunding import Refund
from tests.carts import make_cart, make_sold, make_variant, make_variant_rows
from tests.factories import make_store

pytestmark = pytest.mark.django_db

SUPPLY = {"A": 10, "V": 6}

record_actions = st.lists(
    st.tuples(
        st.sampled_from(["place", "place", "cancel", "ship", "invoice", "refund"]),
        st.integers(0, 5),
        st.dictionaries(st.sampled_from(sorted(SUPPLY)), st.integers(1, 5), min_size=1),
    ),
    max_size=14,
)


@pytest.fixture(autouse=True)
def _shop() -> None:
    store = make_store()
    parent = make_sold("P", None, store=store, type_id=Product.Type.CONFIGURABLE)
    make_sold("A", SUPPLY["A"], store=store)
    make_variant(parent, "V", SUPPLY["V"], store=store)


def begin_again() -> None:
    for model in (Order, Quote, Reservation, Deduction):
        model.objects.all().delete()
    for sku, quantity in SUPPLY.items():
        SourceItem.objects.filter(product__sku=sku).update(quantity=quantity, status=1)


def salable(sku: str, *, is_multi_source: bool) -> Decimal:
    product = Product.objects.get(sku=sku)
    if not is_multi_source:
        return SourceItem.objects.get(product=product).quantity
    stock = stock_of_website(product.websites.get().pk)
    assert stock is not None
    return salable_quantity(product, stock)


def expected(sku: str) -> Decimal:
    """Return the supply less what has left and what is still to leave, by the rows that carry."""
    rows = OrderItem.objects.filter(sku=sku, parent_item=None)
    return SUPPLY[sku] - sum((row.qty_shipped + states.to_ship(row) for row in rows), Decimal(0))


def place(wanted: dict[str, int]) -> None:
    quote = make_cart()
    for sku, qty in wanted.items():
        if sku == "V":
            make_variant_rows(quote, Product.objects.get(sku="V"), qty)
        else:
            quote.items.create(product=Product.objects.get(sku=sku), sku=sku, name=sku, qty=qty)
    order_cart(quote.pk, payment_method="free" if not wanted else "checkmo")


def do(action: str, which: int, wanted: dict[str, int]) -> None:
    if action == "place":
        place(wanted)
        return
    order = Order.objects.order_by("pk")[which : which + 1].first()
    if order is None:
        return
    rows = order.items.filter(parent_item=None, sku__in=wanted)
    quantities = {row.pk: Decimal(wanted[row.sku]) for row in rows}
    acts: dict[str, Any] = {
        "cancel": lambda: fulfilment.cancel(order.pk),
        "ship": lambda: fulfilment.ship(order.pk, quantities=quantities),
        "invoice": lambda: fulfilment.invoice(order.pk, quantities=quantities),
        "refund": lambda: refund_and_release(order.pk, Refund(quantities)),
    }
    acts[action]()


@pytest.mark.parametrize("is_multi_source", [False, True])
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=record_actions)
def test_what_is_salable_is_what_lies_there_less_what_is_promised(
    is_multi_source: bool, story: list[tuple[str, int, dict[str, int]]]
) -> None:
    write_settings(InventoryImport, {"multi_source_enabled": is_multi_source})
    begin_again()
    for action, which, wanted in story:
        before = {sku: salable(sku, is_multi_source=is_multi_source) for sku in SUPPLY}
        try:
            do(action, which, wanted)
        except NotSalable:
            assert any(qty > before[sku] for sku, qty in wanted.items())
        except ActionNotAvailable:
            pass
        for sku in SUPPLY:
            there = salable(sku, is_multi_source=is_multi_source)
            assert there == expected(sku) >= 0, (action, which, wanted)
