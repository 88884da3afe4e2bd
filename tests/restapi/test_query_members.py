"""Members in the query string of POST, PUT and DELETE: they count where the body is silent."""

from typing import Any
from urllib.parse import urlencode

import pytest

from orderflow_bridge.inventory.models import SourceItem
from tests.carts import make_sold
from tests.factories import make_order
from tests.restapi.shop import Script

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "members",
    [
        {"sourceItems[0][source_code]": "default", "sourceItems[0][sku]": "A"},
        {"source_items[0][sourceCode]": "default", "source_items[0][sku]": "a"},
        {"sourceItems[][sku]": "A", "sourceItems[0][source_code]": "default"},
    ],
)
def test_source_items_are_deleted_by_the_query_of_a_post(
    script: Script, members: dict[str, str]
) -> None:
    make_sold("A", 3)

    assert script.post(f"inventory/source-items-delete?{urlencode(members)}") == []

    assert not SourceItem.objects.exists()


def test_an_order_is_commented_on_by_the_query(script: Script) -> None:
    order = make_order(items=[("A", 1)])
    members = {"statusHistory[comment]": "Ring twice", "statusHistory[is_customer_notified]": "0"}

    assert script.post(f"orders/{order.pk}/comments?{urlencode(members)}") is True

    [entry] = script.get(f"orders/{order.pk}/comments")["items"]
    assert (entry["comment"], entry["is_customer_notified"]) == ("Ring twice", 0)


def test_units_and_flags_are_read_from_the_query(script: Script) -> None:
    order = make_order(items=[("A", 3)])
    row = order.items.get()
    members = {"items[0][order_item_id]": row.pk, "items[0][qty]": "2", "notify": "false"}

    script.post(f"order/{order.pk}/ship?{urlencode(members)}")

    row.refresh_from_db()
    assert row.qty_shipped == 2


def test_a_body_counts_more_than_the_query(script: Script) -> None:
    make_sold("A")
    query = "product[name]=Query&product[price]=1&save_options=1"

    script.put(f"products/A?{query}", {"product": {"name": "Body"}, "saveOptions": False})

    product = script.get("products/A")
    assert (product["name"], product["price"]) == ("Body", 10)


@pytest.mark.parametrize(
    ("query", "body", "named"),
    [
        ("sourceItems=1", None, "source_items"),
        ("sourceItems[x][sku]=A", None, "source_items"),
        ("sourceItems[0][sku]=A&sourceItems[0][sku][1]=B", None, "sourceItems"),
        ("searchCriteria[pageSize]=2&fields=a", None, "source_items"),
        ("&".join("a=" for _ in range(1001)), None, "too many parameters"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_in_words(
    script: Script, query: str, body: Any, named: str
) -> None:
    answer = script.call("POST", f"inventory/source-items-delete?{query}", body)

    assert answer.status_code == 400
    assert named in answer.content.decode()


def test_a_password_is_never_read_from_the_query(script: Script) -> None:
    query = "username=boss&password=secret-12345"

    assert script.call("POST", f"integration/admin/token?{query}", {}).status_code == 400
