"""A shop that can test itself: a live bridge, an OrderFlow beside it, and looks at the test."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from exports.cron import export_products_create, export_products_update
from imports.services import process_imports
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import JobNotReady
from orderflow_bridge.configuration.sections import Api, ProblemReports
from orderflow_bridge.configuration.sections import SelfTest as Settings
from orderflow_bridge.sandbox.connecting import RIGHTS
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.models import SelfTest
from orderflow_bridge.watch.self_test.models import Step
from orderflow_bridge.watch.self_test.services import begin, look_at_self_test
from tests.configuration.storing import store
from tests.factories import make_product, make_source, make_user, make_website
from tests.sandbox.conftest import ACCOUNT, PASSWORD, Running, open_sandbox

SKU = "24-MB01"


@dataclass
class Shop:
    """The shop under test, its OrderFlow and the product that goes there."""

    orderflow: Running
    website: Website
    product: Product
    url: str

    def do_the_jobs(self) -> None:
        """Do what the scheduler starts every minute, and let OrderFlow come for what it heard."""
        for export in (export_products_create, export_products_update):
            with suppress(JobNotReady):
                export()
        self.orderflow.errands.run_errands()
        process_imports(Entity.INVENTORY)


@pytest.fixture
def shop(tmp_path: Path, live_server: LiveServer) -> Iterator[Shop]:
    make_user("orderflow", password=PASSWORD, rights=RIGHTS)
    make_source()
    website = make_website(name="Main Website")
    product = make_product(SKU)
    ProductWebsite.objects.create(product=product, website=website)
    store(ProblemReports, base_url=live_server.url)
    store(Settings, is_enabled=True, test_product=SKU)
    with open_sandbox(tmp_path / "sandbox.json", bridge=live_server.url) as orderflow:
        store(
            Api,
            website,
            endpoint=f"{orderflow.address}/web",
            username=ACCOUNT.username,
            password=ACCOUNT.password,
            organisation=ACCOUNT.organisation,
            channel=ACCOUNT.channel,
        )
        yield Shop(orderflow, website, product, live_server.url)


def look(minutes: int = 0) -> SelfTest:
    """Let the watch look, as if so many minutes had passed; return the newest self-test."""
    look_at_self_test(clock.now() + timedelta(minutes=minutes))
    return SelfTest.objects.latest("id")


def begun() -> SelfTest:
    """Begin a self-test and let it come as far as it comes by itself."""
    begin(by="ann")
    return look()


def states(test: SelfTest) -> dict[str, str]:
    """Return the state of each step that is not one of the connection's."""
    return {step.title: str(step.state) for step in test.steps() if step.key != "connect"}


def failed(test: SelfTest) -> Step:
    """Return the only step that failed."""
    [step] = [each for each in test.steps() if each.state == "failed"]
    return step
