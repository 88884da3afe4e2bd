"""The messages the guide prints, sent as printed, and what the guide says they are answered."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from lxml import etree

from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.request_queue.models import Request
from tests.soapapi.posting import (
    INVENTORY,
    LEGACY,
    NS11,
    NS12,
    SHIPMENT,
    post,
    recorded,
    result,
)

BASE = {"property:api.magento2.soap.base.url": "http://local.magento2/soap/default"}


def test_the_guides_login_message_as_printed(client: Client, orderflow: User) -> None:
    body = recorded(
        "the_guides_login_message",
        **{
            "property:api.magento.soap.user": "orderflow",
            "property:api.magento.soap.password": "Secret-12345",
        },
    )

    response = post(client, body, LEGACY)

    assert len(result(response)) == 32
    assert b'<ns1:loginResponse><loginReturn xsi:type="xsd:string">' in response.content


@pytest.mark.parametrize(
    "name",
    ["the_guides_stock_message_without_declarations", "the_guides_stock_message_with_sequences"],
)
def test_the_guides_magento_1_stock_messages(client: Client, token: str, name: str) -> None:
    body = recorded(name, session_authentication_token=token)

    response = post(client, body, LEGACY)

    assert result(response) == "Success - Message 4 Received"
    assert b'xmlns:ns1="urn:Magento"' in response.content
    assert b'<result xsi:type="xsd:string">' in response.content
    stored = Request.objects.get()
    assert stored.lines == [["hdd000", "0", None, "10", None]]
    assert bytes(stored.request_body) == body.replace(token.encode(), b"******")


@pytest.mark.parametrize(
    "name",
    ["the_guides_despatch_message", "the_guides_despatch_message_with_a_broken_namespace"],
)
def test_the_guides_despatch_message(client: Client, token: str, name: str) -> None:
    body = recorded(name, session_authentication_token=token, message_id="38", **BASE)

    response = post(client, body)

    assert result(response) == "Success - Message 38 Received"
    assert etree.fromstring(response.content)[0][0].tag == (
        f"{{http://local.magento2/soap/default?services={SHIPMENT}}}{SHIPMENT}CreateResponse"
    )
    stored = Request.objects.get()
    assert (stored.type, stored.entity) == (RequestType.IMPORT, Entity.SHIPMENT)
    assert (stored.operation, stored.message_id) == (Operation.CREATE, "38")
    assert stored.lines == [
        {
            "orderIncrementId": "000000005",
            "skuQtys": [{"sku": "24-MB01", "qty": "1", "source": None}],
            "tracks": [],
            "comment": "Shipment Created",
            "email": "1",
            "includeComment": "1",
            "courierName": "Generic",
            "serviceName": None,
            "trackingNumber": None,
            "dateShipped": "2017-03-22 15:25:16",
            "sequenceId": "38",
        }
    ]


def test_placeholders_that_were_not_filled_do_not_stop_a_despatch(
    client: Client, token: str
) -> None:
    body = recorded("the_guides_despatch_message", session_authentication_token=token)

    assert result(post(client, body)) == "Success - Message [message_id] Received"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a_stock_message_in_soap_11", "text/xml; charset=utf-8"),
        ("a_stock_message_in_soap_12", "application/soap+xml; charset=utf-8"),
    ],
)
def test_a_stock_message_is_answered_in_its_version(
    client: Client, token: str, name: str, content_type: str
) -> None:
    body = recorded(name, session_authentication_token=token)

    response = post(client, body)

    assert response["Content-Type"] == content_type
    assert result(response) == "Success - Message 71 Received"
    stored = Request.objects.get()
    assert (stored.entity, stored.operation) == (Entity.INVENTORY, Operation.UPDATE)
    assert (stored.message_id, stored.message_number) == ("71", 71)
    assert stored.lines == [["24-MB01", "90", None, "507", "2017-03-22 15:25:16"]]
    assert bytes(stored.request_body) == body.replace(token.encode(), b"******")
    assert bytes(stored.response_body) == b"Success - Message 71 Received"
    assert stored.received_by == "orderflow"


def test_the_reply_is_the_guides_element_for_element(client: Client, token: str) -> None:
    body = recorded("a_stock_message_in_soap_11", session_authentication_token=token)
    printed = recorded("the_guides_stock_reply")

    answered = post(client, body).content

    parser = etree.XMLParser(remove_blank_text=True)
    ours, guides = (etree.fromstring(text, parser) for text in (answered, printed))
    assert [element.tag for element in ours.iter()] == [element.tag for element in guides.iter()]
    assert [element.prefix for element in ours.iter()] == [
        element.prefix for element in guides.iter()
    ]


@pytest.mark.parametrize(("version", "prefix"), [(NS11, b"SOAP-ENV"), (NS12, b"env")])
def test_the_reply_is_phps_byte_for_byte(
    client: Client, token: str, version: str, prefix: bytes
) -> None:
    name = f"a_stock_message_in_soap_{'11' if version == NS11 else '12'}"
    body = recorded(name, session_authentication_token=token)

    answered = post(client, body).content

    operation = f"{INVENTORY}UpdateResponse".encode()
    assert answered == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<%(p)s:Envelope xmlns:%(p)s="%(v)s"'
        b' xmlns:ns1="http://local.magento2/soap/default?services=%(s)s">'
        b"<%(p)s:Body><ns1:%(o)s><result>Success - Message 71 Received</result></ns1:%(o)s>"
        b"</%(p)s:Body></%(p)s:Envelope>\n"
        % {b"p": prefix, b"v": version.encode(), b"s": INVENTORY.encode(), b"o": operation}
    )


def test_a_message_delivered_twice_is_acknowledged_twice(client: Client, token: str) -> None:
    body = recorded("a_stock_message_in_soap_11", session_authentication_token=token)

    answers = [result(post(client, body)) for _ in range(2)]

    assert answers == ["Success - Message 71 Received"] * 2
