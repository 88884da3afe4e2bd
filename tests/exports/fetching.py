"""What the tests of fetches share: OrderFlow's user, settings, and a product that was announced."""

from typing import Any

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, ORDERS_VIEW, PRODUCTS_VIEW
from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.stores.models import Website
from tests.configuration.storing import store
from tests.factories import make_product, make_website

READS = frozenset({PRODUCTS_VIEW, ORDERS_VIEW})
ORDERFLOW = Caller(1, "orderflow", READS | {ORDERFLOW_IMPORT})


def configure(section: Any, website: Website | None = None, **values: Any) -> None:
    """Save settings of a section, for a website or for all."""
    store(section, website, **values)


def announced_product(*websites: Website, status: str = ExportStatus.QUEUED) -> Product:
    """Make the product 24-MB01 on these websites, Queued unless said otherwise."""
    product = make_product("24-MB01")
    for website in websites or (make_website(),):
        ProductWebsite.objects.create(product=product, website=website)
    ProductWebsite.objects.update(orderflow_export_status=status, orderflow_attempts=2)
    Product.objects.update(orderflow_export_status=status)
    return product
