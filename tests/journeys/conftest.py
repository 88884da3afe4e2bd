"""A shop and a warehouse that know each other: the bridge, served live, and the sandbox."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.configuration.sections import Api, OrderExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.runs import run_job
from orderflow_bridge.jobs.services import order_run
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.sandbox.connecting import RIGHTS
from orderflow_bridge.sandbox.sandbox import Sandbox
from orderflow_bridge.sandbox.warehouse import Warehouse
from orderflow_bridge.stores.models import Website
from tests.factories import make_product, make_source, make_store, make_user, make_website
from tests.sandbox.conftest import ACCOUNT, PASSWORD, open_sandbox


@dataclass
class Trade:
    """The two sides. The jobs and the errands run when a test says so, as minutes pass."""

    website: Website
    sandbox: Sandbox
    run_errands: Callable[[], object]
    endpoint: str

    @property
    def warehouse(self) -> Warehouse:
        return self.sandbox.memory.warehouse

    def job(self, name: str) -> JobRun:
        """Run a job as the scheduler does, then let OrderFlow fetch what it was told about."""
        [job] = [each for each in JOBS if each.name == name]
        run = run_job(order_run(job, now=timezone.now()).pk)
        self.run_errands()
        return run

    def sell(self, sku: str, **values: object) -> Product:
        """Put a product on sale."""
        product = make_product(sku, **values)
        product.websites.add(self.website)
        return product


@pytest.fixture
def trade(tmp_path: Path, live_server: LiveServer) -> Iterator[Trade]:
    website = make_website()
    make_store(website)
    make_source()
    make_user("orderflow", password=PASSWORD, rights=RIGHTS)
    with open_sandbox(tmp_path / "sandbox.json", bridge=live_server.url) as running:
        endpoint = f"{running.address}/web/"
        account = {
            "endpoint": endpoint,
            "username": ACCOUNT.username,
            "password": ACCOUNT.password,
            "organisation": ACCOUNT.organisation,
            "channel": ACCOUNT.channel,
        }
        write_settings(Api, account, website=website)
        write_settings(OrderExport, {"exportable_status": ("pending", "processing")})
        yield Trade(website, running.sandbox, running.errands.run_errands, endpoint)
