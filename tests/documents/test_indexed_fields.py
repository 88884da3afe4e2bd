"""What an ERP looks orders and products up by is found by an index, not by reading all JSON."""

from typing import Any

import pytest
from django.db import connection

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.documents.criteria import SearchCriteria
from orderflow_bridge.documents.order_columns import ORDER_COLUMNS
from orderflow_bridge.documents.product_columns import SEARCHED
from orderflow_bridge.documents.search import Columns, find_page
from orderflow_bridge.sales.models import Order
from tests.factories import make_product

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("condition", ["eq", "in"])
@pytest.mark.parametrize(
    ("field", "index"),
    [
        ("ext_order_id", "sales_order_ext_order"),
        ("ext_customer_id", "sales_order_ext_customer"),
        ("customer_id", "sales_order_customer"),
    ],
)
def test_a_foreign_number_is_found_by_its_index(field: str, index: str, condition: str) -> None:
    assert index in plan_of(Order.objects.all(), ORDER_COLUMNS, (field, "7", condition))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no index of JSON")
@pytest.mark.parametrize("condition", ["eq", "in", "seq"])
def test_an_attribute_is_found_by_its_index(condition: str) -> None:
    make_product("A", custom_attributes={"ean": "7"})

    plan = plan_of(Product.objects.all(), SEARCHED, ("ean", "7", condition))

    assert "catalog_product_attributes" in plan


def plan_of(rows: Any, columns: Columns, wanted: tuple[str, str, str]) -> str:
    """Return how the database finds rows; PostgreSQL with an index if it has one that serves."""
    names = ("field", "value", "condition_type")
    filters = [dict(zip(names, wanted, strict=True))]
    criteria = SearchCriteria.parse({"filter_groups": [{"filters": filters}], "page_size": 20})
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan: str = find_page(rows, criteria, columns, most_rows=100).found.order_by().explain()
    return plan
