"""Every call goes out as the original's, over real HTTP, and comes back as one typed reply."""

import json
import socket
import threading
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orderflow_bridge.client import (
    Credentials,
    OrderFlowClient,
    RejectedError,
    StatusError,
    TransportError,
    WarehouseQuantity,
)
from orderflow_bridge.client.documents import (
    OrderDocument,
    ProductDocument,
    ProductOperation,
    ReturnDocument,
)
from tests.fakes import Answer, FakeOrderFlow

SAMPLE = json.loads((Path(__file__).parent / "golden" / "http_requests_sample.json").read_text())
CALLS: dict[str, Callable[[OrderFlowClient], Any]] = {
    "order_created": lambda client: client.notify_order_created(
        entity_id=42, increment_id="000000042"
    ),
    "product_modified": lambda client: client.notify_product_modified("24-MB01"),
    "order_cancel": lambda client: client.cancel_order("000000042"),
}
PRODUCT = ProductDocument("A-1", {"description": "Bag"})


@pytest.mark.parametrize("expected", SAMPLE["requests"], ids=lambda sample: sample["name"])
def test_a_call_is_sent_as_the_original_sends_it(
    expected: dict[str, Any], client: OrderFlowClient, orderflow: FakeOrderFlow
):
    CALLS[expected["name"]](client)

    [heard] = orderflow.heard
    assert heard.method == expected["method"]
    assert heard.path == expected["url"].removeprefix("https://of.example")
    assert heard.body == b""
    assert "Content-Type" not in heard.headers
    login = b64decode(heard.headers["Authorization"].removeprefix("Basic ")).decode()
    assert login == "magento:s3cr:et"


@pytest.mark.parametrize(
    ("send", "path", "start"),
    [
        (lambda c: c.send_products([PRODUCT], ProductOperation.MERGE),
         "/web/remotewarehouse/imports/importitems.xml", b'<import type="product"'),
        (lambda c: c.send_orders([OrderDocument("000000001")]),
         "/web/remoteorder/imports/importitems.xml", b'<import type="order"'),
        (lambda c: c.send_returns([ReturnDocument("RMA-1")]),
         "/web/remotewarehouse/imports/importitems.xml", b'<import type="return"'),
    ],
)  # fmt: skip
def test_a_document_is_posted_and_its_report_read(
    send: Any, path: str, start: bytes, client: OrderFlowClient, orderflow: FakeOrderFlow
):
    orderflow.answers = [
        Answer(b"<r><importSuccesses><l externalReference='A-1'/></importSuccesses></r>")
    ]

    reply, report = send(client)

    [heard] = orderflow.heard
    assert heard.path == f"{path}?channel=magento2&organisation=Mage+Inc"
    assert heard.headers["Content-Type"] == "application/xml"
    assert start in heard.body
    assert reply.call.body == heard.body
    assert report.successes == 1


def test_stock_is_retrieved_with_a_get(client: OrderFlowClient, orderflow: FakeOrderFlow):
    orderflow.answers = [
        Answer(b"<r><i externalReference='A' site='S' total='5' allocated='2' isAvailable='true'"
               b" isFrozen='false'/></r>")
    ]  # fmt: skip

    taken: list[WarehouseQuantity] = []
    client.retrieve_stock(taken.append)
    [found] = taken

    assert orderflow.heard[0].method == "GET"
    assert (found.reference, found.total, found.is_available, found.is_frozen) == (
        "A", 5, True, False,
    )  # fmt: skip


def test_order_detail_is_asked_for_by_number(client: OrderFlowClient, orderflow: FakeOrderFlow):
    client.order_detail("000000042")

    assert orderflow.heard[0].path.endswith("detail.xml?channel=magento2&organisation=Mage+Inc"
                                            "&externalReference=000000042")  # fmt: skip


@pytest.mark.parametrize("slashes", ["", "/", "//"])
def test_endpoint_and_path_are_joined_by_exactly_one_slash(slashes: str, orderflow: FakeOrderFlow):
    endpoint = orderflow.endpoint.rstrip("/") + slashes
    credentials = Credentials(endpoint, "u", "p", "o", "c")

    with OrderFlowClient(credentials) as client:
        client.notify_product_created("A-1")

    assert orderflow.heard[0].path.startswith("/web/remotewarehouse/product/update.xml?")


@pytest.mark.parametrize("endpoint", ["javascript:alert(1)", "ftp://of/", "", "of/web", "http://"])
def test_only_http_endpoints_are_called(endpoint: str):
    with pytest.raises(ValueError, match="not an http"):
        Credentials(endpoint, "u", "p", "o", "c")


def test_the_password_is_in_no_representation(client: OrderFlowClient):
    reply = client.cancel_order("1")

    assert "s3cr" not in repr(client.credentials) + repr(reply) + reply.call.as_text()


def test_connections_are_kept_alive(client: OrderFlowClient, orderflow: FakeOrderFlow):
    for _ in range(5):
        client.notify_product_modified("A-1")

    assert len({heard.port for heard in orderflow.heard}) == 1


def test_threads_share_the_client(client: OrderFlowClient, orderflow: FakeOrderFlow):
    orderflow.answers = [Answer(delay=0.1) for _ in range(8)]
    threads = [
        threading.Thread(target=client.notify_product_modified, args=(f"A-{number}",))
        for number in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(orderflow.heard) == 8
    assert orderflow.most_at_once > 1


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer(delay=0.8), "no answer within 0.4 seconds"),
        (Answer(body=b"<r>" + b"x" * 40, drip=0.05), "longer than 0.8 seconds"),
        (Answer(reset=True), "closed the connection"),
        (Answer(body=b"<result>ok</result>", truncate=6), "closed the connection"),
    ],
    ids=["slow", "dripping", "reset", "truncated"],
)
def test_a_lost_answer_is_ambiguous(
    answer: Answer, text: str, client: OrderFlowClient, orderflow: FakeOrderFlow
):
    orderflow.answers = [answer]

    with pytest.raises(TransportError, match=text) as caught:
        client.notify_product_modified("A-1")

    assert caught.value.is_ambiguous
    assert len(orderflow.heard) == 1


def test_an_answer_that_is_packed_otherwise_than_it_says_is_told_as_that(
    client: OrderFlowClient, orderflow: FakeOrderFlow
):
    orderflow.answers = [Answer(headers={"Content-Encoding": "gzip"})]

    with pytest.raises(TransportError, match="cannot be unpacked: it is not what its header says"):
        client.notify_product_modified("A-1")


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x15\x03\x01\x00\x02\x02\x50",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 99_999,
    ],
    ids=["SSH", "TLS", "a head without end"],
)
def test_what_does_not_speak_http_is_told_with_what_to_check(said: bytes):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(said)

        speaker = threading.Thread(target=speak)
        speaker.start()
        account = Credentials(f"http://127.0.0.1:{listener.getsockname()[1]}/", "u", "p", "o", "c")
        with (
            OrderFlowClient(account) as client,
            pytest.raises(TransportError, match="does not speak HTTP; check the port") as caught,
        ):
            client.notify_product_modified("A-1")
        speaker.join()

    assert caught.value.is_ambiguous


def test_a_refused_connection_is_not_ambiguous(client: OrderFlowClient):
    gone = Credentials("http://127.0.0.1:9/", "u", "p", "o", "c")

    with OrderFlowClient(gone) as unlucky, pytest.raises(TransportError, match="refused") as caught:
        unlucky.notify_product_modified("A-1")

    assert not caught.value.is_ambiguous


def test_a_redirection_is_not_followed(client: OrderFlowClient, orderflow: FakeOrderFlow):
    orderflow.answers = [Answer(status=302, headers={"Location": "http://elsewhere/login"})]

    with pytest.raises(StatusError, match="http://elsewhere/login"):
        client.notify_product_modified("A-1")

    assert len(orderflow.heard) == 1


def test_a_failure_carries_what_was_sent_and_what_came_back(
    client: OrderFlowClient, orderflow: FakeOrderFlow
):
    orderflow.answers = [Answer(body=b"<exception>Unknown channel</exception>")]

    with pytest.raises(RejectedError, match="Unknown channel") as caught:
        client.notify_product_modified("A-1")

    assert caught.value.call.url.endswith("thirdPartyReference=A-1&event=product.modified"
                                          "&action=modified")  # fmt: skip
    assert caught.value.reply is not None
    assert caught.value.reply.body == b"<exception>Unknown channel</exception>"


def test_a_busy_orderflow_is_reported_and_not_called_again_at_once(
    orderflow: FakeOrderFlow, client: OrderFlowClient
) -> None:
    orderflow.answers = [Answer(b"<error/>", status=429, headers={"Retry-After": "1"})]

    with pytest.raises(StatusError, match="429 Too Many Requests") as busy:
        client.notify_product_modified("24-MB01")

    assert len(orderflow.heard) == 1
    assert busy.value.reply is not None
    assert busy.value.reply.retry_after == "1"
