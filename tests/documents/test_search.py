"""Magento's search criteria, against real rows: every condition, sorting, pages, refusals."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.catalog.models import Category, Product, ProductCategory
from orderflow_bridge.common.exceptions import CriteriaRefused
from orderflow_bridge.documents.criteria import SearchCriteria
from orderflow_bridge.documents.product_columns import SEARCHED
from orderflow_bridge.documents.records import Document
from orderflow_bridge.documents.search import Page, find_page
from tests.factories import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    """Four products; the last has neither price nor barcode."""
    day = datetime(2017, 3, 22, 15, 25, 16, tzinfo=UTC)
    make_product("24-MB01", name="Joust Bag", price=Decimal("37"), barcode="1,22,3", created_at=day)
    make_product("24-mb02", name="fusion bag", price=Decimal("59.5"), barcode="22")
    make_product("WT_1", name="100% Watch", price=Decimal("45"), barcode="3,4", status=2)
    make_product("WT-2", name="Back\\slash", price=None, tax_class_id=2)


def _find(criteria: dict[str, Any], most_rows: int = 100) -> Page[Product]:
    parsed = SearchCriteria.parse(criteria)
    return find_page(Product.objects.all(), parsed, SEARCHED, most_rows=most_rows)


def _skus(*groups: Sequence[tuple[str, ...]], **rest: Any) -> list[str]:
    """Return the SKUs that match groups of (field, value, condition)."""
    names = ("field", "value", "condition_type")
    filter_groups = [
        {"filters": [dict(zip(names, wanted, strict=False)) for wanted in group]}
        for group in groups
    ]
    return [product.sku for product in _find({"filter_groups": filter_groups, **rest}).rows]


@pytest.mark.parametrize(
    ("wanted", "skus"),
    [
        (("sku", "24-MB01"), ["24-MB01"]),
        (("sku", "24-MB01", "eq"), ["24-MB01"]),
        (("sku", "24-MB01", "EQ"), ["24-MB01"]),
        (("sku", "24-MB01", "neq"), ["24-mb02", "WT_1", "WT-2"]),
        (("price", "37.0", "eq"), ["24-MB01"]),
        (("price", "37", "neq"), ["24-mb02", "WT_1"]),
        (("name", "%BAG", "like"), ["24-MB01", "24-mb02"]),
        (("name", "%bag", "nlike"), ["WT_1", "WT-2"]),
        (("sku", "WT_", "like"), []),
        (("sku", "WT__", "like"), ["WT_1", "WT-2"]),
        (("sku", "WT\\__", "like"), ["WT_1"]),
        (("name", "100\\%%", "like"), ["WT_1"]),
        (("name", "Back\\", "like"), []),
        (("name", "us", "fulltext"), ["24-MB01", "24-mb02"]),
        (("sku", "24-MB01, WT-2", "in"), ["24-MB01", "WT-2"]),
        (("sku", "24-MB01,WT-2", "nin"), ["24-mb02", "WT_1"]),
        (("price", "37,45", "nin"), ["24-mb02"]),
        (("price", "", "null"), ["WT-2"]),
        (("barcode", "", "null"), ["WT-2"]),
        (("price", "", "notnull"), ["24-MB01", "24-mb02", "WT_1"]),
        (("barcode", "", "notnull"), ["24-MB01", "24-mb02", "WT_1"]),
        (("price", "45", "gt"), ["24-mb02"]),
        (("price", "45", "lt"), ["24-MB01"]),
        (("price", "45", "gteq"), ["24-mb02", "WT_1"]),
        (("price", "45", "moreq"), ["24-mb02", "WT_1"]),
        (("price", "45", "from"), ["24-mb02", "WT_1"]),
        (("price", "45", "lteq"), ["24-MB01", "WT_1"]),
        (("price", "45", "to"), ["24-MB01", "WT_1"]),
        (("barcode", "22", "finset"), ["24-MB01", "24-mb02"]),
        (("barcode", "2", "finset"), []),
        (("barcode", "3,4", "finset"), []),
        (("barcode", "3", "nfinset"), ["24-mb02", "WT-2"]),
        (("tax_class_id", "2", "finset"), ["WT-2"]),
        (("barcode", "22", "seq"), ["24-mb02"]),
        (("barcode", "", "seq"), ["WT-2"]),
        (("barcode", "22", "sneq"), ["24-MB01", "WT_1", "WT-2"]),
        (("barcode", "", "sneq"), ["24-MB01", "24-mb02", "WT_1"]),
        (("sku", "^24-mb0[12]$", "regexp"), ["24-MB01", "24-mb02"]),
        (("status", "2"), ["WT_1"]),
        (("created_at", "2017-03-22 15:25:16"), ["24-MB01"]),
        (("created_at", "2017-03-23", "lt"), ["24-MB01"]),
        (("created_at", "2017-03-22", "lt"), []),
    ],
    ids=str,
)
def test_a_condition_finds_its_rows(wanted: tuple[str, ...], skus: list[str]) -> None:
    assert _skus([wanted]) == skus


def test_groups_are_joined_with_and_and_their_filters_with_or() -> None:
    either = [("price", "37"), ("price", "45"), ("sku", "WT-2")]

    assert _skus(either) == ["24-MB01", "WT_1", "WT-2"]
    assert _skus(either, [("sku", "WT%", "like")]) == ["WT_1", "WT-2"]
    assert _skus(either, [("sku", "WT%", "like")], [("status", "2")]) == ["WT_1"]


def test_a_category_is_a_condition_that_repeats_no_row() -> None:
    bags, gear = (Category.objects.create(name=name) for name in ("Bags", "Gear"))
    product = Product.objects.get(sku="24-MB01")
    for category in (bags, gear):
        ProductCategory.objects.create(product=product, category=category)

    both = f"{bags.pk},{gear.pk}"

    assert _skus([("category_id", str(bags.pk))]) == ["24-MB01"]
    assert _skus([("category_id", both, "in")]) == ["24-MB01"]
    assert _skus([("category_id", both, "nin")]) == ["24-mb02", "WT_1", "WT-2"]


def test_camel_case_and_numbered_members_are_the_same_criteria() -> None:
    query_string = {
        "filterGroups": {"0": {"filters": {"0": {"field": "sku", "conditionType": "like"}}}},
        "sortOrders": {"0": {"field": "sku", "direction": "asc"}},
        "pageSize": "5",
        "currentPage": "1",
    }
    snake_case = {
        "filter_groups": [{"filters": [{"field": "sku", "condition_type": "like"}]}],
        "sort_orders": [{"field": "sku", "direction": "ASC"}],
        "page_size": 5,
        "current_page": 1,
    }

    assert SearchCriteria.parse(query_string) == SearchCriteria.parse(snake_case)


def test_a_sort_order_without_a_direction_descends() -> None:
    first, last = _skus([("price", "", "notnull")], sort_orders=[{"field": "price"}])[::2]

    assert (first, last) == ("24-mb02", "24-MB01")


def test_rows_that_sort_alike_keep_their_order_from_page_to_page() -> None:
    pages = [
        _skus(sort_orders=[{"field": "attribute_set_id"}], page_size=1, current_page=page)
        for page in (1, 2, 3, 4)
    ]

    assert pages == [["24-MB01"], ["24-mb02"], ["WT_1"], ["WT-2"]]


@pytest.mark.parametrize("page", [2, 3, 10**17])
def test_a_page_past_the_end_repeats_the_last_one(page: int) -> None:
    found = _find({"page_size": 3, "current_page": page})

    assert [product.sku for product in found.rows] == ["WT-2"]
    assert found.total_count == 4
    assert found.criteria.echo()["current_page"] == page


def test_without_a_page_size_everything_comes_up_to_the_limit() -> None:
    assert len(_find({}).rows) == 4
    limited = _find({}, most_rows=3)
    assert (len(limited.rows), limited.total_count) == (3, 4)


def test_nothing_found_is_an_empty_first_page() -> None:
    found = _find({"filter_groups": [{"filters": [{"field": "sku", "value": "no"}]}]})

    assert found.answer([]) == {
        "items": [],
        "search_criteria": {
            "filter_groups": [
                {"filters": [{"field": "sku", "value": "no", "condition_type": "eq"}]}
            ],
            "current_page": 1,
        },
        "total_count": 0,
    }


def _one(field: str, value: Any = "1", condition: str = "eq") -> dict[str, Any]:
    wanted = {"field": field, "value": value, "condition_type": condition}
    return {"filter_groups": [{"filters": [wanted]}]}


@pytest.mark.parametrize(
    ("criteria", "text"),
    [
        (_one("password"), '"password" is not supported'),
        (_one("custom_attributes"), '"custom_attributes" is not supported'),
        (_one("websites__code"), '"websites__code" is not supported'),
        (_one("pk; DROP TABLE"), '"pk; DROP TABLE" is not supported'),
        (_one("sku", "1", "regex"), '"regex" is not supported'),
        (_one(""), '"field" is required. Enter and try again.'),
        (_one("status", "two"), 'The "int" type was expected'),
        (_one("status", "9" * 40), 'The "int" type was expected'),
        (_one("price", "1e3"), 'The "float" type was expected'),
        (_one("created_at", "yesterday"), 'The "datetime" type was expected'),
        (_one("created_at", "2017-02-31"), 'The "datetime" type was expected'),
        (_one("status", "1%", "like"), 'The "int" type was expected'),
        (_one("sku", "(a+)+$", "regexp"), '"simple regular expression" type was expected'),
        (_one("sku", "a*b*c*d*e", "regexp"), '"simple regular expression" type was expected'),
        (_one("sku", "[a", "regexp"), '"simple regular expression" type was expected'),
        (_one("sku", "[z-a]", "regexp"), '"simple regular expression" type was expected'),
        (_one("sku", "a\0b"), 'The "string" type was expected'),
        (_one("sku", {"a": 1}), 'The "string" type was expected'),
        (_one("sku", ",".join("abcdefghijk"), "in"), 'Maximum items of type "sku" is 10'),
        ({"page_size": 11}, "Maximum SearchCriteria pageSize is 10"),
        ({"page_size": -1}, 'The "int" type was expected'),
        ({"pages": 1}, '"pages" is not supported'),
        ({"filter_groups": "all"}, 'The "array" type was expected'),
        ({"filter_groups": ["all"]}, 'The "object" type was expected'),
        ({"sort_orders": [{"field": "sku", "direction": "up"}]}, "The sort order has to be"),
        ({"sort_orders": [{"field": "category_id"}]}, '"category_id" is not supported'),
        ({"filter_groups": [{"filters": [{"field": "sku"}]}] * 60}, "Maximum items of type"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_makes_no_sense_is_refused_in_words(criteria: dict[str, Any], text: str) -> None:
    with pytest.raises(CriteriaRefused) as refusal:
        list(_find(criteria, most_rows=10).rows)

    assert text in str(refusal.value)


def test_a_refusal_keeps_magentos_placeholders_for_rest() -> None:
    with pytest.raises(CriteriaRefused) as refusal:
        _find(_one("password"))

    assert refusal.value.message == (
        '"%fieldName" is not supported. Correct the field name and try again.'
    )
    assert refusal.value.parameters == {"fieldName": "password"}


@pytest.mark.parametrize("condition", ["eq", "like", "in", "finset", "fulltext", "neq", "gt"])
def test_values_are_never_part_of_the_statement(condition: str) -> None:
    value = "'; DROP TABLE catalog_product; --"

    with CaptureQueriesContext(connection) as captured:
        _skus([("sku", value, condition)])

    assert Product.objects.count() == 4
    assert len(captured) == 1


def _answer(found: Page[Product]) -> dict[str, Any]:
    return found.answer([Document(sku=product.sku) for product in found.rows])


def test_a_full_page_costs_itself_and_a_count() -> None:
    with CaptureQueriesContext(connection) as captured:
        answer = _answer(_find({**_one("sku", "%", "like"), "page_size": 2}))

    assert answer["total_count"] == 4
    assert len(captured) == 2
    assert "LIMIT 2" in captured[0]["sql"]


@pytest.mark.parametrize("criteria", [{}, {"page_size": 5}, {"page_size": 3, "current_page": 2}])
def test_a_page_that_is_not_full_needs_no_count(criteria: dict[str, Any]) -> None:
    with CaptureQueriesContext(connection) as captured:
        answer = _answer(_find(criteria))

    assert answer["total_count"] == 4
    assert [query for query in captured if "COUNT" in query["sql"]] == []


def test_nothing_is_counted_for_who_does_not_want_the_total() -> None:
    parsed = SearchCriteria.parse({"page_size": 2})

    with CaptureQueriesContext(connection) as captured:
        answer = _answer(
            find_page(Product.objects.all(), parsed, SEARCHED, most_rows=9, is_total_wanted=False)
        )

    assert "total_count" not in answer
    assert len(captured) == 1


def test_a_long_list_is_counted_once_for_all_its_pages() -> None:
    cache.clear()
    Product.objects.bulk_create(
        [Product(sku=f"{at:05d}", name="One of many") for at in range(10_001)], batch_size=500
    )

    first = _find({"page_size": 1}).total_count
    with CaptureQueriesContext(connection) as captured:
        second = _find({"page_size": 1, "current_page": 2}).total_count

    assert (first, second) == (10_005, 10_005)
    assert [query for query in captured if "COUNT" in query["sql"]] == []
    cache.clear()
