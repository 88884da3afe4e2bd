"""Addresses below products and stockItems: routes that do not exist, and SKUs with slashes."""

import pytest
from django.test import Client

from tests.factories import make_product
from tests.restapi.shop import Script

pytestmark = pytest.mark.django_db
NO_ROUTE = "Request does not match any route."


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "products/X/links/related/Y/unheard"),
        ("GET", "products/X/downloadable-links"),
        ("PUT", "products/X/unheard/1"),
        ("DELETE", "products/X/unheard/1"),
        ("GET", "stockItems/unheard/7"),
        ("GET", "stockStatuses/X/7"),
        ("POST", "products/X/Y/websites"),
        ("GET", "unheard"),
    ],
)
def test_a_route_that_does_not_exist_says_so(script: Script, method: str, path: str) -> None:
    make_product("X")

    assert script.refused(method, path, {"option": {}}, status=404) == NO_ROUTE


def test_a_product_with_slashes_is_found_however_it_is_sent(script: Script) -> None:
    make_product("A/lines/B")

    assert script.get("products/A%2Flines%2FB")["sku"] == "A/lines/B"
    assert script.get("products/a/lines/b")["sku"] == "A/lines/B"
    assert script.get("products/A%2Flines%2FB/media") == []


def test_a_product_with_slashes_is_made_at_its_address(script: Script) -> None:
    product = {"product": {"name": "A", "price": 1}}

    assert script.put("products/A%2FB", product)["sku"] == "A/B"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("/rest/V1/products/A%2FB?fields=sku", "The product that was requested doesn't exist."),
        ("/rest/V1/products/A/B?fields=%2F", NO_ROUTE),
    ],
)
def test_what_a_server_was_sent_tells_a_sku_from_a_route(
    client: Client, script: Script, sent: str, text: str
) -> None:
    headers = {"Authorization": f"Bearer {script.token}"}

    answer = client.get("/rest/V1/products/A%2FB", headers=headers, RAW_URI=sent)

    assert answer.status_code == 404
    assert answer.json()["message"].startswith(text)
