"""What a document shows can be searched and sorted by: the fields that clients ask for."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.catalog.models import Category, ProductCategory
from tests.carts import make_sold
from tests.factories import make_product, make_store
from tests.restapi.shop import Script, an_order

pytestmark = pytest.mark.django_db


def asked(*filters: tuple[str, Any, str], sort: str = "", direction: str = "ASC") -> str:
    """Return the query string of these filters, joined with AND, and of one order."""
    pairs: dict[str, Any] = {"searchCriteria": ""}
    for group, (field, value, condition) in enumerate(filters):
        stem = f"searchCriteria[filter_groups][{group}][filters][0]"
        pairs |= {f"{stem}[field]": field, f"{stem}[value]": value}
        pairs[f"{stem}[condition_type]"] = condition
    if sort:
        stem = "searchCriteria[sortOrders][0]"
        pairs |= {f"{stem}[field]": sort, f"{stem}[direction]": direction}
    return urlencode(pairs)


def skus(script: Script, *filters: tuple[str, Any, str], **order: str) -> list[str]:
    return [
        product["sku"] for product in script.get(f"products?{asked(*filters, **order)}")["items"]
    ]


@pytest.fixture
def catalogue(script: Script) -> Script:
    """A shop with products whose attributes differ; the last has none."""
    values: dict[str, dict[str, Any]] = {
        "A": {"special_price": "9.50", "meta_title": "b", "ean": "401", "sizes": ["S", "M"]},
        "B": {"special_price": "10", "meta_title": "a", "ean": "0402", "is_new": True},
        "C": {"special_price": "100.00", "meta_title": "c", "news_from_date": "2026-05-01",
              "is_new": False, "rank": 7, "share": 2.5},
    }  # fmt: skip
    for sku, attributes in values.items():
        make_product(sku, custom_attributes=attributes)
    make_product("D", custom_attributes={})
    return script


@pytest.mark.parametrize(
    ("field", "value", "condition", "found"),
    [
        ("special_price", "10", "eq", "B"), ("special_price", "9.5", "gt", "BC"),
        ("special_price", "9.5,100", "in", "AC"), ("special_price", "", "null", "D"),
        ("special_price", "10.0", "neq", "AC"),
        ("meta_title", "B", "like", "A"), ("meta_title", "a,b", "in", "AB"),
        ("url_key", "", "null", "ABCD"), ("manufacturer", "7", "eq", ""),
        ("ean", "401", "eq", "A"), ("ean", "401", "gt", "B"), ("ean", "40_", "like", "A"),
        ("ean", "", "notnull", "AB"), ("ean", "401", "nin", "B"),
        ("sizes", "M", "finset", "A"), ("sizes", "M", "nfinset", ""),
        ("sizes", "S,M", "eq", "A"), ("sizes", "S", "eq", ""), ("sizes", "S,M", "neq", ""),
        ("is_new", "1", "eq", "B"), ("is_new", "0", "eq", "C"), ("rank", "7", "in", "C"),
        ("rank", "7", "eq", "C"), ("share", "2.5", "eq", "C"), ("share", "2.5", "neq", ""),
        ("ean", "401,0402", "in", "AB"), ("ean", "0402", "seq", "B"), ("ean", "", "seq", "CD"),
        ("news_from_date", "2026-04-01 00:00:00", "gteq", "C"),
    ],
)  # fmt: skip
def test_products_are_found_by_their_attributes(
    catalogue: Script, field: str, value: str, condition: str, found: str
) -> None:
    assert skus(catalogue, (field, value, condition)) == list(found)


@pytest.mark.parametrize(
    ("field", "direction", "order"),
    [("meta_title", "ASC", "BAC"), ("special_price", "ASC", "ABC"), ("ean", "DESC", "AB")],
)
def test_products_are_sorted_by_their_attributes(
    catalogue: Script, field: str, direction: str, order: str
) -> None:
    found = skus(catalogue, (field, "", "notnull"), sort=field, direction=direction)

    assert found == list(order)


def test_an_attribute_that_no_product_has_is_refused_by_name(catalogue: Script) -> None:
    answer = catalogue.call("GET", f"products?{asked(('unheard_of', '1', 'eq'))}")

    assert (answer.status_code, answer.json()["parameters"]) == (400, {"fieldName": "unheard_of"})


@pytest.mark.parametrize("field", ["options", "media_gallery_entries", "a'b", "a-b", "_" * 65])
def test_what_is_no_value_is_no_field(catalogue: Script, field: str) -> None:
    make_product("E", custom_attributes={field: "1"})

    assert catalogue.call("GET", f"products?{asked((field, '1', 'eq'))}").status_code == 400


def test_products_are_sorted_by_their_place_in_a_category(catalogue: Script) -> None:
    category = Category.objects.create(name="Bags")
    for sku, position in (("A", 3), ("B", 1), ("C", 2)):
        product = catalogue.get(f"products/{sku}")["id"]
        ProductCategory.objects.create(product_id=product, category=category, position=position)

    found = skus(catalogue, ("category_id", category.pk, "eq"), sort="position")

    assert found == ["B", "C", "A"]


@pytest.mark.parametrize("field", ["store_id", "store"])
def test_products_are_found_by_a_store_view_that_sells_them(script: Script, field: str) -> None:
    store = make_store()
    make_product("A").websites.add(store.website)
    make_product("B")

    assert skus(script, (field, store.pk, "eq")) == ["A"]


def test_a_search_by_attributes_costs_one_query_for_each_that_magento_does_not_know(
    catalogue: Script,
) -> None:
    def queries(*filters: tuple[str, Any, str]) -> int:
        with CaptureQueriesContext(connection) as captured:
            skus(catalogue, *filters)
        return len(captured)

    queries()  # what is read once in a while
    plain = queries(("name", "%", "like"))

    assert queries(("special_price", "1", "gt"), ("meta_title", "%", "like")) == plain
    assert queries(("ean", "1", "gt"), ("ean", "%", "like")) == plain + 1


@pytest.fixture
def orders(script: Script) -> list[dict[str, Any]]:
    """Return the documents of two orders; the first came from an ERP."""
    make_sold("A")
    row = {"sku": "A", "qty_ordered": 2, "quote_item_id": 41, "weight": 1.5}
    given = {
        "customer_id": 7, "ext_order_id": "ERP-7", "ext_customer_id": "C-7",
        "remote_ip": "10.0.0.7", "customer_dob": "1980-02-01",
        "quote_address_id": 5, "shipping_discount_amount": 0.5,
    }  # fmt: skip
    documents = [
        script.post("orders", an_order(row, **given)),
        script.post("orders", an_order({"sku": "A", "qty_ordered": 1})),
    ]
    return [script.get(f"orders/{document['entity_id']}") for document in documents]


FOUND_BY = (
    *("customer_id", "ext_order_id", "ext_customer_id", "remote_ip", "customer_dob"),
    *("quote_address_id", "shipping_discount_amount", "base_shipping_discount_amount"),
    *("total_due", "base_total_due", "billing_address_id", "base_subtotal", "increment_id"),
)


@pytest.mark.parametrize("condition", ["eq", "in", "seq"])
def test_orders_are_found_by_what_they_show(
    script: Script, orders: list[dict[str, Any]], condition: str
) -> None:
    for field in FOUND_BY:
        found = script.get(f"orders?{asked((field, orders[0][field], condition))}")["items"]

        assert [order["entity_id"] for order in found] == [orders[0]["entity_id"]], field


def test_orders_are_found_by_what_they_share(script: Script, orders: list[dict[str, Any]]) -> None:
    for field in ("store_name", "total_item_count", "global_currency_code", "base_to_order_rate"):
        assert script.get(f"orders?{asked((field, orders[0][field], 'eq'))}")["total_count"] == 2
        assert script.get(f"orders?{asked((field, orders[0][field], 'neq'))}")["items"] == []


def test_orders_are_sorted_by_what_is_worked_out(
    script: Script, orders: list[dict[str, Any]]
) -> None:
    found = script.get(f"orders?{asked(sort='total_due')}&fields=items[total_due]")["items"]

    assert found == [{"total_due": 15}, {"total_due": 25}]


def test_rows_are_found_by_what_they_show(script: Script, orders: list[dict[str, Any]]) -> None:
    rows = [order["items"][0] for order in orders]

    for field in ("base_price", "base_row_total", "quote_item_id", "row_weight", "qty_ordered"):
        query = asked((field, rows[0][field], "eq"), sort="item_id")
        found = script.get(f"orders/items?{query}")["items"]
        same = [row["item_id"] for row in rows if row.get(field) == rows[0][field]]
        assert [each["item_id"] for each in found] == same, field


def test_a_time_is_found_and_passed_by_the_second_that_a_document_shows(
    script: Script, orders: list[dict[str, Any]]
) -> None:
    shown = orders[-1]["created_at"]

    assert script.get(f"orders?{asked(('created_at', shown, 'eq'))}")["total_count"] >= 1
    assert script.get(f"orders?{asked(('created_at', shown, 'gt'))}")["items"] == []
    assert script.get(f"orders?{asked(('created_at', shown, 'lteq'))}")["total_count"] == 2
