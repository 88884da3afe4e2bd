"""A fake OrderFlow and a client that talks to it."""

from collections.abc import Iterator

import pytest

from orderflow_bridge.client import Credentials, OrderFlowClient, Timeouts
from tests.fakes import FakeOrderFlow


@pytest.fixture
def orderflow() -> Iterator[FakeOrderFlow]:
    with FakeOrderFlow().running() as fake:
        yield fake


@pytest.fixture
def client(orderflow: FakeOrderFlow) -> Iterator[OrderFlowClient]:
    credentials = Credentials(
        endpoint=orderflow.endpoint,
        username="magento",
        password="s3cr:et",
        organisation="Mage Inc",
        channel="magento2",
    )
    timeouts = Timeouts(connect=1.0, read=0.4, total=0.8)
    with OrderFlowClient(credentials, timeouts=timeouts) as client:
        yield client
