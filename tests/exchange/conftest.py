"""Somebody who looks at the admin, OrderFlow on loopback, and a job that is run now."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.runs import run_job
from orderflow_bridge.jobs.services import order_run
from orderflow_bridge.jobs.table import JOBS
from tests.factories import make_user
from tests.fakes import FakeOrderFlow

PRODUCTS = "orderflow_export_product_create"
ORDERS = "orderflow_export_order_create"
STOCK = "orderflow_import_inventory_update"
DESPATCHES = "orderflow_import_shipment_update"


@pytest.fixture
def orderflow() -> Iterator[FakeOrderFlow]:
    with FakeOrderFlow().running() as fake:
        yield fake


@pytest.fixture
def boss(db: None) -> Client:
    """A browser of a superuser."""
    client = Client()
    client.force_login(User.objects.create_superuser("boss", "boss@example.com", "secret-12345"))
    return client


def signed_in(role: str) -> Client:
    """Return a browser of somebody with a ready role, whose name is the role's."""
    user = make_user(role.rpartition(" ")[2], is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def run(name: str) -> JobRun:
    """Run a job as the scheduler does."""
    [job] = [each for each in JOBS if each.name == name]
    return run_job(order_run(job, now=timezone.now()).pk)
