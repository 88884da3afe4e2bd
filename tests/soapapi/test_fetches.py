"""Fetches on the wire: Magento's form of output, its texts for what is missing, and who may ask."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree

from exports.models import Export, ExportLine
from orderflow_bridge.access.rights import ORDERS_VIEW, PRODUCTS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Result
from orderflow_bridge.configuration.sections import ProductExport
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.request_queue.models import Request
from tests import filled
from tests.configuration.storing import store
from tests.factories import make_order, make_product, make_user, make_website
from tests.soapapi.posting import NS12, ORDERS, PRODUCTS, STORES, WEBSITES, call, fault, post

pytestmark = pytest.mark.django_db

SKU = "<sku>24-MB01</sku>"


@pytest.fixture
def fetcher() -> User:
    """OrderFlow's user with the guide's role and nothing else."""
    user = make_user("orderflow")
    user.groups.add(Group.objects.get(name="orderflow"))
    return user


@pytest.fixture
def key(fetcher: User) -> str:
    """A token of OrderFlow's user."""
    return grant_token(fetcher)


def _product(**values: object) -> Product:
    product = make_product("24-MB01", **values)
    product.website_links.create(website=make_website())
    return product


def _searching(field: str, value: str, condition: str = "eq") -> str:
    return (
        "<searchCriteria><filterGroups><item><filters><item>"
        f"<field>{field}</field><value>{value}</value><conditionType>{condition}</conditionType>"
        "</item></filters></item></filterGroups></searchCriteria>"
    )


def test_the_role_orderflow_may_fetch_and_its_fetch_counts(client: Client, key: str) -> None:
    product = _product()
    body = call(PRODUCTS, "Get", SKU, token=key)

    response = post(client, body)

    assert response.status_code == 200
    product.refresh_from_db()
    assert product.orderflow_export_status == "Exported"
    request = Request.objects.get()
    assert bytes(request.request_body) == body.replace(key.encode(), b"******")
    assert request.received_by == "orderflow"


def test_the_reply_has_magentos_form(client: Client, key: str) -> None:
    filled.filled_product()

    text = post(client, call(PRODUCTS, "Get", SKU, token=key)).content.decode()

    root = etree.fromstring(text.encode())
    reply = root[0][0]
    assert etree.QName(reply).localname == "catalogProductRepositoryV1GetResponse"
    assert etree.QName(reply).namespace == f"http://shop/soap/default?services={PRODUCTS}"
    assert [child.tag for child in reply] == ["result"]
    assert "<price>25.89</price>" in text
    assert "<weight>10</weight>" in text
    assert "<isInStock>true</isInStock>" in text
    assert "<lowStockDate/>" in text
    assert "<name>Joust Duffle Bag &lt;38 l&gt;</name>" in text
    assert "<value><xsd:string>3</xsd:string><xsd:string>4</xsd:string></value>" in text
    assert "<attributeCode>url_key</attributeCode><value>joust-duffle-bag</value>" in text
    assert "nil" not in text


def test_a_reply_in_soap_12_declares_what_it_uses(client: Client, key: str) -> None:
    filled.filled_product()

    response = post(client, call(PRODUCTS, "Get", SKU, token=key, version=NS12))

    assert response["Content-Type"] == "application/soap+xml; charset=utf-8"
    root = etree.fromstring(response.content)
    assert root.xpath("//xsd:string", namespaces={"xsd": "http://www.w3.org/2001/XMLSchema"})


def test_required_fields_are_there_though_empty(client: Client, key: str) -> None:
    order = make_order(customer_email="", items=[("24-MB01", 1)])

    text = post(client, call(ORDERS, "Get", f"<id>{order.pk}</id>", token=key)).content.decode()

    assert "<customerEmail></customerEmail>" in text
    assert "<couponCode" not in text
    assert "<billingAddress" not in text


def test_an_order_is_fetched_with_a_status_of_the_shops_own(client: Client, key: str) -> None:
    order = make_order(status="awaiting_wms", items=[("24-MB01", 1)])

    text = post(client, call(ORDERS, "Get", f"<id>{order.pk}</id>", token=key)).content.decode()

    assert "<state>processing</state>" in text
    assert "<status>awaiting_wms</status>" in text


def test_characters_that_xml_cannot_hold_are_replaced(client: Client, key: str) -> None:
    _product(name="bell\x07 and \ufffe]]>")

    response = post(client, call(PRODUCTS, "Get", SKU, token=key))

    root = etree.fromstring(response.content)
    assert root.findtext(".//name") == "bell\ufffd and \ufffd]]>"


def test_what_does_not_exist_is_a_fault_in_magentos_words(client: Client, key: str) -> None:
    product = fault(post(client, call(PRODUCTS, "Get", "<sku>gone</sku>", token=key)))
    order = fault(post(client, call(ORDERS, "Get", "<id>99</id>", token=key)))

    assert product == (
        "SOAP-ENV:Client",
        "The product that was requested doesn't exist. Verify the product and try again.",
    )
    assert order == (
        "SOAP-ENV:Client",
        "The entity that was requested doesn't exist. Verify the entity and try again.",
    )


@pytest.mark.parametrize(
    ("service", "arguments", "reason"),
    [
        (PRODUCTS, "", '"sku" is required. Enter and try again.'),
        (ORDERS, "", '"id" is required. Enter and try again.'),
        (ORDERS, "<id>five</id>", '"id" must be a whole number.'),
    ],
)
def test_a_fetch_without_a_proper_key_is_refused(
    client: Client, key: str, service: str, arguments: str, reason: str
) -> None:
    _, text = fault(post(client, call(service, "Get", arguments, token=key)))

    assert text == reason


def test_a_product_in_no_exporting_website_is_a_receivers_fault(client: Client, key: str) -> None:
    _product()
    store(ProductExport, is_enabled=False)
    forget()

    code, reason = fault(post(client, call(PRODUCTS, "Get", SKU, token=key, version=NS12)))

    assert code == "env:Receiver"
    assert reason == "Product '24-MB01' is not in any product export enabled websites"
    assert ExportLine.objects.get().result == Result.FAILURE


@pytest.mark.parametrize(
    ("service", "method", "arguments"),
    [
        (PRODUCTS, "Get", SKU),
        (PRODUCTS, "GetList", "<searchCriteria/>"),
        (ORDERS, "Get", "<id>1</id>"),
        (ORDERS, "GetList", "<searchCriteria/>"),
        (STORES, "GetList", ""),
        (WEBSITES, "GetList", ""),
    ],
)
def test_reads_need_their_right(
    client: Client, token: str, service: str, method: str, arguments: str
) -> None:
    """The token's user may import, which is not enough to read."""
    for given in ("", token):
        _, reason = fault(post(client, call(service, method, arguments, token=given)))

        assert reason == "The consumer isn't authorized to access %resources."
    assert not Request.objects.exists()


def test_a_list_marks_nothing_whoever_reads_it(client: Client, key: str) -> None:
    product = _product()
    order = make_order()

    for service in (PRODUCTS, ORDERS):
        response = post(client, call(service, "GetList", "<searchCriteria/>", token=key))
        assert b"<totalCount>1</totalCount>" in response.content

    product.refresh_from_db()
    order.refresh_from_db()
    assert product.orderflow_export_status == order.orderflow_export_status == "Pending"
    assert not Export.objects.exists()


def test_another_integrations_read_marks_nothing(client: Client) -> None:
    product = _product()
    reader = grant_token(make_user(rights=[PRODUCTS_VIEW, ORDERS_VIEW]))

    response = post(client, call(PRODUCTS, "Get", SKU), bearer=reader)

    assert response.status_code == 200
    assert b"stockItem" not in response.content
    product.refresh_from_db()
    assert product.orderflow_export_status == "Pending"
    assert not Request.objects.exists()


def test_a_list_is_searched_in_the_callers_words(client: Client, key: str) -> None:
    for number in range(3):
        make_order(increment_id=f"00000000{number}", grand_total=Decimal(number))

    response = post(
        client, call(ORDERS, "GetList", _searching("grand_total", "1.5", "lt"), token=key)
    )

    root = etree.fromstring(response.content)
    found = [element.text for element in root.findall(".//items/item/incrementId")]
    assert found == ["000000000", "000000001"]
    assert root.findtext(".//searchCriteria/filterGroups/item/filters/item/value") == "1.5"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("", '"searchCriteria" is required. Enter and try again.'),
        (
            _searching("no_such_field", "1"),
            '"no_such_field" is not supported. Correct the field name and try again.',
        ),
        (
            _searching("status", "1", "drop"),
            '"drop" is not supported. Correct the field name and try again.',
        ),
        (
            _searching("grand_total", "much"),
            'Error occurred during "grand_total" processing. The "float" type was expected.'
            " Verify and try again.",
        ),
    ],
)
def test_criteria_that_make_no_sense_are_refused(
    client: Client, key: str, arguments: str, reason: str
) -> None:
    _, text = fault(post(client, call(ORDERS, "GetList", arguments, token=key)))

    assert text == reason


@pytest.mark.parametrize(("service", "most"), [(PRODUCTS, 10), (ORDERS, 12)])
def test_a_fetch_takes_few_queries(client: Client, key: str, service: str, most: int) -> None:
    if service == PRODUCTS:
        filled.filled_product()
        arguments = SKU
    else:
        arguments = f"<id>{filled.filled_order().pk}</id>"
    body = call(service, "Get", arguments, token=key)
    post(client, body)  # the configuration is read once in a while

    with CaptureQueriesContext(connection) as captured:
        assert post(client, body).status_code == 200

    brackets = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    statements = [query["sql"] for query in captured if not query["sql"].startswith(brackets)]
    assert len(statements) <= most, statements
