"""Many workers on one order: on PostgreSQL, in threads and in real processes that are killed."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections
from django.utils import timezone

from imports.models import ImportLine
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.mail.services import deliver_waiting_mail, write_mail
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Despatch, Order, OrderItem, Shipment, ShipmentItem
from tests.factories import make_order, make_request
from tests.imports.despatches import stored_despatch

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent transactions"),
]


def queue(order: Order, message_id: int, *items: Any) -> None:
    line = stored_despatch(order, *items, email="1")
    make_request(entity=Entity.SHIPMENT, message_id=message_id, lines=[line])


def in_threads(count: int, work: Any) -> None:
    """Do the same work in several threads at once, each with its own connection."""

    def once(_: int) -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(once, range(count)))


def book_until_done() -> None:
    while process_imports(Entity.SHIPMENT, limit=2).requests:
        pass


def units(model: Any, column: str) -> int:
    return int(sum(model.objects.values_list(column, flat=True)))


def test_workers_on_one_order_never_ship_too_much() -> None:
    order = make_order(items=[("A", 8), ("A", 4)])
    for message_id in range(1, 19):
        queue(order, message_id, ("A", 1))
        queue(order, message_id, ("A", 1))

    in_threads(4, book_until_done)

    order.refresh_from_db()
    results = ImportLine.objects.filter(parent__entity=Entity.SHIPMENT)
    assert results.filter(result=Result.SUCCESS).count() == Despatch.objects.count() == 12
    assert results.count() == 36
    assert units(OrderItem, "qty_shipped") == units(ShipmentItem, "qty") == 12
    assert order.state == "complete"
    assert len(mail.outbox) == OutgoingMail.objects.filter(status="sent").count() == 12


def test_workers_on_many_orders_do_not_wait_crosswise() -> None:
    orders = [make_order(items=[("A", 4)]) for _ in range(6)]
    for message_id in range(1, 25):
        for order in random.sample(orders, 3):
            queue(order, message_id, ("A", 1))

    in_threads(4, book_until_done)

    assert not Request.objects.filter(processed_at=None).exists()
    assert not Request.objects.exclude(last_error="").exists()
    for order in orders:
        sent = ImportLine.objects.filter(reference=order.increment_id).count()
        assert order.shipments.count() == min(sent, 4)


def test_a_mail_is_sent_once_by_several_workers() -> None:
    for number in range(20):
        write_mail(recipient="v@example.com", subject=str(number), text="x")

    in_threads(4, deliver_waiting_mail)
    deliver_waiting_mail()

    assert sorted(int(sent.subject) for sent in mail.outbox) == list(range(20))


@pytest.fixture
def workers(tmp_path: Any) -> Iterator[list["subprocess.Popen[str]"]]:
    """Collect workers that are killed at the end, whatever the test did."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def start_worker(data_dir: Any) -> "subprocess.Popen[str]":
    database = connection.settings_dict
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "orderflow_bridge.settings",
        "DATABASE_URL": os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{database['NAME']}",
        "BRIDGE_DATA_DIR": str(data_dir),
        "BRIDGE_LOG_LEVEL": "WARNING",
        "EMAIL_URL": "filemail:///",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.imports.shipment_worker"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def let_go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "begun\n"


def mails_in(data_dir: Any) -> int:
    return sum(
        path.read_text().count("Subject: Your") for path in (data_dir / "mail").glob("*.log")
    )


@pytest.mark.processes
def test_killed_workers_lose_nothing_and_ship_nothing_twice(
    workers: list["subprocess.Popen[str]"], tmp_path: Any
) -> None:
    orders = [make_order(items=[("A", 20)]) for _ in range(2)]
    for message_id in range(1, 31):
        for order in orders:
            queue(order, message_id, ("A", 1))

    workers += [start_worker(tmp_path) for _ in range(4)]
    for worker in workers[:3]:
        let_go(worker)
    for worker in workers[:3]:
        time.sleep(random.uniform(0.02, 0.25))
        worker.kill()
        worker.communicate()
    Request.objects.filter(processed_at=None).update(
        claimed_until=timezone.now() - timedelta(seconds=1)
    )
    let_go(workers[3])
    assert workers[3].wait(timeout=60) == 0

    assert not Request.objects.filter(processed_at=None).exists()
    for order in orders:
        order.refresh_from_db()
        assert order.state == "complete"
        assert Shipment.objects.filter(order=order).count() == 20
        assert Despatch.objects.filter(order=order).count() == 20
    assert units(OrderItem, "qty_shipped") == 40
    assert ImportLine.objects.filter(result=Result.SUCCESS).count() == 40
    sent = OutgoingMail.objects.filter(status="sent").count()
    in_doubt = OutgoingMail.objects.filter(status="sending").count()
    waiting = OutgoingMail.objects.filter(status="waiting").count()
    assert (sent + in_doubt + waiting, waiting) == (40, 0)
    assert sent <= mails_in(tmp_path) <= sent + in_doubt
