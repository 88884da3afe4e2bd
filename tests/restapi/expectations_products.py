"""What the routes of products answer."""

from orderflow_bridge.access.rights import CATALOG_PRODUCTS
from tests.factories import make_product
from tests.restapi.stating import LISTED, Sent, Stated

NOWHERE = Sent({"sku": "nowhere"})


def _product() -> Sent:
    return Sent({"sku": make_product("24/MB 01").sku})


STATED = [
    Stated(
        "get",
        "products",
        CATALOG_PRODUCTS,
        lambda: Sent(query=LISTED),
        missing=Sent(),
        missing_status=400,
    ),
    Stated("get", "products/<sku>", CATALOG_PRODUCTS, _product, missing=NOWHERE),
]
