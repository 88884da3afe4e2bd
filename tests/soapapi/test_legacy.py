"""The Magento 1 dialect: sessions, rights and refusals (docs/contract/soap.md)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from lxml import etree

from orderflow_bridge.access.services import grant_token
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_user
from tests.soapapi.posting import (
    ADDRESS,
    LEGACY,
    NS11,
    NS12,
    fault,
    legacy_call,
    legacy_login,
    post,
    refused,
    result,
    stock,
)


def _legacy_stock(session: str, number: str = "4") -> bytes:
    pairs = "<item><key>hdd000</key><value>{}</value></item>"
    return legacy_call(
        "orderflowInventoryMultiUpdate",
        f"<sessionId>{session}</sessionId><skusQty>{pairs.format(3)}</skusQty>"
        f"<skusSeqId>{pairs.format(10)}</skusSeqId><messageSeqId>{number}</messageSeqId>",
    )


def test_a_magento_1_session_lasts_until_it_is_ended(client: Client, orderflow: User) -> None:
    session = result(post(client, legacy_login("orderflow", "Secret-12345"), LEGACY))
    end = legacy_call("endSession", f"<sessionId>{session}</sessionId>")

    assert result(post(client, _legacy_stock(session), LEGACY)) == "Success - Message 4 Received"
    ended = post(client, end, LEGACY)
    after = post(client, _legacy_stock(session), LEGACY)

    assert b'<endSessionReturn xsi:type="xsd:boolean">true</endSessionReturn>' in ended.content
    assert fault(after) == ("5", "Session expired. Try to relogin.")
    assert Request.objects.count() == 1


def test_a_magento_1_session_ends_by_idleness(client: Client, orderflow: User) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        session = result(post(client, legacy_login("orderflow", "Secret-12345"), LEGACY))
        for minutes in (50, 100, 150):
            clock.move_to(start + timedelta(minutes=minutes))
            assert post(client, _legacy_stock(session), LEGACY).status_code == 200
        clock.move_to(start + timedelta(minutes=211))
        late = post(client, _legacy_stock(session), LEGACY)

    assert fault(late) == ("5", "Session expired. Try to relogin.")


@pytest.mark.parametrize("session", ["", "0" * 32])
def test_a_magento_1_caller_without_session_is_told_to_log_in(
    client: Client, db: None, session: str
) -> None:
    response = post(client, _legacy_stock(session), LEGACY)

    assert fault(response) == ("5", "Session expired. Try to relogin.")
    assert refused(response)


def test_a_magento_1_user_without_the_right_is_denied(client: Client, db: None) -> None:
    session = grant_token(make_user(), idle_seconds=3600)

    response = post(client, _legacy_stock(session), LEGACY)

    assert fault(response) == ("2", "Access denied.")
    assert refused(response)


@pytest.mark.parametrize(
    ("name", "key"), [("orderflow", "wrong"), ("nobody", "Secret-12345"), ("", "")]
)
def test_a_wrong_magento_1_login_is_denied(
    client: Client, orderflow: User, name: str, key: str
) -> None:
    code, reason = fault(post(client, legacy_login(name, key), LEGACY))

    assert (code, reason) in (
        ("2", "Access denied."),
        ("6", '"username" is required. Enter and try again.'),
    )


def test_ending_an_unknown_session_is_no_error(client: Client, db: None) -> None:
    assert result(post(client, legacy_call("endSession", ""), LEGACY)) == "true"


@pytest.mark.parametrize(
    "address",
    [
        "/index.php/api/v2_soap/",
        "/index.php/api/v2_soap",
        "/api/v2_soap/",
        "/api/v2_soap",
        "/api/v2_soap/index/",
    ],
)
def test_magento_1_is_served_at_every_spelling(client: Client, token: str, address: str) -> None:
    assert result(post(client, _legacy_stock(token), address)) == "Success - Message 4 Received"


def test_a_magento_1_caller_may_use_soap_12(client: Client, token: str) -> None:
    body = _legacy_stock(token).replace(NS11.encode(), NS12.encode())

    response = post(client, body, LEGACY)

    assert response["Content-Type"] == "application/soap+xml; charset=utf-8"
    assert result(response) == "Success - Message 4 Received"
    assert fault(post(client, body.replace(token.encode(), b"x"), LEGACY)) == (
        "env:Sender",
        "Session expired. Try to relogin.",
    )


def test_a_magento_1_stock_message_needs_a_number_and_lists(client: Client, token: str) -> None:
    session = f"<sessionId>{token}</sessionId>"
    number = "<messageSeqId>1</messageSeqId>"

    for arguments, field in (
        ("<skusQty/><skusSeqId/>", "messageSeqId"),
        (f"<skusSeqId/>{number}", "skusQty"),
        (f"<skuQty/>{number}", "skusSeqId"),
    ):
        call = legacy_call("orderflowInventoryMultiUpdate", session + arguments)
        response = post(client, call, LEGACY)
        assert fault(response) == ("6", f'"{field}" is required. Enter and try again.')


def test_a_message_in_ws_i_is_answered_in_ws_i(client: Client, token: str) -> None:
    pairs = (
        "<complexObjectArray><key>hdd000</key><value>{}</value></complexObjectArray>"
        "<complexObjectArray><key>hdd001</key><value>{}</value></complexObjectArray>"
    )
    body = legacy_call(
        "orderflowInventoryMultiUpdateRequestParam",
        f"<sessionId>{token}</sessionId><skusQty>{pairs.format(3, 4)}</skusQty>"
        f"<skusSeqId>{pairs.format(10, 11)}</skusSeqId><messageSeqId>4</messageSeqId>",
    )

    response = post(client, body, LEGACY)

    assert result(response) == "Success - Message 4 Received"
    answer: Any = etree.fromstring(response.content)[0][0]
    assert answer.tag == "{urn:Magento}orderflowInventoryMultiUpdateResponseParam"
    assert (answer[0].tag, dict(answer[0].attrib)) == ("result", {})
    assert Request.objects.get().lines == [
        ["hdd000", "3", None, "10", None],
        ["hdd001", "4", None, "11", None],
    ]


def test_a_refusal_in_ws_i_has_magento_1s_codes(client: Client, orderflow: User) -> None:
    wrong = "<username>orderflow</username><apiKey>wrong</apiKey>"

    assert fault(post(client, legacy_call("loginParam", wrong), LEGACY)) == ("2", "Access denied.")
    assert fault(post(client, legacy_call("loginParam", ""), LEGACY))[0] == "6"
    assert fault(post(client, legacy_call("unheardOfParam", ""), LEGACY))[0] == "3"


def test_an_address_of_one_magento_has_none_of_the_others_operations(
    client: Client, token: str
) -> None:
    assert fault(post(client, stock(token=token), LEGACY)) == ("3", "Invalid api path.")
    assert "not present" in refused(post(client, _legacy_stock(token), ADDRESS))
