"""In Notify mode, where OrderFlow fetches by SOAP: rows that are also in fetched answers."""

from collections.abc import Iterator

import pytest
import requests
import zeep
from zeep.transports import Transport

from exports.models import ExportLine
from orderflow_bridge.access.rights import (
    ORDERFLOW_IMPORT,
    ORDERS_VIEW,
    PRODUCT_STOCK,
    PRODUCTS_VIEW,
)
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Result
from orderflow_bridge.mapping.checking import check_row
from orderflow_bridge.mapping.rows import Part, Row, Use
from tests.exports.documents import make_shipped_order
from tests.factories import make_product, make_user, make_website
from tests.mapping.rows import change
from tests.soapapi.posting import ORDERS, PRODUCTS

pytestmark = pytest.mark.django_db(transaction=True)

ORDERFLOW = (ORDERFLOW_IMPORT, PRODUCTS_VIEW, PRODUCT_STOCK, ORDERS_VIEW)
READER = (PRODUCTS_VIEW, ORDERS_VIEW)


@pytest.fixture
def port(live_server) -> Iterator:
    """Give zeep's clients of services, which read the WSDL anew."""
    with requests.Session() as session:

        def port_of(service, rights=ORDERFLOW):
            session.headers["Authorization"] = f"Bearer {grant_token(make_user(rights=rights))}"
            client = zeep.Client(
                f"{live_server.url}/soap/default?wsdl&services={service}",
                transport=Transport(session=session),
            )
            return client.bind(f"{service}Service", f"{service}Port")

        yield port_of


def attributes(answer):
    return {each["attributeCode"]: each["value"] for each in answer["customAttributes"]["item"]}


def test_a_products_row_is_a_custom_attribute_of_what_orderflow_fetches(port):
    product = make_product(
        "A", name="Bag", barcode="1", custom_attributes={"ean": "5", "colour": "blue"}
    )
    product.websites.add(make_website())
    change(Part.PRODUCT, "barcode", field="product.ean", in_answers=True)
    change(
        Part.PRODUCT, "label", template="{{ product.name }} & {{ product.colour }}", in_answers=True
    )
    change(Part.PRODUCT, "onlyPushed", constant="x")

    found = attributes(port(PRODUCTS).catalogProductRepositoryV1Get(sku="A"))
    others = attributes(port(PRODUCTS, READER).catalogProductRepositoryV1Get(sku="A"))

    assert (found["barcode"], found["label"]) == ("5", "Bag & blue")
    assert "onlyPushed" not in found
    assert (others["barcode"], "label" in others) == ("1", False)


def test_an_orders_rows_are_extension_attributes_that_the_wsdl_declares(port):
    order = make_shipped_order(items=[("A", 1)], customer_group_id=2, shipping_method="express_24")
    change(Part.ORDER, "customerGroup", field="order.customer_group_id", in_answers=True)
    change(
        Part.SHIPMENT,
        "priority",
        constant="1",
        when="'express' in order.shipping_method",
        in_answers=True,
    )

    answer = port(ORDERS).salesOrderRepositoryV1Get(id=order.pk)

    extension = answer["extensionAttributes"]
    assert (extension["customerGroup"], extension["priority"]) == ("2", "1")


def test_a_row_that_makes_no_value_refuses_the_fetch_and_says_why(port):
    product = make_product("A", custom_attributes={"factor": "x"})
    product.websites.add(make_website())
    change(Part.PRODUCT, "rate", template="{{ product.factor * 2 }}", in_answers=True)

    with pytest.raises(zeep.exceptions.Fault, match="The mapping of rate") as fault:
        port(PRODUCTS).catalogProductRepositoryV1Get(sku="A")

    assert "“x” is no number" in fault.value.message
    assert ExportLine.objects.get().result == Result.FAILURE
    assert Product.objects.get().orderflow_export_status == "Pending"


def test_an_order_that_the_mapping_fails_on_is_not_fetched_either(port):
    order = make_shipped_order(items=[("A", 1)], extra={"rate": "x"})
    change(Part.ORDER, "rate", template="{{ order.rate * 2 }}", in_answers=True)

    with pytest.raises(zeep.exceptions.Fault, match="The mapping of rate"):
        port(ORDERS).salesOrderRepositoryV1Get(id=order.pk)

    order.refresh_from_db()
    assert order.orderflow_export_status == "Pending"


@pytest.mark.parametrize("key", ["giftMessage", "taxes", "gift_message"])
def test_an_order_has_no_two_extension_attributes_of_one_name(key):
    row = Row(Part.ORDER, key, Use.CONSTANT, "x", in_answers=True)

    assert "of their own" in check_row(row).errors["in_answers"]
