"""A call is over when its time is up, whatever the other side does meanwhile."""

import gc
import socket
import threading
import time
from pathlib import Path

import pytest

from orderflow_bridge.client import (
    Credentials,
    Network,
    OrderFlowClient,
    Timeouts,
    TransportError,
    Trust,
)
from orderflow_bridge.client.limits import HurriedSocket
from tests.client.relays import DrippingRelay
from tests.configuration.servers import badly_certified
from tests.fakes import Answer, FakeOrderFlow

# A whole answer would take far longer than `total`; no single byte takes as long as `read`.
SLOW = 0.05
WALL = Timeouts(connect=5.0, read=5.0, total=1.0)
LATEST = 3.0


def call(endpoint: str, network: Network | None = None) -> tuple[TransportError, float]:
    """Make a call that must fail; return how, and after how many seconds."""
    credentials = Credentials(endpoint, "u", "p", "o", "c")
    started = time.monotonic()
    with (
        OrderFlowClient(credentials, timeouts=WALL, network=network) as client,
        pytest.raises(TransportError) as caught,
    ):
        client.notify_product_modified("A-1")
    return caught.value, time.monotonic() - started


def test_headers_that_drip_end_with_the_calls_time(orderflow: FakeOrderFlow):
    orderflow.answers = [Answer(headers={"X-Long": "x" * 500})]
    with DrippingRelay(orderflow.endpoint, seconds_per_byte=SLOW).running() as relay:
        error, seconds = call(relay.endpoint)

    assert str(error) == "OrderFlow's answer took longer than 1 seconds."
    assert error.is_ambiguous
    assert 1.0 <= seconds < LATEST


def test_a_body_that_drips_ends_with_the_calls_time(orderflow: FakeOrderFlow):
    orderflow.answers = [Answer(body=b"<r>" + b"x" * 500 + b"</r>", drip=SLOW)]

    error, seconds = call(orderflow.endpoint)

    assert "took longer than 1 seconds" in str(error)
    assert seconds < LATEST


def test_a_handshake_that_drips_ends_with_the_calls_time(tmp_path: Path):
    with (
        badly_certified(tmp_path) as fake,
        DrippingRelay(fake.endpoint, seconds_per_byte=SLOW).running() as relay,
    ):
        error, seconds = call(relay.endpoint)

        assert fake.heard == []
    assert str(error) == "OrderFlow cannot be reached: the connection timed out."
    assert not error.is_ambiguous
    assert seconds < LATEST


def test_encrypted_headers_that_drip_end_with_the_calls_time(tmp_path: Path):
    with badly_certified(tmp_path) as fake:
        fake.answers = [Answer(body=b"<r>" + b"x" * 500 + b"</r>", drip=SLOW)]
        trust = Trust.chosen(str(tmp_path / "server.pem"))
        error, seconds = call(fake.endpoint, Network(trust))

    assert "took longer than 1 seconds" in str(error)
    assert seconds < LATEST


def test_a_proxys_consent_that_drips_ends_with_the_calls_time(orderflow: FakeOrderFlow):
    with DrippingRelay(orderflow.endpoint, seconds_per_byte=SLOW).running() as relay:
        proxy = relay.endpoint.removesuffix("/web/")
        error, seconds = call("https://of.example/web/", Network(proxy=proxy))

    assert not error.is_ambiguous
    assert seconds < LATEST


def test_a_server_that_accepts_and_says_nothing_ends_with_the_calls_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for scheme, is_ambiguous in (("http", True), ("https", False)):
            error, seconds = call(f"{scheme}://127.0.0.1:{port}/")
            assert error.is_ambiguous == is_ambiguous
            assert seconds < LATEST


def test_many_threads_against_the_wall_leave_no_sockets_behind(orderflow: FakeOrderFlow):
    credentials = {"username": "u", "password": "p", "organisation": "o", "channel": "c"}
    with DrippingRelay(orderflow.endpoint, seconds_per_byte=SLOW).running() as relay:
        errors: list[str] = []

        def run(client: OrderFlowClient) -> None:
            try:
                client.notify_product_modified("A-1")
            except TransportError as error:
                errors.append(str(error))

        account = Credentials(relay.endpoint, **credentials)
        with OrderFlowClient(account, timeouts=WALL, pool_size=8) as client:
            threads = [threading.Thread(target=run, args=(client,)) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not [
                each
                for each in gc.get_objects()
                if type(each) is HurriedSocket and each.fileno() >= 0
            ]

    assert errors == ["OrderFlow's answer took longer than 1 seconds."] * 8


def test_the_time_of_one_call_is_not_taken_off_the_next(orderflow: FakeOrderFlow):
    orderflow.answers = [Answer(delay=0.7), Answer(delay=0.7)]
    credentials = Credentials(orderflow.endpoint, "u", "p", "o", "c")

    with OrderFlowClient(credentials, timeouts=WALL) as client:
        client.notify_product_modified("A-1")
        client.notify_product_modified("A-2")

    assert len({heard.port for heard in orderflow.heard}) == 1


def test_a_name_that_nobody_answers_for_ends_with_the_calls_time(monkeypatch: pytest.MonkeyPatch):
    answered = threading.Event()

    def resolve(*_: object, **__: object) -> list[object]:
        answered.wait(30)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    before = threading.active_count()
    try:
        error, seconds = call("http://slow-name.example/web/")
        again, _ = call("http://slow-name.example/web/")
        waiting = threading.active_count() - before
    finally:
        answered.set()

    assert str(error) == "OrderFlow cannot be reached: the name look-up timed out."
    assert str(again) == str(error)
    assert not error.is_ambiguous
    assert seconds < LATEST
    assert waiting <= 1
