"""Lists by REST: search criteria in the query string, pages, totals, fields."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.access.rights import CATALOG_PRODUCTS, PRODUCTS_VIEW
from tests.factories import make_product
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db

_ONE = "searchCriteria[filter_groups][0][filters][0]"


@pytest.fixture
def shop() -> Shop:
    """Return a client that may read products, of which there are five."""
    for number in range(1, 6):
        make_product(f"A{number}", price=number, status=1 + number % 2)
    return Shop(PRODUCTS_VIEW, CATALOG_PRODUCTS)


def _skus(shop: Shop, query: str) -> list[str]:
    status, answer = shop.get(f"products?{query}")
    assert status == 200, answer
    return [item["sku"] for item in answer["items"]]


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ("searchCriteria", "A1 A2 A3 A4 A5"),
        ("searchCriteria=", "A1 A2 A3 A4 A5"),
        ("search_criteria", "A1 A2 A3 A4 A5"),
        (f"{_ONE}[field]=sku&{_ONE}[value]=A2", "A2"),
        (f"{_ONE}[field]=sku&{_ONE}[value]=A2%2CA4&{_ONE}[condition_type]=in", "A2 A4"),
        (f"{_ONE}[field]=sku&{_ONE}[value]=A%25&{_ONE}[conditionType]=like", "A1 A2 A3 A4 A5"),
        (
            "searchCriteria[filterGroups][0][filters][0][field]=price"
            "&searchCriteria[filterGroups][0][filters][0][value]=4"
            "&searchCriteria[filterGroups][0][filters][0][conditionType]=gteq",
            "A4 A5",
        ),
        (
            "searchCriteria[filter_groups][0][filters][0][field]=sku"
            "&searchCriteria[filter_groups][0][filters][0][value]=A1"
            "&searchCriteria[filter_groups][0][filters][1][field]=sku"
            "&searchCriteria[filter_groups][0][filters][1][value]=A2"
            "&searchCriteria[filter_groups][1][filters][0][field]=status"
            "&searchCriteria[filter_groups][1][filters][0][value]=1",
            "A2",
        ),
        ("searchCriteria[sortOrders][0][field]=price", "A5 A4 A3 A2 A1"),
        (
            "searchCriteria[sortOrders][0][field]=price"
            "&searchCriteria[sortOrders][0][direction]=asc",
            "A1 A2 A3 A4 A5",
        ),
        (
            "searchCriteria[sort_orders][][field]=sku&searchCriteria[page_size]=2"
            "&searchCriteria[current_page]=2",
            "A3 A2",
        ),
        ("searchCriteria[pageSize]=2&searchCriteria[currentPage]=99", "A5"),
        ("searchCriteria[pageSize]=2&fields=items[sku]", "A1 A2"),
        ("searchCriteria[pageSize]=2&unrelated[0]=x&other=", "A1 A2"),
    ],
)
def test_criteria_are_read_from_the_query_string(shop: Shop, query: str, skus: str) -> None:
    assert _skus(shop, query) == skus.split()


def test_the_answer_repeats_the_criteria_and_tells_the_total(shop: Shop) -> None:
    query = f"{_ONE}[field]=price&{_ONE}[value]=2&{_ONE}[condition_type]=gt"

    _, answer = shop.get(
        f"products?{query}&searchCriteria[pageSize]=2&fields=search_criteria,total_count"
    )

    assert answer == {
        "search_criteria": {
            "filter_groups": [
                {"filters": [{"field": "price", "value": "2", "condition_type": "gt"}]}
            ],
            "page_size": 2,
            "current_page": 1,
        },
        "total_count": 3,
    }


def test_a_client_pages_to_the_end_by_the_total(shop: Shop) -> None:
    read: list[str] = []
    page = 1
    while True:
        _, answer = shop.get(
            f"products?searchCriteria[pageSize]=2&searchCriteria[currentPage]={page}"
        )
        read += [item["sku"] for item in answer["items"]]
        if page * 2 >= answer["total_count"]:
            break
        page += 1

    assert read == ["A1", "A2", "A3", "A4", "A5"]


@pytest.mark.parametrize(
    ("query", "message", "parameters"),
    [
        ("", '"%fieldName" is required. Enter and try again.', {"fieldName": "searchCriteria"}),
        (
            f"{_ONE}[field]=colour&{_ONE}[value]=1",
            '"%fieldName" is not supported. Correct the field name and try again.',
            {"fieldName": "colour"},
        ),
        (
            "searchCriteria[limit]=5",
            '"%fieldName" is not supported. Correct the field name and try again.',
            {"fieldName": "limit"},
        ),
        (
            f"{_ONE}[field]=price&{_ONE}[value]=cheap",
            'Error occurred during "%fieldName" processing. The "%type" type was expected.'
            " Verify and try again.",
            {"fieldName": "price", "type": "float"},
        ),
        (
            "searchCriteria[pageSize]=1&searchCriteria[pageSize][0]=2",
            'Error occurred during "%fieldName" processing. The "%type" type was expected.'
            " Verify and try again.",
            {"fieldName": "searchCriteria", "type": "object"},
        ),
    ],
)
def test_bad_criteria_are_refused(shop: Shop, query: str, message: str, parameters: Any) -> None:
    assert shop.get(f"products?{query}") == (400, {"message": message, "parameters": parameters})


def test_nothing_is_counted_for_who_wants_no_total(shop: Shop) -> None:
    with CaptureQueriesContext(connection) as captured:
        _, answer = shop.get("products?searchCriteria[pageSize]=2&fields=items[sku]")

    assert answer == {"items": [{"sku": "A1"}, {"sku": "A2"}]}
    assert [query for query in captured if "COUNT(" in query["sql"]] == []


@pytest.mark.parametrize("fields", ["items[sku", "items]", "%3Bdrop", "items[sku],,"])
def test_fields_that_cannot_be_read_answer_nothing(shop: Shop, fields: str) -> None:
    assert shop.get(f"products?searchCriteria&fields={fields}") == (200, [])


def test_a_list_is_answered_in_xml_if_asked(shop: Shop) -> None:
    answer = shop.client.get(
        "/rest/V1/products?searchCriteria[pageSize]=1&fields=items[sku,options,status]",
        headers={"Authorization": f"Bearer {shop.token}", "Accept": "application/xml"},
    )

    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    assert answer.content.decode() == (
        "<?xml version='1.0' encoding='UTF-8'?>\n<response><items><item><sku>A1</sku>"
        "<options/><status>2</status></item></items></response>"
    )


def test_a_refusal_is_in_xml_as_well(shop: Shop) -> None:
    answer = shop.client.get(
        "/rest/V1/products/none",
        headers={"Authorization": f"Bearer {shop.token}", "Accept": "text/plain, application/xml"},
    )

    assert answer.status_code == 404
    assert b"<response><message>The product that was requested doesn't exist" in answer.content
