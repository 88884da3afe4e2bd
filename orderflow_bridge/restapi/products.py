"""GET products, products/<sku> (wire.md §6)."""

from orderflow_bridge.access.rights import CATALOG_PRODUCTS, PRODUCT_STOCK
from orderflow_bridge.catalog.api import PRODUCT_COLUMNS
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.product_records import PRODUCT
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.common.records import Document
from orderflow_bridge.common.search_records import results_of
from orderflow_bridge.inventory.api import product_documents
from orderflow_bridge.restapi.operations import Call, operation
from orderflow_bridge.restapi.routing import route
from orderflow_bridge.restapi.views import RestView

_RESULTS = results_of(PRODUCT, "CatalogDataProductSearchResultsInterface")


class ProductsView(RestView):
    """The catalogue (catalogProductRepositoryV1)."""

    @operation(right=CATALOG_PRODUCTS, is_search=True, returns=_RESULTS)
    def get(self, call: Call) -> dict[str, object]:
        """Search products."""
        page = call.page(Product.objects.all(), PRODUCT_COLUMNS)
        with_stock = call.caller.may(PRODUCT_STOCK)
        return page.answer(product_documents(list(page.rows), with_stock=with_stock))


class ProductView(RestView):
    """One product."""

    @operation(right=CATALOG_PRODUCTS, returns=PRODUCT)
    def get(self, call: Call, sku: str) -> Document:
        """Read a product; where it stands with OrderFlow stays as it is."""
        product = Product.objects.filter(sku=sku).first()
        if product is None:
            raise NoSuchEntity.product()
        return product_documents([product], with_stock=call.caller.may(PRODUCT_STOCK))[0]


routes = [
    route("products", ProductsView),
    route("products/<sku>", ProductView),
]
