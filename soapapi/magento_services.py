"""Magento's own services: logging in, and reading products, orders, store views and websites
(docs/contract/soap.md, docs/contract/documents.md).
"""

from typing import Any

from django.contrib.auth.models import User
from spyne import MethodContext, Service

from exports.fetching import fetch_order, fetch_product
from orderflow_bridge.access.rights import ORDERS_VIEW, PRODUCT_STOCK, PRODUCTS_VIEW, STORES
from orderflow_bridge.access.services import SecondFactorNeeded, grant_token, sign_in
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import SELF_TEST
from orderflow_bridge.common.error_codes import ErrorCode
from orderflow_bridge.documents.criteria import SearchCriteria
from orderflow_bridge.documents.order_columns import ORDER_COLUMNS
from orderflow_bridge.documents.order_records import ORDER
from orderflow_bridge.documents.orders import order_list
from orderflow_bridge.documents.product_records import PRODUCT
from orderflow_bridge.documents.records import Document, Many
from orderflow_bridge.documents.search import SEARCH_CRITERIA, find_page, results_of
from orderflow_bridge.documents.stock import product_documents
from orderflow_bridge.documents.stores import STORE, WEBSITE, store_list, website_list
from orderflow_bridge.documents.view_columns import searched_in
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.selectors import view_by_id, view_in_scope
from soapapi.calls import Call, message_number, store_code
from soapapi.operations import Flag, Integer, RequiredInteger, RequiredText, operation, wire_type
from soapapi.refusals import SERVER, Refusal, second_factor_needed, sign_in_refused

LOGIN_SERVICE = "integrationAdminTokenServiceV1"
PRODUCT_SERVICE = "catalogProductRepositoryV1"
ORDER_SERVICE = "salesOrderRepositoryV1"
STORE_SERVICE = "storeStoreRepositoryV1"
WEBSITE_SERVICE = "storeWebsiteRepositoryV1"

_CRITERIA = wire_type(SEARCH_CRITERIA).customize(min_occurs=1, nillable=False)
_PRODUCTS = results_of(PRODUCT, "CatalogDataProductSearchResultsInterface")
_ORDERS = results_of(ORDER, "SalesDataOrderSearchResultInterface")


class TokenService(Service):
    """Grants tokens to API users."""

    __service_name__ = f"{LOGIN_SERVICE}Service"
    __port_types__ = (f"{LOGIN_SERVICE}PortType",)

    @operation(LOGIN_SERVICE, RequiredText, RequiredText, right=None, returns=RequiredText)
    def integrationAdminTokenServiceV1CreateAdminAccessToken(
        ctx: MethodContext, username: str, password: str
    ) -> str:
        return grant_token(signed_in(ctx.udc, username, password))


class ProductService(Service):
    """Answers OrderFlow's fetches of products, and anybody's who may read them."""

    __service_name__ = f"{PRODUCT_SERVICE}Service"
    __port_types__ = (f"{PRODUCT_SERVICE}PortType",)

    @operation(
        PRODUCT_SERVICE,
        *(RequiredText, Flag, Integer, Flag),
        right=PRODUCTS_VIEW,
        returns=PRODUCT,
    )
    def catalogProductRepositoryV1Get(
        ctx: MethodContext,
        sku: str,
        editMode: str | None,
        storeId: str | None,
        forceReload: str | None,
    ) -> Document:
        call: Call = ctx.udc
        code = store_code(call.http)
        view = view_in_scope(code) if storeId is None else view_by_id(_store_number(storeId))
        fetched = fetch_product(sku, caller=call.caller, body=call.body, store_code=code, view=view)
        if fetched.refusal:
            raise Refusal(fetched.refusal, code=SERVER, error_code=ErrorCode.NOT_FETCHABLE)
        return fetched.document

    @operation(PRODUCT_SERVICE, _CRITERIA, right=PRODUCTS_VIEW, returns=_PRODUCTS)
    def catalogProductRepositoryV1GetList(
        ctx: MethodContext, searchCriteria: dict[str, Any]
    ) -> Document:
        call: Call = ctx.udc
        view = view_in_scope(store_code(call.http))
        store_id = view.pk if view else None
        page = find_page(
            Product.objects.exclude(sku_key=SELF_TEST),
            SearchCriteria.parse(searchCriteria),
            searched_in(store_id),
            most_rows=call.limits.max_items,
        )
        products = product_documents(
            list(page.rows), with_stock=call.caller.may(PRODUCT_STOCK), store_id=store_id
        )
        return _PRODUCTS.of(page.answer(products))


class OrderService(Service):
    """Answers OrderFlow's fetches of orders, and anybody's who may read them."""

    __service_name__ = f"{ORDER_SERVICE}Service"
    __port_types__ = (f"{ORDER_SERVICE}PortType",)

    @operation(ORDER_SERVICE, RequiredInteger, right=ORDERS_VIEW, returns=ORDER)
    def salesOrderRepositoryV1Get(ctx: MethodContext, id: str) -> Document:
        call: Call = ctx.udc
        order_id = int(message_number("id", id))
        fetched = fetch_order(order_id, caller=call.caller, body=call.body)
        if fetched.refusal:
            raise Refusal(fetched.refusal, code=SERVER, error_code=ErrorCode.NOT_FETCHABLE)
        return fetched.document

    @operation(ORDER_SERVICE, _CRITERIA, right=ORDERS_VIEW, returns=_ORDERS)
    def salesOrderRepositoryV1GetList(
        ctx: MethodContext, searchCriteria: dict[str, Any]
    ) -> Document:
        call: Call = ctx.udc
        page = find_page(
            Order.objects.all(),
            SearchCriteria.parse(searchCriteria),
            ORDER_COLUMNS,
            most_rows=call.limits.max_items,
        )
        return _ORDERS.of(page.answer(order_list(page.rows)))


class StoreService(Service):
    """Lists the store views."""

    __service_name__ = f"{STORE_SERVICE}Service"
    __port_types__ = (f"{STORE_SERVICE}PortType",)

    @operation(STORE_SERVICE, right=STORES, returns=Many(STORE))
    def storeStoreRepositoryV1GetList(ctx: MethodContext) -> list[Document]:
        return store_list()


class WebsiteService(Service):
    """Lists the websites."""

    __service_name__ = f"{WEBSITE_SERVICE}Service"
    __port_types__ = (f"{WEBSITE_SERVICE}PortType",)

    @operation(WEBSITE_SERVICE, right=STORES, returns=Many(WEBSITE))
    def storeWebsiteRepositoryV1GetList(ctx: MethodContext) -> list[Document]:
        return website_list()


def _store_number(text: str) -> int:
    return int(message_number("storeId", text))


def signed_in(call: Call, username: str, password: str) -> User:
    """Return whose password this is; raise the Refusal of a login that is not let in."""
    try:
        user = sign_in(call.http, username, password)
    except SecondFactorNeeded:
        raise second_factor_needed() from None
    if user is None:
        raise sign_in_refused()
    return user
