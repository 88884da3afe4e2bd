"""The inventory answer is read while it arrives, and counts only if it was whole."""

import gzip
import tracemalloc
from decimal import Decimal

import pytest

from orderflow_bridge.client import (
    Credentials,
    OrderFlowClient,
    OrderFlowError,
    RejectedError,
    StatusError,
    TransportError,
    WarehouseQuantity,
)
from tests.fakes import Answer, FakeOrderFlow


def record(sku: str = "A", **values: str) -> str:
    """Return a record of the answer."""
    given = {
        "externalReference": sku,
        "site": "S",
        "total": "5",
        "allocated": "2",
        "isAvailable": "true",
        "isFrozen": "false",
        **values,
    }
    return "<item " + " ".join(f'{name}="{value}"' for name, value in given.items()) + "/>"


def inventory(*records: str) -> bytes:
    return f"<inventory>{''.join(records)}</inventory>".encode()


def read(client: OrderFlowClient, **options: float) -> list[WarehouseQuantity]:
    taken: list[WarehouseQuantity] = []
    client.retrieve_stock(taken.append, **options)
    return taken


@pytest.mark.parametrize(
    ("values", "usable"),
    [
        ({}, 3),
        ({"isAvailable": "1", "isFrozen": "no"}, 3),
        ({"total": "1", "allocated": "2"}, -1),
        ({"isAvailable": "false"}, 0),
        ({"isFrozen": "yes", "total": "many"}, 0),
        ({"total": "many"}, None),
        ({"allocated": ""}, None),
        ({"total": "NaN"}, None),
        ({"isAvailable": "perhaps"}, None),
        ({"isFrozen": ""}, None),
    ],
)
def test_what_can_be_sold_is_what_is_neither_allocated_nor_locked(
    values: dict[str, str],
    usable: int | None,
    client: OrderFlowClient,
    orderflow: FakeOrderFlow,
) -> None:
    orderflow.answers = [Answer(inventory(record(**values)))]

    [found] = read(client)

    assert found.usable == (None if usable is None else Decimal(usable))


def test_a_long_answer_takes_no_more_memory_than_a_short_one(
    client: OrderFlowClient, orderflow: FakeOrderFlow
) -> None:
    body = inventory(*(record(f"SKU-{number}") for number in range(100_000)))
    packed = Answer(gzip.compress(body), headers={"Content-Encoding": "gzip"})
    orderflow.answers = [packed, packed]
    count = 0

    def take(quantity: WarehouseQuantity) -> None:
        nonlocal count
        count += 1

    client.retrieve_stock(take, seconds=60)
    tracemalloc.start()
    try:
        reply = client.retrieve_stock(take, seconds=60)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 200_000
    assert len(body) > 10_000_000
    assert most < 3_000_000
    assert body.startswith(reply.body)


@pytest.mark.parametrize(
    ("answer", "kind", "text"),
    [
        (Answer(b"no", status=401), StatusError, "OrderFlow refused the login (401)"),
        (Answer(b""), RejectedError, "OrderFlow answered with an empty body."),
        (
            Answer(b"<html><title>Login</title><body>x</body></html>"),
            RejectedError,
            "OrderFlow answered with a web page: Login",
        ),
        (
            Answer(b"<!doctype html><p>Sign in" + b" x" * 100_000, content_type="text/html"),
            RejectedError,
            "OrderFlow answered with a web page: Sign in",
        ),
        (Answer(b"SKU;total"), RejectedError, "OrderFlow's answer is not XML"),
        (
            Answer(inventory(record()), content_type="application/json"),
            RejectedError,
            "OrderFlow's answer calls itself application/json",
        ),
        (
            Answer(inventory(record(), "<x><exception> no <b>such</b> channel</exception></x>")),
            RejectedError,
            "OrderFlow reported an exception: no such channel",
        ),
        (
            Answer(inventory(*(record() for _ in range(2_000)))[:-20]),
            RejectedError,
            "OrderFlow's answer is broken after 1,999 records",
        ),
        (
            Answer(inventory(*(record() for _ in range(2_000))), truncate=100_000),
            TransportError,
            "OrderFlow closed the connection before it had answered.",
        ),
    ],
)
def test_an_answer_that_is_none_raises_as_any_other(
    answer: Answer,
    kind: type[OrderFlowError],
    text: str,
    client: OrderFlowClient,
    orderflow: FakeOrderFlow,
) -> None:
    orderflow.answers = [answer]

    with pytest.raises(kind) as caught:
        read(client)

    assert str(caught.value).startswith(text)


def test_the_charset_that_only_the_header_names_is_obeyed(
    client: OrderFlowClient, orderflow: FakeOrderFlow
) -> None:
    body = inventory(record("Stoß")).decode().encode("latin-1")
    orderflow.answers = [Answer(body, content_type="text/xml; charset=ISO-8859-1")]

    assert [each.reference for each in read(client)] == ["Stoß"]


def test_an_answer_may_take_longer_than_other_calls_but_not_for_ever(
    orderflow: FakeOrderFlow,
) -> None:
    orderflow.answers = [Answer(inventory(record()), drip=0.01)]

    with (
        OrderFlowClient(Credentials(orderflow.endpoint, "u", "p", "o", "c")) as client,
        pytest.raises(TransportError, match=r"took longer than 0\.2 seconds"),
    ):
        read(client, seconds=0.2)
