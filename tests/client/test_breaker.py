"""An endpoint that keeps failing is left alone for a while."""

import time

import pytest

from orderflow_bridge.client import (
    BreakerPolicy,
    BreakerState,
    Credentials,
    EndpointClosedError,
    OrderFlowClient,
    ProcessMemory,
    RejectedError,
    StatusError,
)
from tests.fakes import Answer, FakeOrderFlow

POLICY = BreakerPolicy(threshold=2, cooloff=0.2)


@pytest.fixture
def client(orderflow: FakeOrderFlow):
    credentials = Credentials(orderflow.endpoint, "u", "p", "o", "c")
    with OrderFlowClient(credentials, breaker=POLICY, memory=ProcessMemory()) as client:
        yield client


def fail_twice(client: OrderFlowClient, orderflow: FakeOrderFlow) -> None:
    orderflow.answers = [Answer(status=503), Answer(status=503)]
    for _ in range(2):
        with pytest.raises(StatusError):
            client.notify_product_modified("A-1")


def test_it_opens_after_failures_in_a_row_and_then_makes_no_call(
    client: OrderFlowClient, orderflow: FakeOrderFlow
):
    fail_twice(client, orderflow)

    with pytest.raises(EndpointClosedError, match="failed 2 times in a row"):
        client.notify_product_modified("A-1")

    assert len(orderflow.heard) == 2


def test_it_closes_again_after_a_successful_trial(
    client: OrderFlowClient, orderflow: FakeOrderFlow
):
    fail_twice(client, orderflow)
    time.sleep(0.25)

    client.notify_product_modified("A-1")
    client.notify_product_modified("A-2")

    assert len(orderflow.heard) == 4


def test_a_failed_trial_keeps_it_open(client: OrderFlowClient, orderflow: FakeOrderFlow):
    fail_twice(client, orderflow)
    time.sleep(0.25)
    orderflow.answers = [Answer(status=500)]
    with pytest.raises(StatusError):
        client.notify_product_modified("A-1")

    with pytest.raises(EndpointClosedError):
        client.notify_product_modified("A-1")


def test_an_entity_that_is_refused_does_not_speak_against_the_endpoint(
    client: OrderFlowClient, orderflow: FakeOrderFlow
):
    orderflow.answers = [Answer(body=b"<exception>Bad SKU</exception>") for _ in range(3)]

    for _ in range(3):
        with pytest.raises(RejectedError):
            client.notify_product_modified("A-1")

    assert len(orderflow.heard) == 3


def test_only_one_caller_makes_the_trial():
    opened = BreakerState(failures=5, opened_at=100.0)
    memory = ProcessMemory()
    memory.change("of", lambda _: opened)

    first = memory.change("of", lambda state: POLICY.on_call(state, 101.0))
    second = memory.change("of", lambda state: POLICY.on_call(state, 101.0))

    assert POLICY.may_call(first, 101.0)
    assert not POLICY.may_call(second, 101.0)
