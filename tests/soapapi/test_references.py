"""Values that stand elsewhere in an encoded message, under an id, are read where they are meant."""

from django.test import Client

from orderflow_bridge.configuration.sections import WebServices
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.request_queue.models import Request
from tests.soapapi.posting import (
    LEGACY,
    NS11,
    NS12,
    NUMBER,
    envelope,
    legacy_call,
    legacy_login,
    post,
    refused,
    result,
)


def test_every_argument_may_stand_elsewhere_at_the_magento_1_address(
    client: Client, token: str
) -> None:
    """As Axis 1 writes a despatch."""
    body = envelope(
        '<n:orderflowShipmentCreate xmlns:n="urn:Magento"><sessionId href="#id1"/>'
        '<orderIncrementId href="#id2"/><skuQty><skuQty href="#id0"/></skuQty>'
        '<email href="#id3"/><messageSeqId href="#id4"/></n:orderflowShipmentCreate>'
        f'<multiRef id="id1">{token}</multiRef><multiRef id="id4">484187260</multiRef>'
        '<multiRef id="id0"><key>hdd000</key><value href="#id3"/></multiRef>'
        '<multiRef id="id2">2000000002</multiRef><multiRef id="id3">1</multiRef>'
    )

    assert result(post(client, body, LEGACY)) == "Success - Message 484187260 Received"

    stored = Request.objects.get()
    [despatch] = stored.lines
    assert stored.message_id == "484187260"
    assert despatch["orderIncrementId"] == "2000000002"
    assert despatch["skuQtys"] == [{"sku": "hdd000", "qty": "1", "source": None}]
    assert despatch["email"] == "1"


def test_a_magento_1_login_may_have_its_password_elsewhere(
    client: Client, orderflow: object
) -> None:
    login = legacy_login("orderflow", "").replace(b"<apiKey></apiKey>", b'<apiKey href="#k"/>')
    login = login.replace(b"</e:Body>", b'<multiRef id="k">Secret-12345</multiRef></e:Body>')

    assert len(result(post(client, login, LEGACY))) == 32


def test_references_of_soap_12_are_followed(client: Client, token: str) -> None:
    encoding = 'xmlns:enc="http://www.w3.org/2003/05/soap-encoding"'
    body = legacy_call(
        "orderflowInventoryMultiUpdate",
        f"<sessionId>{token}</sessionId><skusQty><x {encoding} enc:ref='a'/></skusQty><skusSeqId/>"
        f"{NUMBER}",
    ).replace(
        b"</e:Body>",
        f'<x {encoding} enc:id="a"><key>A</key><value>5</value></x></e:Body>'.encode(),
    )

    result(post(client, body.replace(NS11.encode(), NS12.encode()), LEGACY))

    assert Request.objects.get().lines == [["A", "5", None, None, None]]


def test_a_long_text_that_many_items_refer_to_is_refused(client: Client, token: str) -> None:
    write_settings(WebServices, {"max_body_bytes": 100_000})
    items = '<x><key href="#long"/></x>' * 500
    body = legacy_call(
        "orderflowInventoryMultiUpdate",
        f"<sessionId>{token}</sessionId><skusQty>{items}</skusQty><skusSeqId/>{NUMBER}",
    ).replace(b"</e:Body>", f'<m id="long">{"S" * 50_000}</m></e:Body>'.encode())

    assert refused(post(client, body, LEGACY)) == (
        "The message is refused: its lists, written out, have more characters than 100,000."
    )


def test_a_list_elsewhere_has_no_more_items_than_are_allowed(client: Client, token: str) -> None:
    write_settings(WebServices, {"max_items": 3})
    body = legacy_call(
        "orderflowInventoryMultiUpdate",
        f'<sessionId>{token}</sessionId><skusQty href="#l"/><skusSeqId/>{NUMBER}',
    ).replace(b"</e:Body>", f'<m id="l">{"<x><key>A</key></x>" * 4}</m></e:Body>'.encode())

    assert refused(post(client, body, LEGACY)) == (
        "The message is refused: its items are more than 3."
    )
