"""Orders by REST: placed by a document, read, searched and changed (docs/rest-sales.md)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exports.fetching import fetch_order
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.sales.models import Order, OrderItem
from tests import filled
from tests.carts import make_sold, make_variant, quantities
from tests.factories import make_address, make_order, make_store
from tests.restapi.shop import Script, an_order, criteria

pytestmark = pytest.mark.django_db


def export_state(order_id: int) -> tuple[Any, ...]:
    return Order.objects.values_list(
        "orderflow_export_status", "orderflow_export_date", "orderflow_due_at"
    ).get(pk=order_id)


def test_an_order_document_becomes_an_order_that_can_be_read_back(script: Script) -> None:
    make_sold("A", price=10)

    placed = script.post(
        "orders",
        an_order(
            {
                "sku": "A",
                "qty_ordered": 2,
                "price": 12.5,
                "tax_amount": 5,
                "ext_order_item_id": "1",
            },
            tax_amount=5,
            customer_id=17,
            ext_order_id="ERP-1",
            status_histories=[{"comment": "By telephone", "status": "pending"}],
        ),
    )

    assert script.get(f"orders/{placed['entity_id']}") == placed
    assert placed["increment_id"] == "000000001"
    assert (placed["state"], placed["status"]) == ("new", "pending")
    assert (placed["subtotal"], placed["shipping_amount"], placed["grand_total"]) == (25, 5, 35)
    assert (placed["customer_id"], placed["ext_order_id"]) == (17, "ERP-1")
    [item] = placed["items"]
    assert (item["sku"], item["qty_ordered"], item["row_total"]) == ("A", 2, 25)
    assert (item["ext_order_item_id"], item["tax_amount"]) == ("1", 5)
    assert placed["billing_address"]["street"] == ["6146 Honey Bluff Parkway"]
    [assignment] = placed["extension_attributes"]["shipping_assignments"]
    assert assignment["shipping"]["method"] == "flatrate_flatrate"
    assert assignment["shipping"]["address"]["city"] == "Calder"
    assert placed["payment"]["method"] == "checkmo"
    assert [entry["comment"] for entry in placed["status_histories"]] == ["By telephone"]


def test_an_order_that_was_placed_is_fetched_by_orderflow_with_every_field(script: Script) -> None:
    make_sold("A")
    placed = script.post("orders", an_order({"sku": "A", "qty_ordered": 1}))
    caller = Caller(1, "orderflow", frozenset({ORDERFLOW_IMPORT}))

    fetched = fetch_order(placed["entity_id"], caller=caller).document

    assert fetched == placed
    assert Order.objects.get().orderflow_export_status == "Exported"


def test_a_filled_order_comes_back_as_it_was_sent(script: Script) -> None:
    sent = script.get(f"orders/{filled.filled_order().pk}")
    del sent["items"][0]["parent_item_id"]  # a leftover of filling every field
    Order.objects.all().delete()
    Product.objects.update(custom_attributes={"manage_stock": 0})

    placed = script.post("orders", {"entity": {**sent, "entity_id": None}})

    def lasting(document: Any) -> Any:
        """Leave out ids, which are new, and what was not sent on."""
        fresh = {"entity_id", "item_id", "parent_item_id", "order_id", "parent_id", "updated_at"}
        fresh |= {"billing_address_id", "stock_id", "orderflow_export_status"}
        fresh |= {"orderflow_export_date", "extension_attributes", "product_id"}
        fresh |= {"total_due", "base_total_due", "total_item_count"}
        if isinstance(document, dict):
            return {key: lasting(value) for key, value in document.items() if key not in fresh}
        return [lasting(entry) for entry in document] if isinstance(document, list) else document

    assert lasting(placed) == lasting(sent)
    sent_shipping, placed_shipping = (
        each["extension_attributes"]["shipping_assignments"][0]["shipping"]
        for each in (sent, placed)
    )
    assert lasting(placed_shipping) == lasting(sent_shipping)


def test_put_orders_create_places_an_order_too(script: Script) -> None:
    make_sold("A", 5)

    placed = script.put("orders/create", an_order({"sku": "A", "qtyOrdered": "2"}))

    assert Order.objects.get().pk == placed["entity_id"]
    assert quantities("A") == [3]


def test_an_order_belongs_to_the_store_view_it_names_or_the_addresss(script: Script) -> None:
    default, other = make_store(code="default"), make_store(code="uk")
    for sku in "AB":
        make_sold(sku)

    script.post("orders", an_order({"sku": "A", "qty_ordered": 1}), prefix="uk/V1")
    script.post("orders", an_order({"sku": "B", "qty_ordered": 1}, store_id=default.pk))

    assert [order.store for order in Order.objects.order_by("pk")] == [other, default]


def test_a_variant_is_two_items_of_which_the_child_names_its_parent(script: Script) -> None:
    store = make_store()
    parent = make_sold("P", None, store=store, type_id=Product.Type.CONFIGURABLE)
    variant = make_variant(parent, "P-S", 10, store=store)
    items = [
        {"item_id": 71, "sku": "P-S", "product_type": "configurable", "qty_ordered": 3},
        {"item_id": 72, "parent_item_id": 71, "sku": "P-S", "qty_ordered": 3, "price": 0},
    ]

    placed = script.post("orders", an_order(*items))

    carrier, child = OrderItem.objects.order_by("pk")
    assert (carrier.product, child.product, child.parent_item) == (parent, variant, carrier)
    assert placed["items"][1]["parent_item"] == placed["items"][0]
    assert quantities("P-S") == [7]


def test_history_that_is_over_holds_no_stock(script: Script) -> None:
    make_sold("A", 5)

    placed = script.post(
        "orders",
        an_order(
            {"sku": "A", "qty_ordered": 2, "qty_shipped": 2, "qty_invoiced": 2},
            state="complete",
            created_at="2017-03-22 15:25:16",
        ),
    )

    assert (placed["status"], placed["created_at"]) == ("complete", "2017-03-22 15:25:16")
    assert quantities("A") == [5]


def test_more_than_there_is_cannot_be_ordered(script: Script) -> None:
    make_sold("A", 5)

    message = script.refused("POST", "orders", an_order({"sku": "A", "qty_ordered": 6}))

    assert 'SKU "A" is not available: 6 wanted, 5 salable' in message
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("changes", "item", "text"),
    [
        ({"items": []}, None, "An order needs at least one item."),
        ({}, {"sku": "NOPE", "qty_ordered": 1}, 'Product SKU "NOPE" does not exist.'),
        ({}, {"sku": "A", "qty_ordered": 0}, "qty_ordered: must be above 0"),
        ({}, {"sku": "A", "qty_ordered": 1, "qty_shipped": 2}, "qty_shipped: must be between"),
        ({}, {"sku": "A", "qty_ordered": 1, "parent_item_id": 9}, "its parent is not among"),
        ({}, {"sku": "A", "qty_ordered": 10**9}, "qty_ordered"),
        ({}, {"sku": "A", "product_type": "nonsense", "qty_ordered": 1}, "product_type"),
        ({"customer_email": "nobody"}, {"sku": "A", "qty_ordered": 1}, "customer_email"),
        ({"customer_email": None}, {"sku": "A", "qty_ordered": 1}, "customer_email"),
        ({"state": "nonsense"}, {"sku": "A", "qty_ordered": 1}, "state"),
        ({"created_at": "yesterday"}, {"sku": "A", "qty_ordered": 1}, "created_at: a time"),
        ({"store_id": 99_999}, {"sku": "A", "qty_ordered": 1}, 'Store view "99999" does not'),
        ({"coupon_code": "x" * 300}, {"sku": "A", "qty_ordered": 1}, "coupon_code"),
        (
            {"billing_address": {"firstname": "V"}},
            {"sku": "A", "qty_ordered": 1},
            "Billing address, ",
        ),
    ],
)
def test_a_document_that_cannot_be_an_order_is_refused_and_writes_nothing(
    script: Script, changes: dict[str, Any], item: Any, text: str
) -> None:
    make_sold("A", 5)

    message = script.refused("POST", "orders", an_order(*([item] if item else []), **changes))

    assert text in message
    assert not Order.objects.exists()
    assert quantities("A") == [5]


def test_the_same_number_is_not_placed_twice(script: Script) -> None:
    make_sold("A", 5)
    order = an_order({"sku": "A", "qty_ordered": 1}, increment_id="WEB-1")
    script.post("orders", order)

    assert script.refused("POST", "orders", order) == 'Order "WEB-1" exists already.'
    assert quantities("A") == [4]


def test_reading_never_changes_where_an_order_stands(script: Script) -> None:
    order = make_order(items=[("A", 1)])
    before = export_state(order.pk)

    script.get(f"orders/{order.pk}")
    script.get(f"orders?{criteria(entity_id=order.pk)}")
    script.get(f"orders/items?{criteria(order_id=order.pk)}")
    script.get(f"orders/{order.pk}/statuses")
    script.get(f"orders/{order.pk}/comments")

    assert export_state(order.pk) == before


def test_orders_are_searched_and_paged_to_the_end(script: Script) -> None:
    orders = [make_order(items=[("A", 1)], status=status) for status in ["pending", "complete"] * 3]
    path = f"orders?{criteria(status='pending')}&searchCriteria[pageSize]=2&searchCriteria"
    path += "[sortOrders][0][field]=entity_id&searchCriteria[sortOrders][0][direction]=ASC"

    pages = [script.get(f"{path}&searchCriteria[currentPage]={page}") for page in (1, 2)]

    found = [order["entity_id"] for page in pages for order in page["items"]]
    assert found == [order.pk for order in orders[::2]]
    assert {page["total_count"] for page in pages} == {3}


def test_the_fields_that_are_wanted_are_sent(script: Script) -> None:
    order = make_order(items=[("A", 2)])

    path = (
        f"orders?{criteria(entity_id=order.pk)}&fields=items[increment_id,items[sku,qty_ordered]]"
    )

    assert script.get(path) == {
        "items": [{"increment_id": order.increment_id, "items": [{"sku": "A", "qty_ordered": 2}]}]
    }


def test_rows_are_read_and_searched_with_their_parents(script: Script) -> None:
    order = make_order(items=[("A", 2)], configurables=[("V", 1)])
    whole = script.get(f"orders/{order.pk}")["items"]

    found = script.get(f"orders/items?{criteria(order_id=order.pk, store_id=order.store_id)}")

    assert found["items"] == whole
    assert found["total_count"] == 3
    assert script.get(f"orders/items/{whole[2]['item_id']}") == whole[2]


@pytest.mark.parametrize("path", ["orders/99", "orders/items/99", "orders/99/statuses"])
def test_what_does_not_exist_is_not_found(script: Script, path: str) -> None:
    assert script.refused("GET", path, status=404).startswith("The entity that was requested")


def test_a_list_takes_the_same_few_queries_however_long(script: Script) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            script.get("orders?searchCriteria")
        return len(captured)

    def add(count: int) -> None:
        for _ in range(count):
            order = make_order(items=[("A", 1)], configurables=[("B", 2)])
            make_address(order)

    add(2)
    script.get("orders?searchCriteria")
    few = queries()
    add(8)

    assert queries() == few
    assert few <= 12
