"""zeep reads products, orders, stores and markers through the WSDL, every field there is."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import zeep
from pytest_django.live_server_helper import LiveServer
from zeep.helpers import serialize_object
from zeep.transports import Transport

from orderflow_bridge.access.rights import (
    ORDERFLOW_IMPORT,
    ORDERS_VIEW,
    PRODUCT_STOCK,
    PRODUCTS_VIEW,
    STORES,
)
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.documents.orders import order_fields
from orderflow_bridge.documents.records import camel_case
from orderflow_bridge.documents.stock import product_documents
from tests import filled
from tests.factories import make_order, make_product, make_store, make_user, make_website
from tests.soapapi.posting import (
    ORDER_MARKER,
    ORDERS,
    PRODUCT_MARKER,
    PRODUCTS,
    WEBSITES,
)
from tests.soapapi.posting import STORES as STORE_SERVICE

pytestmark = pytest.mark.django_db(transaction=True)

VERSIONS = [pytest.param("11", id="SOAP 1.1"), pytest.param("", id="SOAP 1.2")]
Port = Callable[..., Any]
RIGHTS = (ORDERFLOW_IMPORT, PRODUCTS_VIEW, PRODUCT_STOCK, ORDERS_VIEW, STORES)


@pytest.fixture
def port(live_server: LiveServer) -> Iterator[Port]:
    """Give clients of services, with every right; close their connections before the server's."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {grant_token(make_user(rights=RIGHTS))}"

        def port_of(service: str, version: str = "") -> Any:
            client = zeep.Client(
                f"{live_server.url}/soap/default?wsdl&services={service}",
                transport=Transport(session=session),
            )
            return client.bind(f"{service}Service", f"{service}Port{version}")

        yield port_of


def _plain(value: Any) -> Any:
    """Return what zeep read as plain values, without absent members and `item` wrappers."""
    value = serialize_object(value, dict) if not isinstance(value, dict | list) else value
    if isinstance(value, dict):
        if set(value) == {"item"}:
            return [_plain(entry) for entry in value["item"] or []]
        return {name: _plain(entry) for name, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value


def _as_soap(document: Any) -> Any:
    """Return a document as SOAP should show it: camelCase, nulls away."""
    if isinstance(document, dict):
        return {
            camel_case(name): _as_soap(value)
            for name, value in document.items()
            if value is not None
        }
    if isinstance(document, list):
        return [_as_soap(entry) for entry in document]
    return document


def _assert_alike(read: Any, expected: Any, path: str = "") -> None:
    """Compare, floats as singles: xsd:float is what the contract says."""
    if isinstance(expected, dict):
        assert read.keys() == expected.keys(), path
        for name in expected:
            _assert_alike(read[name], expected[name], f"{path}/{name}")
    elif isinstance(expected, list):
        assert len(read) == len(expected), path
        for number, entry in enumerate(expected):
            _assert_alike(read[number], entry, f"{path}[{number}]")
    else:
        assert read == expected, path


@pytest.mark.parametrize("version", VERSIONS)
def test_zeep_reads_every_field_of_an_order(port: Port, version: str) -> None:
    order = filled.filled_order()
    expected = _as_soap(order_fields(order))

    read = _plain(port(ORDERS, version).salesOrderRepositoryV1Get(id=order.pk))

    for name in (*filled.ORDER_INTS, *filled.ORDER_TEXTS, *filled.ORDER_FLOATS):
        assert camel_case(name) in read, name
    for name in (*filled.ITEM_INTS, *filled.ITEM_TEXTS, *filled.ITEM_FLOATS):
        assert camel_case(name) in read["items"][1], name
    for name in (*filled.ADDRESS_INTS, *filled.ADDRESS_TEXTS):
        assert camel_case(name) in read["billingAddress"], name
    for name in (*filled.PAYMENT_TEXTS, *filled.PAYMENT_FLOATS):
        assert camel_case(name) in read["payment"], name
    for name in filled.HISTORY:
        assert camel_case(name) in read["statusHistories"][0], name
    _assert_alike(read, expected)


@pytest.mark.parametrize("version", VERSIONS)
def test_zeep_reads_every_field_of_a_product(port: Port, version: str) -> None:
    product = filled.filled_product()
    [document] = product_documents([product], with_stock=True)

    answer = port(PRODUCTS, version).catalogProductRepositoryV1Get(sku="24-MB01")

    attributes = {
        entry["attributeCode"]: entry["value"] for entry in answer.customAttributes["item"]
    }
    assert set(filled.PRODUCT_ATTRIBUTES) <= attributes.keys()
    assert attributes["description"] == "A bag & more"
    assert [entry.text for entry in attributes["colours"]] == ["3", "4"]
    answer.customAttributes = None
    expected = _as_soap(document)
    del expected["customAttributes"]
    read = _plain(answer)
    assert set(map(camel_case, filled.PRODUCT_FIELDS)) <= read.keys()
    assert set(map(camel_case, filled.STOCK_ITEM)) - {"lowStockDate"} == (
        read["extensionAttributes"]["stockItem"].keys()
    )
    _assert_alike(read, expected)


def test_zeep_searches_orders_and_products(port: Port) -> None:
    for number in range(3):
        make_order(increment_id=f"00000000{number}", items=[(f"sku-{number}", 1)])
    wanted = {"field": "increment_id", "value": "000000001", "conditionType": "gteq"}
    criteria = {
        "filterGroups": {"item": [{"filters": {"item": [wanted]}}]},
        "sortOrders": {"item": [{"field": "increment_id", "direction": "ASC"}]},
        "pageSize": 1,
        "currentPage": 2,
    }

    orders = port(ORDERS).salesOrderRepositoryV1GetList(searchCriteria=criteria)
    products = port(PRODUCTS).catalogProductRepositoryV1GetList(searchCriteria={"filterGroups": {}})

    assert [order.incrementId for order in orders["items"]["item"]] == ["000000002"]
    assert orders.totalCount == 2
    assert orders.searchCriteria.pageSize == 1
    echoed = orders.searchCriteria.filterGroups["item"][0].filters["item"][0]
    assert serialize_object(echoed, dict) == wanted
    assert products.totalCount == 3
    assert [product.sku for product in products["items"]["item"]] == ["sku-0", "sku-1", "sku-2"]


def test_zeep_lists_stores_and_websites(port: Port) -> None:
    store = make_store(make_website(code="uk", name="UK"), code="uk_en", name="English")

    stores = port(STORE_SERVICE).storeStoreRepositoryV1GetList()
    websites = port(WEBSITES).storeWebsiteRepositoryV1GetList()

    assert [entry.code for entry in stores] == ["admin", "uk_en"]
    assert (stores[1].websiteId, stores[1].storeGroupId, stores[1].isActive) == (
        store.website_id,
        store.group_id,
        1,
    )
    assert [entry.code for entry in websites] == ["admin", "uk"]
    assert websites[1].defaultGroupId == store.group_id


def test_zeep_marks_products_and_orders(port: Port) -> None:
    order = make_order(increment_id="000000005")
    product = make_product("24-MB01")
    product.website_links.create(website=make_website())

    port(ORDER_MARKER).realtimeDespatchOrderFlowOrderRequestManagementV1Export(
        reference="000000005"
    )
    receipt = port(PRODUCT_MARKER).realtimeDespatchOrderFlowProductRequestManagementV1Export(
        reference="24-MB01"
    )

    order.refresh_from_db()
    product.refresh_from_db()
    assert order.orderflow_export_status == product.orderflow_export_status == "Exported"
    assert len(receipt) == len("2017-03-22T12:00:07")
