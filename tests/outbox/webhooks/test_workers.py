"""Several workers at once: nothing is posted twice, no transaction waits for a receiver."""

import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

import pytest
from django.db import connection, connections

from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.outbox.webhooks.delivery import deliver_webhooks
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from tests.factories import make_product, make_source
from tests.fakes import Answer
from tests.imports.stock import queue
from tests.outbox.webhooks.shop import Shop, listen, website_of, write_events

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent transactions"),
]


class Watcher(Shop):
    """A shop that looks into the database while it is being told something."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[int, int]] = []

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
            )
            [open_transactions] = cursor.fetchone()
        self.seen.append((open_transactions, WebhookEvent.objects.filter(fence=1).count()))
        connections.close_all()
        super().answer(handler)


def in_threads(*works) -> None:
    """Do these things at the same time, each with a connection of its own."""

    def once(work) -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(once, works))


def test_no_transaction_is_open_and_the_claim_is_committed_while_an_event_is_posted() -> None:
    with Watcher().running() as watcher:
        write_events(listen(watcher), "000000005")

        deliver_webhooks()

    assert watcher.seen == [(0, 1)]


def test_many_workers_post_every_event_once(shop: Shop) -> None:
    write_events(listen(shop), *map(str, range(250)))
    shop.answers = [Answer(delay=0.01) for _ in range(250)]

    in_threads(*[deliver_webhooks] * 3)

    assert len(shop.ids()) == len(set(shop.ids())) == 250
    assert not WebhookEvent.objects.exclude(status="delivered").exists()


def test_figures_that_change_while_they_are_posted_end_with_the_newest(shop: Shop) -> None:
    website = website_of(listen(shop, parallel_calls=3))
    make_source()
    skus = [f"SKU-{number}" for number in range(12)]
    for sku in skus:
        make_product(sku).websites.add(website)
    shop.answers = [Answer(status=status, delay=0.01) for status in (200, 500, 200) * 20]
    is_over = threading.Event()

    def push() -> None:
        for sequence in range(1, 13):
            queue(*((sku, 100 + sequence, sequence) for sku in skus))
            process_imports(Entity.INVENTORY)
        is_over.set()

    def deliver() -> None:
        while not is_over.is_set():
            deliver_webhooks(seconds=5)

    in_threads(push, deliver, deliver)
    shop.answers.clear()
    WebhookEvent.objects.filter(status="waiting").update(due_at="2026-01-01T00:00:00Z")
    deliver_webhooks()

    newest = {body["data"]["sku"]: body["data"]["quantity"] for body in shop.told()}
    assert newest == dict.fromkeys(skus, 112)
    assert not WebhookEvent.objects.filter(status="waiting").exists()
    assert_told_in_order(shop)


def assert_told_in_order(shop: Shop) -> None:
    """No receiver sees an older figure of a SKU after a newer one."""
    told: dict[str, int] = {}
    for body in shop.told():
        sku, sequence = body["data"]["sku"], body["data"]["sequence_id"]
        assert sequence >= told.get(sku, 0), sku
        told[sku] = sequence
