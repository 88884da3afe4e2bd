"""The WSDLs, frozen in tests/messages/wsdl, and how they are asked for (docs/contract/soap.md).

A change that is meant: run the tests once with BRIDGE_FREEZE_WSDL=1 and read the difference.
"""

import os
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from tests.soapapi.posting import (
    INVENTORY,
    MESSAGES,
    NS12,
    ORDER_MARKER,
    ORDERS,
    PRODUCT_MARKER,
    PRODUCTS,
    SHIPMENT,
    STORES,
    TOKEN_SERVICE,
    WEBSITES,
)

BASE = "http://testserver"
FROZEN = MESSAGES / "wsdl"


def _compare(name: str, content: bytes) -> None:
    path = FROZEN / f"{name}.wsdl"
    text = content.decode().replace(BASE, "[base]")
    if os.environ.get("BRIDGE_FREEZE_WSDL"):
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.parametrize(
    ("name", "services"),
    [
        ("token", TOKEN_SERVICE),
        ("inventory", INVENTORY),
        ("shipment", SHIPMENT),
        ("product_marker", PRODUCT_MARKER),
        ("order_marker", ORDER_MARKER),
        ("products", PRODUCTS),
        ("orders", ORDERS),
        ("stores", STORES),
        ("websites", WEBSITES),
        ("all", f"{TOKEN_SERVICE},{INVENTORY},{SHIPMENT}"),
    ],
)
def test_the_wsdl_of_services_is_frozen(client: Client, db: None, name: str, services: str) -> None:
    response = client.get(f"/soap/default?wsdl&services={services}")

    assert response.status_code == 200
    assert response["Content-Type"] == "text/xml; charset=UTF-8"
    _compare(name, response.content)


@pytest.mark.parametrize(
    ("name", "query"), [("magento_1", "wsdl=1"), ("magento_1_wsi", "wsdl=1&wsi=1")]
)
def test_the_two_wsdls_of_magento_1_are_frozen(
    client: Client, db: None, name: str, query: str
) -> None:
    response = client.get(f"/index.php/api/v2_soap/?{query}")

    assert response["Content-Type"] == "text/xml; charset=UTF-8"
    _compare(name, response.content)


@pytest.mark.parametrize(
    "query",
    ["wsdl&services={0}", "services={0}&wsdl", "wsdl=1&services={0}", "services={0}&wsdl="],
)
def test_the_order_of_the_keys_does_not_matter(client: Client, db: None, query: str) -> None:
    response = client.get(f"/soap/default?{query.format(INVENTORY)}")

    _compare("inventory", response.content)


@pytest.mark.parametrize("comma", [",", "%2C", "%2c"])
def test_the_namespace_is_the_address_with_the_comma_encoded(
    client: Client, db: None, comma: str
) -> None:
    response = client.get(f"/soap/eu?wsdl&services={INVENTORY}{comma}{SHIPMENT}")

    root: Any = etree.fromstring(response.content)
    address = f"{BASE}/soap/eu?services={INVENTORY}%2C{SHIPMENT}"
    assert root.get("targetNamespace") == address
    assert root.xpath("//*[local-name()='schema']/@targetNamespace") == [address]
    assert set(root.xpath("//@location")) == {address}


def test_scheme_and_host_are_the_callers(client: Client, db: None) -> None:
    response = client.get(
        f"/soap/default/?wsdl&services={INVENTORY}", secure=True, HTTP_HOST="shop.example:8443"
    )

    root: Any = etree.fromstring(response.content)
    assert root.get("targetNamespace") == (
        f"https://shop.example:8443/soap/default?services={INVENTORY}"
    )


def test_every_operation_declares_the_one_fault(client: Client, db: None) -> None:
    response = client.get(f"/soap/default?wsdl&services={TOKEN_SERVICE},{INVENTORY},{SHIPMENT}")

    root: Any = etree.fromstring(response.content)
    wsdl = {"w": "http://schemas.xmlsoap.org/wsdl/"}
    operations = root.findall(".//w:portType/w:operation", wsdl)
    assert [operation.get("name") for operation in operations] == [
        f"{TOKEN_SERVICE}CreateAdminAccessToken",
        f"{INVENTORY}Update",
        f"{SHIPMENT}Create",
    ]
    assert all(operation.find("w:fault", wsdl) is not None for operation in operations)
    parts = root.findall("w:message/w:part", wsdl)
    assert {part.get("name") for part in parts} == {"messageParameters"}


def test_every_result_is_required_and_nothing_is_nillable(client: Client, db: None) -> None:
    services = ",".join(client.get("/soap/default?wsdl_list=1").json())

    root: Any = etree.fromstring(client.get(f"/soap/default?wsdl&services={services}").content)

    results = root.xpath("//*[local-name()='element'][@name='result']")
    assert len(results) == len(root.xpath("//*[local-name()='portType']/*")) == 11
    assert [result.get("minOccurs", "1") for result in results] == ["1"] * 11
    assert root.xpath("//@nillable") == []


def test_the_one_fault_has_the_parts_of_magentos(client: Client, db: None) -> None:
    root: Any = etree.fromstring(client.get(f"/soap/default?wsdl&services={INVENTORY}").content)

    members = {
        name: root.xpath(f"//*[local-name()='complexType'][@name='{name}']//@name")[1:]
        for name in ("GenericFault", "WrappedError", "ArrayOfWrappedError")
    }

    assert members == {
        "GenericFault": ["Trace", "Parameters", "WrappedErrors"],
        "WrappedError": ["message", "parameters"],
        "ArrayOfWrappedError": ["item"],
    }


def test_the_list_of_services_needs_no_login(client: Client, db: None) -> None:
    response = client.get("/soap/default?wsdl_list=1")

    assert response["Content-Type"] == "application/json"
    assert response.json() == {
        service: {"wsdl_endpoint": f"{BASE}/soap/default?wsdl&services={service}"}
        for service in (
            TOKEN_SERVICE,
            INVENTORY,
            SHIPMENT,
            PRODUCT_MARKER,
            ORDER_MARKER,
            PRODUCTS,
            ORDERS,
            STORES,
            WEBSITES,
        )
    }


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (
            f"wsdl&services={INVENTORY}&foo=1",
            "Not allowed parameters: foo. Please use only wsdl and services.",
        ),
        ("wsdl", "Incorrect format of request URI or Requested services are missing."),
        ("wsdl&services=", "Incorrect format of request URI or Requested services are missing."),
        (
            f"wsdl&services={INVENTORY};x",
            "Incorrect format of request URI or Requested services are missing.",
        ),
        ("wsdl&services=otherV1", 'Requested service is not available: "otherV1"'),
        (
            f"wsdl&services={INVENTORY},otherV1",
            'Requested service is not available: "otherV1"',
        ),
    ],
)
def test_a_wsdl_that_cannot_be_made_is_refused_in_words(
    client: Client, db: None, query: str, reason: str
) -> None:
    response = client.get(f"/soap/default?{query}")

    assert response.status_code == 400
    assert response["Content-Type"] == "text/xml; charset=UTF-8"
    root: Any = etree.fromstring(response.content)
    assert root.findtext(f".//{{{NS12}}}Text") == reason


def test_names_in_a_query_cannot_break_a_refusal(client: Client, db: None) -> None:
    response = client.get('/soap/default?wsdl&<"&>=1&success=1')

    assert response.status_code == 400
    assert etree.fromstring(response.content) is not None
    assert b"success" not in response.content.lower()


@pytest.mark.parametrize("method", ["POST", "HEAD"])
def test_the_query_alone_decides_that_a_wsdl_is_wanted(
    client: Client, db: None, method: str
) -> None:
    response = client.generic(method, f"/soap/default?wsdl&services={INVENTORY}")

    assert response.status_code == 200
    assert response["Content-Type"] == "text/xml; charset=UTF-8"
