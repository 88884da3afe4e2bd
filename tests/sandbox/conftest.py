"""A sandbox on loopback for every test, and a bridge for those that need one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from threading import Thread

import pytest
from pytest_django.live_server_helper import LiveServer

from orderflow_bridge.client.calls import Credentials
from orderflow_bridge.client.client import OrderFlowClient
from orderflow_bridge.client.transport import Timeouts
from orderflow_bridge.sandbox.bridge_client import BridgeClient
from orderflow_bridge.sandbox.connecting import RIGHTS
from orderflow_bridge.sandbox.fetching import ErrandBoy
from orderflow_bridge.sandbox.orderflow_api import Account
from orderflow_bridge.sandbox.sandbox import Pace, Sandbox
from orderflow_bridge.sandbox.server import SandboxServer
from tests.factories import make_user

ACCOUNT = Account("sandbox", "Wàre-house", "Magento", "magento")
NOWHERE = "http://127.0.0.1:9"
PASSWORD = "Secret-12345"


@dataclass
class Running:
    """A sandbox that is being served at `address`."""

    sandbox: Sandbox
    address: str
    errands: ErrandBoy

    @property
    def warehouse(self):
        return self.sandbox.memory.warehouse

    @contextmanager
    def shop(self, **changed: str) -> Iterator[OrderFlowClient]:
        """The shop's client, with the right account unless another value is given."""
        values = {
            "endpoint": f"{self.address}/web",
            "username": ACCOUNT.username,
            "password": ACCOUNT.password,
            "organisation": ACCOUNT.organisation,
            "channel": ACCOUNT.channel,
        }
        timeouts = Timeouts(connect=5, read=2, total=4)
        with OrderFlowClient(Credentials(**{**values, **changed}), timeouts=timeouts) as client:
            yield client

    def stock(self, sku: str = "24-MB01", units: int = 90) -> None:
        """Put a product on the shelf."""
        self.warehouse.take_product(sku, description="Bag", first_units=Decimal(units))

    def last(self):
        """The newest message."""
        return self.warehouse.messages[-1]


@contextmanager
def open_sandbox(path: Path, *, bridge: str = NOWHERE, pace: Pace | None = None):
    """Serve a sandbox for the length of the block. Errands run when the test says so."""
    client = BridgeClient(bridge, username="orderflow", password=PASSWORD)
    sandbox = Sandbox(client, ACCOUNT, path=path, pace=pace or Pace(0, (0,)))
    server = SandboxServer("127.0.0.1", 0, sandbox)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        yield Running(sandbox, address, ErrandBoy(sandbox))
    finally:
        server.stop()
        thread.join()
        client.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A sandbox whose shop cannot be reached."""
    with open_sandbox(tmp_path / "sandbox.json") as opened:
        yield opened


@pytest.fixture
def connected(tmp_path: Path, live_server: LiveServer) -> Iterator[Running]:
    """A sandbox with a live bridge."""
    make_user("orderflow", password=PASSWORD, rights=RIGHTS)
    with open_sandbox(tmp_path / "sandbox.json", bridge=live_server.url) as opened:
        yield opened
