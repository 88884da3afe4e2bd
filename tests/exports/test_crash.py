"""kill -9 at random moments of an export: what is known stays known, only the rest is repeated."""

import os
import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from exports.models import ExportLine
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import ExportStatus, Result
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from tests.exports.shop import make_due_orders, make_due_products, make_shop, told
from tests.fakes import Answer, FakeOrderFlow, Heard

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent processes"),
]

SEED = 20260114
KILLS = 5
PATIENCE = 60


class SlowOrderFlow(FakeOrderFlow):
    """Takes its time, so that a kill finds calls under way."""

    def choose(self, heard: Heard) -> Answer:
        return Answer(delay=0.03)


def start_worker(data_dir: Path) -> "subprocess.Popen[bytes]":
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "orderflow_bridge.settings",
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "BRIDGE_DATA_DIR": str(data_dir),
        "BRIDGE_SECRET_KEY": settings.SECRET_KEY,  # OrderFlow's password is kept under it
    }
    return subprocess.Popen([sys.executable, "-m", "tests.exports.export_worker"], env=environment)


def kill_after(worker: "subprocess.Popen[bytes]", orderflow: FakeOrderFlow, calls: int) -> None:
    """Kill a worker once OrderFlow has heard this many more calls, wherever it is then."""
    wanted, deadline = len(orderflow.heard) + calls, time.monotonic() + PATIENCE
    while len(orderflow.heard) < wanted and worker.poll() is None:
        assert time.monotonic() < deadline, "the worker made no calls"
        time.sleep(0.002)
    worker.kill()
    worker.wait()


def settled() -> set[str]:
    lines = ExportLine.objects.filter(result=Result.SUCCESS)
    return set(lines.values_list("reference", flat=True))


def let_leases_end() -> None:
    """Let the time pass for which the dead worker has claimed what it left behind."""
    past = timezone.now() - timedelta(seconds=1)
    Request.objects.filter(processed_at=None).update(claimed_until=past)
    for rows in (ProductWebsite.objects, Order.objects):
        rows.filter(orderflow_export_status=ExportStatus.PENDING).update(orderflow_due_at=past)


def test_a_killed_run_repeats_only_what_had_no_recorded_outcome(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    with SlowOrderFlow().running() as orderflow:
        settings = {"batch_size": 15}
        website = make_shop(
            orderflow, api={"parallel_calls": 4}, products=settings, orders=settings
        )
        references = {product.sku for product in make_due_products(website, 40)}
        references |= {order.increment_id for order in make_due_orders(website, 20)}

        for _ in range(KILLS):
            kill_after(start_worker(tmp_path), orderflow, chance.randint(1, 12))
            known, heard = settled(), len(orderflow.heard)
            let_leases_end()
            kill_after(start_worker(tmp_path), orderflow, chance.randint(1, 6))
            assert not known & set(told(orderflow)[heard:]), "a settled call was repeated"
            let_leases_end()
        known, heard = settled(), len(orderflow.heard)
        assert start_worker(tmp_path).wait(PATIENCE) == 0

    rest = told(orderflow)[heard:]
    assert sorted(rest) == sorted(references - known)
    assert settled() == references
    assert not Request.objects.filter(processed_at=None).exists()
    for rows in (ProductWebsite.objects, Order.objects):
        statuses = set(rows.values_list("orderflow_export_status", flat=True))
        assert statuses == {ExportStatus.QUEUED}
