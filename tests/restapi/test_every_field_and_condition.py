"""Every field of every list × every condition answers, and finds what the documents show."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderflow_bridge.catalog.models import Category
from orderflow_bridge.documents.category_columns import CATEGORY_COLUMNS
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.customers import CUSTOMER_COLUMNS
from orderflow_bridge.documents.order_columns import ITEM_COLUMNS, ORDER_COLUMNS
from orderflow_bridge.documents.product_columns import SEARCHED
from orderflow_bridge.documents.sale_columns import (
    CART_COLUMNS,
    CREDITMEMO_COLUMNS,
    INVOICE_COLUMNS,
    SHIPMENT_COLUMNS,
)
from orderflow_bridge.documents.stock import (
    LINK_COLUMNS,
    SOURCE_COLUMNS,
    SOURCE_ITEM_COLUMNS,
    STOCK_COLUMNS,
)
from orderflow_bridge.stores.models import Website
from tests.carts import make_sold
from tests.factories import make_source, make_stock
from tests.restapi.plain_search import CONDITIONS, ON_TEXTS, matches
from tests.restapi.shop import ADDRESS, Script, an_order

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, eq=False, repr=False)
class Listed:
    """A list: its address, by what it is searched, and the field that tells its rows apart.

    `unsearched` are fields that its documents show and nobody looks for.
    """

    path: str
    columns: Mapping[str, Column]
    key: str
    unsearched: Collection[str] = ()

    def __repr__(self) -> str:
        return self.path


LISTS = (
    Listed("products", SEARCHED, "id"),
    Listed("orders", ORDER_COLUMNS, "entity_id"),
    Listed("orders/items", ITEM_COLUMNS, "item_id"),
    Listed("invoices", INVOICE_COLUMNS, "entity_id"),
    Listed("creditmemos", CREDITMEMO_COLUMNS, "entity_id"),
    Listed("shipments", SHIPMENT_COLUMNS, "entity_id"),
    Listed("carts/search", CART_COLUMNS, "id"),
    Listed("customers/search", CUSTOMER_COLUMNS, "id", {"default_billing", "default_shipping"}),
    Listed("categories/list", CATEGORY_COLUMNS, "id", {"children"}),
    Listed("inventory/sources", SOURCE_COLUMNS, "source_code"),
    Listed("inventory/source-items", SOURCE_ITEM_COLUMNS, "sku"),
    Listed("inventory/stocks", STOCK_COLUMNS, "stock_id"),
    Listed("inventory/stock-source-links", LINK_COLUMNS, "source_code"),
)
VALUES = {
    ColumnKind.WHOLE: "7",
    ColumnKind.NUMBER: "2.5",
    ColumnKind.TEXT: "a",
    ColumnKind.DATETIME: "2026-01-02 03:04:05",
    ColumnKind.FLAG: "1",
}
MOST_FILTERS = 95
UNHURRIED: dict[str, Any] = {"suppress_health_check": list(HealthCheck), "deadline": None}


def fill(script: Script) -> None:
    """Make a shop with some of everything, once with many values and once with few."""
    top = Category.objects.create(name="a", position=7, extra={"include_in_menu": False})
    url = {"custom_attributes": {"url_key": "a", "description": "A", "is_anchor": True}}
    Category.objects.create(name="b", parent=top, is_active=False, extra=url)
    make_source("leeds", postcode="LS1", extra={"city": "Leeds", "latitude": 53.8, "region_id": 3})
    make_stock("North", sources=["leeds"])
    attributes = {"special_price": "9.50", "meta_title": "a,b", "url_key": "A", "color": "7"}
    make_sold("A", 9, custom_attributes=attributes, weight="1.5", barcode="12", image="/a.jpg")
    make_sold("B", 4, custom_attributes={"special_price": "11", "meta_title": "b"})
    row = {"sku": "A", "qty_ordered": 3, "price": 9.99, "tax_amount": 2.4, "quote_item_id": 7}
    many = {"customer_id": 7, "ext_order_id": "a,7", "remote_ip": "10.0.0.7", "customer_dob": "a"}
    rich = script.post("orders", an_order(row | {"discount_amount": 2}, coupon_code="A", **many))
    two = {"order_currency_code": "EUR", "base_currency_code": "USD", "base_grand_total": 7}
    script.post("orders", an_order({"sku": "B", "qty_ordered": 1}, **two))
    for units in ([{"order_item_id": rich["items"][0]["item_id"], "qty": 1}], None):
        script.post(f"order/{rich['entity_id']}/invoice", {"items": units} if units else {})
        script.post(f"order/{rich['entity_id']}/ship", {"items": units} if units else {})
    script.post(f"order/{rich['entity_id']}/refund", {})
    website = Website.objects.earliest("pk").pk
    person = {"firstname": "A", "lastname": "b", "taxvat": "7", "gender": 2, "website_id": website}
    for email in ("a@example.com", "b@example.com"):
        customer = {**person, "email": email}
        script.post("customers", {"customer": customer})
        person = {"firstname": "C", "lastname": "D", "website_id": website}
    cart = script.post("carts/")
    script.post(f"carts/{cart}/items", {"cartItem": {"sku": "A", "qty": 2}})
    address = {"address": ADDRESS, "useForShipping": True}
    script.post(f"carts/{cart}/billing-address", address)
    script.post("carts/")


def query(*filters: tuple[str, str, str], sort: Sequence[str] = ()) -> str:
    """Return a query string of these filters, joined with OR, and of orders by these fields."""
    pairs = {"searchCriteria": ""}
    for place, (field, condition, value) in enumerate(filters):
        stem = f"searchCriteria[filter_groups][0][filters][{place}]"
        pairs |= {f"{stem}[field]": field, f"{stem}[value]": value}
        pairs[f"{stem}[condition_type]"] = condition
    for place, field in enumerate(sort):
        pairs[f"searchCriteria[sortOrders][{place}][field]"] = field
    return urlencode(pairs)


@pytest.fixture
def shop(script: Script) -> Script:
    """A script, in front of a shop that has been filled."""
    fill(script)
    return script


def test_every_field_with_every_condition_answers(shop: Script) -> None:
    """Each round asks for all fields at once, each with another condition than the round before."""
    rounds = st.integers(0, len(CONDITIONS) - 1)

    @settings(max_examples=-(-settings().max_examples // 8), **UNHURRIED)
    @given(rounds)
    def answers(shift: int) -> None:
        for listed in LISTS:
            wanted = [
                (name, condition, VALUES[column.kind])
                for place, (name, column) in enumerate(listed.columns.items(), shift)
                for condition in [CONDITIONS[place % len(CONDITIONS)]]
                if condition not in ON_TEXTS or column.kind is ColumnKind.TEXT
            ]
            for first in range(0, len(wanted), MOST_FILTERS):
                asked = query(*wanted[first : first + MOST_FILTERS])
                answer = shop.call("GET", f"{listed.path}?{asked}")
                assert answer.status_code == 200, (listed.path, shift, answer.content)

    answers()


def test_every_field_but_those_of_several_rows_sorts(shop: Script) -> None:
    for listed in LISTS:
        fields = [name for name, column in listed.columns.items() if not column.is_related]
        for first in range(0, len(fields), MOST_FILTERS):
            answer = shop.call(
                "GET", f"{listed.path}?{query(sort=fields[first : first + MOST_FILTERS])}"
            )
            assert answer.status_code == 200, (listed.path, answer.content)


def test_every_plain_field_of_a_document_is_one_to_search_by(shop: Script) -> None:
    for listed in LISTS:
        for document in shop.get(f"{listed.path}?{query()}")["items"]:
            plain = {name for name, value in document.items() if not isinstance(value, list | dict)}
            assert plain - {*listed.columns} == {*listed.unsearched} & plain, listed.path


def test_what_is_found_is_what_the_documents_show(shop: Script) -> None:
    shown = {
        listed: shop.get(f"{listed.path}?{query()}")["items"]
        for listed in LISTS
        if listed.path not in ("inventory/source-items", "inventory/stock-source-links")
    }

    @settings(**UNHURRIED)
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        listed = data.draw(st.sampled_from(list(shown)))
        documents = shown[listed]
        names = sorted(
            {
                name
                for document in documents
                for name, value in document.items()
                if name in listed.columns and not isinstance(value, list | dict) and name != "sku"
            }
        )
        field = data.draw(st.sampled_from(names))
        kind = listed.columns[field].kind
        condition = data.draw(
            st.sampled_from(CONDITIONS).filter(
                lambda each: each not in ON_TEXTS or kind is ColumnKind.TEXT
            )
        )
        others = [VALUES[kind], *(["A%", "b", "_"] if kind is ColumnKind.TEXT else [])]
        there = [str(_plain(each[field])) for each in documents if each.get(field) is not None]
        value = data.draw(st.sampled_from([*there, *others]))
        if condition == "regexp":
            value = data.draw(st.sampled_from(["^a", "a", "7$", "[0-9]", "."]))

        answer = shop.get(f"{listed.path}?{query((field, condition, value))}")

        wanted = [
            each[listed.key]
            for each in documents
            if matches(_plain(each.get(field)), listed.columns[field], condition, value)
        ]
        found = [each[listed.key] for each in answer["items"]]
        assert found == wanted, (listed.path, field, condition, value)

    agree()


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value
