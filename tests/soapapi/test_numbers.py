"""Whole numbers in messages: every form that XML Schema allows is read, any other is refused."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from orderflow_bridge.access.rights import ORDERS_VIEW, PRODUCTS_VIEW
from orderflow_bridge.access.services import grant_token
from tests.factories import make_order, make_product, make_user, make_website
from tests.soapapi.posting import ORDERS, PRODUCTS, call, fault, post

READ = ["1", "+1", " 1\n", "001", "+001"]
REFUSED = ["abc", "1.0", "1e0", "+", "++1", "- 1", "1 1", "٣", "0x1", "1_0"]


@pytest.fixture
def reader(db: None) -> User:
    """Somebody who reads products and orders, and is not OrderFlow."""
    return make_user("reader", rights=[PRODUCTS_VIEW, ORDERS_VIEW])


@pytest.mark.parametrize("number", READ)
def test_every_form_of_a_whole_number_is_read(client: Client, reader: User, number: str) -> None:
    order = make_order()
    make_product("24-MB01").website_links.create(website=make_website())
    criteria = f"<searchCriteria><filterGroups/><pageSize>{number}</pageSize></searchCriteria>"
    key = grant_token(reader)
    order_id = number.replace("1", str(order.pk))

    for body in (
        call(ORDERS, "Get", f"<id>{order_id}</id>", token=key),
        call(PRODUCTS, "Get", f"<sku>24-MB01</sku><storeId>{number}</storeId>", token=key),
        call(ORDERS, "GetList", criteria, token=key),
    ):
        response = post(client, body)
        assert response.status_code == 200, response.content


@pytest.mark.parametrize("number", REFUSED)
def test_what_is_no_whole_number_is_refused_in_words(
    client: Client, reader: User, number: str
) -> None:
    make_product("24-MB01").website_links.create(website=make_website())
    criteria = f"<searchCriteria><filterGroups/><pageSize>{number}</pageSize></searchCriteria>"
    key = grant_token(reader)

    order = fault(post(client, call(ORDERS, "Get", f"<id>{number}</id>", token=key)))
    product = fault(
        post(
            client,
            call(PRODUCTS, "Get", f"<sku>24-MB01</sku><storeId>{number}</storeId>", token=key),
        )
    )
    orders = fault(post(client, call(ORDERS, "GetList", criteria, token=key)))

    assert order[1] == '"id" must be a whole number.'
    assert product[1] == '"storeId" must be a whole number.'
    assert orders[1].startswith('Error occurred during "page_size" processing. The "int" type was')
