"""Order files: one row per item; orders are placed once, with their stock promised."""

from decimal import Decimal

import pytest

from orderflow_bridge.file_transfer.models import FileImport, Kind
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import OrderStatus
from tests.factories import make_source_item, make_store, make_website
from tests.file_transfer.files import checked, counts, csv_of, imported, told

pytestmark = pytest.mark.django_db

HEADER = ("increment_id", "customer_email", "sku", "qty_ordered", "price", "shipping_city")


@pytest.fixture(autouse=True)
def store():
    """Make a store view to sell in, and goods."""
    make_source_item("A-1", 10)
    make_source_item("A-2", 10)
    return make_store(make_website(code="base", is_default=True), code="default")


def test_the_rows_of_an_order_are_one_order_and_its_stock_is_promised():
    content = csv_of(
        HEADER,
        ("000000005", "vera@example.com", "A-1", 2, "10", ""),
        ("000000005", "", "A-2", 1, "5.5", ""),
        ("000000006", "max@example.com", "A-1", 3, "", ""),
        ("", "", "A-2", 1, "", ""),
    )

    stored = imported(Kind.ORDERS, content)

    assert counts(stored) == {"created": 2}
    order = Order.objects.get(increment_id="000000005")
    assert (order.customer_email, order.grand_total) == ("vera@example.com", Decimal("25.5"))
    assert order.items.count() == Order.objects.get(increment_id="000000006").items.count() == 2
    assert SourceItem.objects.get(product__sku="A-1").quantity == 5


def test_an_order_comes_in_a_status_of_the_shops_own():
    row = ("5", "vera@example.com", "A-1", 2, "10", "", "awaiting_wms")

    imported(Kind.ORDERS, csv_of((*HEADER, "status"), row))

    assert Order.objects.get().status == "awaiting_wms"
    assert OrderStatus.objects.filter(code="awaiting_wms").exists()


def test_a_dry_run_places_nothing():
    stored = checked(Kind.ORDERS, csv_of(HEADER, ("5", "vera@example.com", "A-1", 2, "10", "")))

    assert told(stored) == [(2, "created", "new order for vera@example.com: 1 item, 20 USD")]
    assert not Order.objects.exists()
    assert SourceItem.objects.get(product__sku="A-1").quantity == 10


def test_importing_the_same_orders_again_places_nothing():
    content = csv_of(HEADER, ("5", "vera@example.com", "A-1", 2, "10", ""))
    imported(Kind.ORDERS, content)

    stored = imported(Kind.ORDERS, content)

    assert counts(stored) == {"unchanged": 1}
    assert Order.objects.count() == 1
    assert SourceItem.objects.get(product__sku="A-1").quantity == 8


def test_a_padded_order_number_is_stored_trimmed_and_known_again():
    content = csv_of(HEADER, (" PO7 ", "vera@example.com", "A-1", 1, "", ""))

    imported(Kind.ORDERS, content)
    again = imported(Kind.ORDERS, content)

    assert Order.objects.get().increment_id == "PO7"
    assert counts(again) == {"unchanged": 1}


def test_zeros_behind_ordered_units_say_nothing():
    imported(Kind.ORDERS, csv_of(HEADER, ("5", "vera@example.com", "A-1", "5.00000", "", "")))

    assert Order.objects.get().items.get().qty_ordered == 5


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("5", "", "A-1", 1, "", ""), "customer_email"),
        (("5", "vera@example.com", "nope", 1, "", ""), 'Product SKU "nope" does not exist.'),
        (("5", "vera@example.com", "A-1", "two", "", ""), 'qty_ordered "two" is not a number'),
        (("5", "vera@example.com", "A-1", "1E+1", "", ""), 'qty_ordered "1E+1" is not a number'),
        (("5", "vera@example.com", "A-1", "", "", ""), "qty_ordered is empty"),
        (("5", "vera@example.com", "", 1, "", ""), "sku is empty"),
        (("5", "vera@example.com", "A-1", 11, "", ""), "is not available"),
        (("5", "vera@example.com", "A-1", -1, "", ""), "must be above 0"),
        (("5", "vera@example.com", "A-1", 1, "NaN", ""), "is not a number"),
        (("5", "vera@example.com", "A-1", 1, "", "Leeds"), "address"),
        (("", "vera@example.com", "A-1", 1, "", ""), "increment_id is empty"),
    ],
)
def test_a_bad_order_fails_alone_and_says_why(row, said):
    good = ("6", "max@example.com", "A-2", 1, "", "")

    stored = imported(Kind.ORDERS, csv_of(HEADER, row, good))

    [(number, _, text)] = [line for line in told(stored) if line[1] == "failed"]
    assert number == 2
    assert said in text
    assert [order.increment_id for order in Order.objects.all()] == ["6"]


def test_an_order_whose_rows_are_apart_is_taken_once():
    content = csv_of(
        HEADER,
        ("5", "vera@example.com", "A-1", 1, "", ""),
        ("6", "max@example.com", "A-1", 1, "", ""),
        ("5", "vera@example.com", "A-2", 1, "", ""),
    )

    stored = imported(Kind.ORDERS, content)

    assert counts(stored) == {"created": 2, "failed": 1}
    assert "row 2 counts" in told(stored)[-1][2]


def test_an_order_belongs_to_the_store_view_it_names_or_to_the_files_website(store):
    uk = make_store(make_website(code="uk"), code="uk")
    columns = ("increment_id", "store_view_code", "customer_email", "sku", "qty_ordered")

    imported(Kind.ORDERS, csv_of(columns, ("5", "uk", "vera@example.com", "A-1", 1)))
    imported(Kind.ORDERS, csv_of(columns, ("6", "", "v@example.com", "A-1", 1)), website=uk.website)
    stored = imported(Kind.ORDERS, csv_of(columns, ("7", "mars", "v@example.com", "A-1", 1)))

    assert dict(Order.objects.values_list("increment_id", "store__code")) == {"5": "uk", "6": "uk"}
    assert 'no store view "mars"' in told(stored)[0][2]
    assert stored.status == FileImport.Status.DONE
