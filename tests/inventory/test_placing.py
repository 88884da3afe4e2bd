"""Placing orders: what is written, what is promised, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import NoSuchEntity, NotSalable, OrderRefused
from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory import fulfilment
from orderflow_bridge.inventory.models import Deduction, Reservation, SourceItem
from orderflow_bridge.inventory.placing import order_cart, place_order
from orderflow_bridge.inventory.selectors import salable_quantity
from orderflow_bridge.sales.drafts import OrderDraft
from orderflow_bridge.sales.models import Order, OrderItem, QuoteAddress
from tests.carts import make_cart, make_sold, make_variant, make_variant_rows, quantities
from tests.factories import make_product, make_source, make_source_item, make_stock, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def _multi_source() -> None:
    write_settings(InventoryImport, {"multi_source_enabled": True})


def place(quote) -> Order:
    return Order.objects.get(pk=order_cart(quote.pk, payment_method="checkmo"))


def draft(*items, **values) -> OrderDraft:
    store = make_store()
    order = Order(store=store, customer_email="v@example.com", **values)
    rows = [
        OrderItem(product=product, sku=product.sku, name=product.name, qty_ordered=Decimal(qty))
        for product, qty in items
    ]
    return OrderDraft(order, rows)


def test_a_cart_becomes_an_order_with_everything_that_belongs_to_it() -> None:
    quote = make_cart((make_sold("A", price=Decimal("12.50"), weight=2), 2))

    order = place(quote)

    assert (order.increment_id, order.state, order.status) == ("000000001", "new", "pending")
    assert (order.customer_email, order.customer_lastname, order.quote_id) == (
        "veronica.costello@example.com", "Costello", quote.pk,
    )  # fmt: skip
    assert (order.subtotal, order.shipping_amount, order.grand_total) == (25, 5, 30)
    assert (order.total_qty_ordered, order.weight) == (2, 4)
    assert (order.shipping_method, order.shipping_description) == (
        "flatrate_flatrate", "Flat Rate - Fixed",
    )  # fmt: skip
    row = order.items.get()
    assert (row.sku, row.qty_ordered, row.price, row.row_total) == ("A", 2, Decimal("12.5"), 25)
    assert {address.city for address in order.addresses.all()} == {"Calder"}
    assert order.addresses.count() == 2
    assert (order.payment.method, order.payment.title) == ("checkmo", "Check / Money order")
    assert order.status_histories.get().comment == "Order placed."


def test_a_new_order_is_pending_and_due_for_export() -> None:
    order = place(make_cart((make_sold("A"), 1)))

    assert order.orderflow_export_status == "Pending"
    assert order.orderflow_due_at is not None
    assert order.website_id == order.store.website_id


def test_the_cart_is_closed_and_knows_its_order() -> None:
    quote = make_cart((make_sold("A"), 1))

    order = place(quote)

    quote.refresh_from_db()
    assert (quote.is_active, quote.reserved_order_id) == (False, order.increment_id)


def test_ordering_a_cart_twice_makes_one_order() -> None:
    quote = make_cart((make_sold("A", 10), 4))

    first, second = place(quote), place(quote)

    assert first == second
    assert Order.objects.count() == 1
    assert quantities("A") == [6]


def test_a_variant_becomes_two_rows_and_takes_its_own_stock() -> None:
    store = make_store()
    parent = make_sold("MH01", None, store=store, type_id=Product.Type.CONFIGURABLE)
    variant = make_variant(parent, "MH01-S", 10, store=store)
    quote = make_cart(store=store)
    make_variant_rows(quote, variant, 3)

    order = place(quote)

    carrier, child = order.items.order_by("pk")
    assert (carrier.product_type, carrier.sku, carrier.row_total) == ("configurable", "MH01-S", 75)
    assert (child.parent_item, child.product, child.qty_ordered) == (carrier, variant, 3)
    assert quantities("MH01-S") == [7]


def test_in_classic_mode_the_units_leave_the_shelf_at_once() -> None:
    make_source_item(make_sold("A", 2, store=make_store()), 3, "eu")

    order = place(make_cart(("A", 4)))

    items = SourceItem.objects.order_by("pk").values_list("source", "quantity", "status")
    assert list(items) == [("default", 0, 0), ("eu", 1, 1)]
    taken = Deduction.objects.filter(order_id=order.pk).order_by("pk")
    assert list(taken.values_list("source_item__source", "quantity")) == [("default", 2), ("eu", 2)]
    assert not Reservation.objects.exists()


@pytest.mark.usefixtures("_multi_source")
def test_with_several_sources_the_units_are_reserved_on_the_websites_stock() -> None:
    product = make_sold("A", 5)
    stock = make_stock()

    order = place(make_cart((product, 4)))

    reservation = Reservation.objects.get()
    assert (reservation.quantity, reservation.order_id, reservation.event) == (
        -4, order.pk, "order_placed",
    )  # fmt: skip
    assert quantities("A") == [5]
    assert salable_quantity(product, reservation.stock) == 1
    assert reservation.stock != stock
    assert not Deduction.objects.exists()


@pytest.fixture(params=["classic", "multi-source"])
def _either_mode(request: pytest.FixtureRequest) -> None:
    write_settings(InventoryImport, {"multi_source_enabled": request.param == "multi-source"})


@pytest.mark.usefixtures("_either_mode")
def test_what_is_not_there_is_not_sold_and_nothing_is_written() -> None:
    quote = make_cart((make_sold("A", 5), 1), (make_sold("B", 5), 6))

    with pytest.raises(NotSalable, match='SKU "B" is not available: 6 wanted, 5 salable'):
        place(quote)

    quote.refresh_from_db()
    assert quote.is_active
    assert not Order.objects.exists()
    assert quantities("A", "B") == [5, 5]
    assert not Reservation.objects.exists()


@pytest.mark.usefixtures("_either_mode")
def test_a_product_without_stock_cannot_be_sold() -> None:
    with pytest.raises(NotSalable):
        place(make_cart((make_sold("A", None), 1)))


@pytest.mark.usefixtures("_either_mode")
@pytest.mark.parametrize("status", ["item out of stock", "source disabled"])
def test_stock_that_is_not_for_sale_is_not_sold(status: str) -> None:
    quote = make_cart((make_sold("A", 5), 1))
    if status == "source disabled":
        make_source("default", enabled=False)
    else:
        SourceItem.objects.update(status=SourceItem.Status.OUT_OF_STOCK)

    with pytest.raises(NotSalable):
        place(quote)


@pytest.mark.usefixtures("_either_mode")
def test_a_product_whose_stock_is_not_managed_is_sold_without_limit() -> None:
    product = make_sold("A", 1, custom_attributes={"manage_stock": "0"})

    place(make_cart((product, 5)))

    assert quantities("A") == [1]
    assert not Reservation.objects.exists()


@pytest.mark.usefixtures("_either_mode")
def test_a_download_is_sold_without_limit_until_somebody_counts_it() -> None:
    product = make_sold("DL", None, type_id=Product.Type.DOWNLOADABLE)
    place(make_cart((product, 5), is_virtual=True))
    make_source_item(product, 2)

    with pytest.raises(NotSalable):
        place(make_cart((product, 3), is_virtual=True))


@pytest.mark.usefixtures("_either_mode")
def test_cancelling_gives_back_what_was_promised() -> None:
    product = make_sold("A", 5)
    order = place(make_cart((product, 5)))

    assert fulfilment.cancel(order.pk)

    assert place(make_cart((product, 5)))


def test_an_order_document_holds_what_it_still_has_to_ship() -> None:
    product = make_sold("A", 5)
    order = draft((product, 3))
    order.rows[0].qty_shipped = Decimal(1)

    place_order(order)

    assert quantities("A") == [3]


@pytest.mark.parametrize("state", ["complete", "closed", "canceled"])
def test_an_order_that_is_over_holds_nothing(state: str) -> None:
    product = make_sold("A", 0)

    place_order(draft((product, 3), state=state, status=state))

    assert quantities("A") == [0]
    assert not Deduction.objects.exists()


def test_an_order_keeps_a_number_of_its_own_and_no_other_gets_it() -> None:
    first = place_order(draft((make_sold("A"), 1), increment_id="000000001"))
    second = place_order(draft((make_product("B", custom_attributes={"manage_stock": 0}), 1)))

    assert first.increment_id == "000000001"
    assert second.increment_id != "000000001"
    with pytest.raises(OrderRefused, match='Order "000000001" exists already'):
        place_order(draft((make_sold("C"), 1), increment_id="000000001"))
    assert quantities("C") == [10]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"shipping_method": ""}, "The shipping method is missing"),
        ({"shipping_method": "ups_ground"}, "Carrier with such method not found: ups, ground"),
        ({"customer_email": ""}, "has no e-mail address"),
    ],
)
def test_a_cart_that_lacks_something_is_refused(values: dict[str, Any], text: str) -> None:
    with pytest.raises(OrderRefused, match=text):
        place(make_cart((make_sold("A"), 1), **values))


def test_an_empty_cart_one_without_addresses_or_with_a_strange_payment_is_refused() -> None:
    quote = make_cart((make_sold("A"), 1))
    with pytest.raises(OrderRefused, match="The requested Payment Method is not available"):
        order_cart(quote.pk, payment_method="paypal")
    QuoteAddress.objects.filter(address_type="billing").delete()
    with pytest.raises(OrderRefused, match="billing address"):
        place(quote)
    QuoteAddress.objects.all().delete()
    with pytest.raises(OrderRefused, match="The shipping address is missing"):
        place(quote)
    with pytest.raises(OrderRefused, match="The cart is empty"):
        place(make_cart())
    with pytest.raises(NoSuchEntity):
        order_cart(0, payment_method="checkmo")


@pytest.mark.usefixtures("_either_mode")
def test_the_number_of_statements_does_not_depend_on_the_number_of_rows() -> None:
    def statements(size: int, name: str) -> int:
        items = [(make_sold(f"{name}{number}"), 1) for number in range(size)]
        quote = make_cart(*items)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            order_cart(quote.pk, payment_method="checkmo")
        return len(queries)

    statements(1, "warm")

    few, many = statements(2, "few"), statements(20, "many")

    assert few == many
    assert few <= 25
