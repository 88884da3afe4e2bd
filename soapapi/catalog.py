"""Reading products: catalogProductRepositoryV1 (docs/contract/documents.md)."""

from typing import Any

from spyne import MethodContext

from exports.fetches import fetch_product
from orderflow_bridge.access.rights import PRODUCT_STOCK, PRODUCTS_VIEW
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.documents.criteria import SearchCriteria
from orderflow_bridge.documents.product_records import PRODUCT
from orderflow_bridge.documents.products import PRODUCT_COLUMNS
from orderflow_bridge.documents.records import Document
from orderflow_bridge.documents.search import SEARCH_CRITERIA, find_page, results_of
from orderflow_bridge.documents.stock import product_documents
from soapapi.addresses import store_code
from soapapi.calls import Call, MagentoService, operation
from soapapi.inputs import message_number
from soapapi.refusals import SERVER, Refusal
from soapapi.types import Flag, Integer, RequiredText
from soapapi.wire_types import wire_type

SERVICE = "catalogProductRepositoryV1"

_RESULTS = results_of(PRODUCT, "CatalogDataProductSearchResultsInterface")


class ProductService(MagentoService):
    """Answers OrderFlow's fetches of products, and anybody's who may read them."""

    __service_name__ = f"{SERVICE}Service"
    __port_types__ = (f"{SERVICE}PortType",)

    @operation(SERVICE, RequiredText, Flag, Integer, Flag, right=PRODUCTS_VIEW, returns=PRODUCT)
    def catalogProductRepositoryV1Get(
        ctx: MethodContext,
        sku: str,
        editMode: str | None,
        storeId: str | None,
        forceReload: str | None,
    ) -> Document:
        call: Call = ctx.udc
        if storeId is not None:
            message_number("storeId", storeId)
        fetched = fetch_product(
            sku,
            caller=call.caller,
            body=call.body,
            store_code=store_code(call.http),
        )
        if fetched.refusal:
            raise Refusal(fetched.refusal, code=SERVER)
        return fetched.document

    @operation(
        SERVICE,
        wire_type(SEARCH_CRITERIA).customize(min_occurs=1, nillable=False),
        right=PRODUCTS_VIEW,
        returns=_RESULTS,
    )
    def catalogProductRepositoryV1GetList(
        ctx: MethodContext, searchCriteria: dict[str, Any]
    ) -> Document:
        call: Call = ctx.udc
        page = find_page(
            Product.objects.all(),
            SearchCriteria.parse(searchCriteria),
            PRODUCT_COLUMNS,
            most_rows=call.limits.max_items,
        )
        products = product_documents(list(page.rows), with_stock=call.caller.may(PRODUCT_STOCK))
        return _RESULTS.of(page.answer(products))
