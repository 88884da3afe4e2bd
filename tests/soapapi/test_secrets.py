"""No session token and no password is stored with a message; what is stored can be sent again."""

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, PRODUCTS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.repairs.services import replay
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_product, make_request, make_user
from tests.soapapi.posting import (
    ADDRESS,
    LEGACY,
    NS12,
    NUMBER,
    ORDER_MARKER,
    PRODUCTS,
    QUANTITY,
    SEQUENCE,
    call,
    despatch,
    legacy_call,
    post,
    recorded,
    result,
    stock,
)

ORDER = "<orderIncrementId>5</orderIncrementId>"
PAIR = "<x><key>A</key><value>5</value></x>"
SECURITY = (
    '<e:Header><w:Security xmlns:w="urn:wsse"><w:UsernameToken><w:Username>orderflow</w:Username>'
    "<w:Password Type='text'>Secret-12345</w:Password></w:UsernameToken></w:Security></e:Header>"
)


def _legacy(operation: str, arguments: str) -> Callable[[str], bytes]:
    return lambda token: legacy_call(operation, f"<sessionId>{token}</sessionId>{arguments}")


def _elsewhere(token: str) -> bytes:
    body = legacy_call(
        "orderflowShipmentCreate",
        f'<sessionId href="#id0"/>{ORDER}{NUMBER}<skuQty>{PAIR}</skuQty>',
    )
    return body.replace(b"</e:Body>", b'<m id="id0">%b</m></e:Body>' % token.encode())


MESSAGES = {
    "stock": (ADDRESS, lambda token: stock(token=token)),
    "stock in 1.2": (ADDRESS, lambda token: stock(token=token, version=NS12)),
    "despatch": (ADDRESS, lambda token: despatch(ORDER + NUMBER, token=token)),
    "session in the header": (
        ADDRESS,
        lambda token: stock(header=f"<e:Header><sessionId>{token}</sessionId></e:Header>"),
    ),
    "session twice": (
        ADDRESS,
        lambda token: stock(
            f"{QUANTITY}<n:sessionId>{token}</n:sessionId>{SEQUENCE}{NUMBER}", token=token
        ),
    ),
    "password in the header": (ADDRESS, lambda token: stock(token=token, header=SECURITY)),
    "UTF-16": (
        ADDRESS,
        lambda token: (
            '<?xml version="1.0" encoding="UTF-16"?>' + stock(token=token).decode()
        ).encode("utf-16"),
    ),
    "old stock": (
        LEGACY,
        _legacy(
            "orderflowInventoryMultiUpdate",
            f"{NUMBER}<skusQty>{PAIR}</skusQty><skusSeqId>{PAIR}</skusSeqId>",
        ),
    ),
    "old despatch": (LEGACY, _legacy("orderflowShipmentCreate", ORDER + NUMBER)),
    "session elsewhere": (LEGACY, _elsewhere),
    "the guide's": (
        LEGACY,
        lambda token: recorded(
            "the_guides_stock_message_without_declarations", session_authentication_token=token
        ),
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_stored_without_its_secrets_and_can_be_replayed(
    client: Client, token: str, rf: RequestFactory, name: str
) -> None:
    address, message = MESSAGES[name]
    result(post(client, message(token), address))
    stored = Request.objects.get()
    body = bytes(stored.request_body)
    text = body.decode()

    assert token not in text
    assert "Secret-12345" not in text
    assert "******" in text

    Request.objects.filter(pk=stored.pk).update(message_id="before")
    http = rf.post("/")
    http.user = User.objects.get()
    again = Request.objects.get(pk=replay(body, http=http))
    assert again.lines == stored.lines
    assert bytes(again.request_body) == body


def test_a_fetch_and_a_marker_are_recorded_without_the_token(client: Client, db: None) -> None:
    make_product("24-MB01")
    token = grant_token(make_user(rights=[ORDERFLOW_IMPORT, PRODUCTS_VIEW]))

    post(client, call(PRODUCTS, "Get", "<sku>24-MB01</sku>", token=token))
    post(client, call(ORDER_MARKER, "Export", "<reference>5</reference>", token=token))

    bodies = [bytes(request.request_body) for request in Request.objects.all()]
    assert len(bodies) == 2
    assert all(b"<sessionId>******</sessionId>" in body for body in bodies)


def test_the_secrets_of_messages_that_are_stored_already_are_masked(db: None) -> None:
    bodies = [
        stock(token="s3cret"),
        legacy_call("orderflowShipmentCreate", "<sessionId>s3cret</sessionId>"),
        b'{"sessionId": "s3cret", "messageSeqId": 1}',
        stock(),
        None,
    ] * 30
    requests = [
        make_request(entity=Entity.INVENTORY, lines=[["A"]], request_body=body) for body in bodies
    ]
    migration = import_module("orderflow_bridge.request_queue.migrations.0003_mask_secrets")

    for _ in range(2):
        migration.mask(apps, SimpleNamespace(connection=connection))

    for request, before in zip(requests, bodies, strict=True):
        request.refresh_from_db()
        kept = request.request_body
        expected = before and before.replace(b"s3cret", b"******")
        assert (None if kept is None else bytes(kept)) == expected
        assert request.lines == [["A"]]
