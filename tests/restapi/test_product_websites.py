"""The websites of products by REST: which ones a new product joins, joining and leaving."""

import pytest

from orderflow_bridge.access.rights import CATALOG_PRODUCTS, PRODUCTS_VIEW
from orderflow_bridge.catalog.models import Product
from tests.factories import make_product, make_store, make_website
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db

URL = "/rest/V1/products"


@pytest.fixture
def shop() -> Shop:
    """Return a client that may read and write products."""
    return Shop(PRODUCTS_VIEW, CATALOG_PRODUCTS)


def test_a_new_product_joins_the_websites_of_the_address(shop: Shop) -> None:
    default, other = make_website(is_default=True), make_website()
    make_store(other, code="uk")

    for sku, path in (("A", "V1"), ("B", "uk/V1"), ("C", "all/V1")):
        shop.post(f"/rest/{path}/products", {"product": {"sku": sku, "name": sku}})

    joined = {
        sku: set(Product.objects.get(sku=sku).websites.values_list("pk", flat=True))
        for sku in "ABC"
    }
    assert joined == {"A": {default.pk}, "B": {other.pk}, "C": {default.pk, other.pk}}


def test_a_product_joins_and_leaves_websites(shop: Shop) -> None:
    product, joined = make_product("A"), make_website()
    product.website_links.create(website=make_website())
    link = {"productWebsiteLink": {"sku": "A", "website_id": joined.pk}}

    assert shop.post(f"{URL}/A/websites", link) == (200, True)
    assert product.websites.count() == 2
    assert product.website_links.get(website=joined).orderflow_due_at is not None
    assert shop.delete(f"{URL}/A/websites/{joined.pk}") == (200, True)
    assert product.websites.count() == 1


def test_a_website_that_is_not_there_cannot_be_joined_or_left(shop: Shop) -> None:
    make_product("A")
    link = {"productWebsiteLink": {"sku": "A", "website_id": 999}}

    assert shop.put(f"{URL}/A/websites", link)[0] == 400
    assert shop.delete(f"{URL}/A/websites/999")[0] == 404
