"""What an ERP looks orders up by is found by an index, and not by reading every order's JSON."""

import pytest
from django.db import connection

from orderflow_bridge.documents.criteria import SearchCriteria
from orderflow_bridge.documents.order_columns import ORDER_COLUMNS
from orderflow_bridge.documents.search import find_page
from orderflow_bridge.sales.models import Order

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
    wanted = {"field": field, "value": "7", "condition_type": condition}
    criteria = SearchCriteria.parse({"filter_groups": [{"filters": [wanted]}], "page_size": 20})
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    page = find_page(Order.objects.all(), criteria, ORDER_COLUMNS, most_rows=100)

    plan = page.found.order_by().explain()

    assert index in plan, plan
