"""Which addresses a call may reach, whatever they are called and however they are written."""

import socket
import threading
from ipaddress import ip_address

import pytest

from orderflow_bridge.client import (
    USUAL,
    Credentials,
    Network,
    OrderFlowClient,
    Reach,
    Timeouts,
    TransportError,
)
from orderflow_bridge.client.limits import reach_of
from tests.fakes import FakeOrderFlow


def call(endpoint: str, network: Network) -> None:
    """Make a call."""
    account = Credentials(endpoint, "u", "p", "o", "c")
    with OrderFlowClient(account, timeouts=Timeouts(2, 2, 2), network=network) as client:
        client.notify_product_modified("A-1")


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        ("93.184.216.34", Reach.PUBLIC),
        ("2606:2800:220:1::1", Reach.PUBLIC),
        ("10.1.2.3", Reach.PRIVATE),
        ("192.168.0.1", Reach.PRIVATE),
        ("172.16.0.1", Reach.PRIVATE),
        ("100.64.0.1", Reach.PRIVATE),
        ("fd12::1", Reach.PRIVATE),
        ("127.0.0.1", Reach.LOOPBACK),
        ("127.9.9.9", Reach.LOOPBACK),
        ("::1", Reach.LOOPBACK),
        ("0.0.0.0", Reach.LOOPBACK),
        ("::", Reach.LOOPBACK),
        ("::ffff:127.0.0.1", Reach.LOOPBACK),
        ("169.254.169.254", Reach.LINK_LOCAL),
        ("fe80::1", Reach.LINK_LOCAL),
        ("::ffff:169.254.169.254", Reach.LINK_LOCAL),
        ("64:ff9b::a9fe:a9fe", Reach.LINK_LOCAL),
        ("2002:a9fe:a9fe::1", Reach.LINK_LOCAL),
        ("fd00:ec2::254", Reach.LINK_LOCAL),
        ("100.100.100.200", Reach.LINK_LOCAL),
        ("224.0.0.1", None),
        ("255.255.255.255", None),
        ("ff02::1", None),
    ],
)
def test_every_address_leads_somewhere(address: str, reach: Reach | None):
    assert reach_of(ip_address(address)) is reach


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[fe80::1]", "[::ffff:a9fe:a9fe]", "0xa9fea9fe", "2852039166", "224.0.0.1"],
)
@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:9"])
def test_the_usual_limits_refuse_where_clouds_keep_their_passwords(host: str, proxy: str):
    with pytest.raises(TransportError, match="the bridge may not call") as caught:
        call(f"http://{host}/web/", Network(proxy=proxy))

    assert not caught.value.is_ambiguous


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_loopback_can_be_refused_under_every_name(host: str, orderflow: FakeOrderFlow):
    endpoint = orderflow.endpoint.replace("127.0.0.1", host)

    with pytest.raises(TransportError, match="the bridge may not call"):
        call(endpoint, Network(reaches=USUAL - {Reach.LOOPBACK}))

    assert orderflow.heard == []


def test_a_name_that_changes_its_meaning_is_judged_by_what_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, orderflow: FakeOrderFlow
):
    port = int(orderflow.endpoint.split(":")[2].split("/")[0])
    answers = ["127.0.0.1", "169.254.169.254"]
    asked = []

    def resolve(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[len(asked) - 1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    endpoint = orderflow.endpoint.replace("127.0.0.1", "rebound.example")

    call(endpoint, Network())
    with pytest.raises(TransportError, match=r"rebound\.example leads to an address"):
        call(endpoint, Network())

    assert asked == ["rebound.example"] * 2
    assert len(orderflow.heard) == 1


def test_threads_that_look_up_one_name_share_the_question(
    monkeypatch: pytest.MonkeyPatch, orderflow: FakeOrderFlow
):
    port = int(orderflow.endpoint.split(":")[2].split("/")[0])
    asked, gate = [], threading.Event()

    def resolve(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        gate.wait(5)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    account = Credentials(orderflow.endpoint.replace("127.0.0.1", "of.example"), "u", "p", "o", "c")
    with OrderFlowClient(account, pool_size=4) as client:
        threads = [
            threading.Thread(target=client.notify_product_modified, args=(f"A-{number}",))
            for number in range(4)
        ]
        for thread in threads:
            thread.start()
        gate.set()
        for thread in threads:
            thread.join()

    assert len(orderflow.heard) == 4
    assert len(asked) <= 4
