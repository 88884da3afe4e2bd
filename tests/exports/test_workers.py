"""Many workers at once: nothing is announced twice, and no transaction waits for OrderFlow."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from exports.cron import export_orders_create, export_products_create
from exports.instances import Admission, EndpointMemory
from exports.models import EndpointState, ExportLine
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.client import BreakerPolicy
from orderflow_bridge.request_queue.models import Request
from tests.exports.shop import make_due_orders, make_due_products, make_shop, told
from tests.fakes import Answer, FakeOrderFlow

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent transactions"),
]


class Watcher(FakeOrderFlow):
    """An OrderFlow that looks into the database while it is being called."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def answer(self, handler):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
            )
            waiting = cursor.fetchone()[0]
        claims = Request.objects.filter(processed_at=None, claimed_until__gt=timezone.now())
        self.seen.append((waiting, [request.lines for request in claims]))
        connections.close_all()
        super().answer(handler)


def at_once(count, work):
    """Do the same work in several threads, each with its own connection."""

    def once(_):
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(once, range(count)))


def test_no_transaction_is_open_and_the_intent_is_written_while_orderflow_is_called():
    with Watcher().running() as watcher:
        make_due_products(make_shop(watcher), 1, sku="24-MB01")

        export_products_create()

    assert watcher.seen == [(0, [[{"sku": "24-MB01"}]])]


def test_many_workers_announce_everything_once(orderflow):
    website = make_shop(orderflow, products={"batch_size": 7}, orders={"batch_size": 7})
    other = make_shop(orderflow)
    for product in make_due_products(website, 40):
        product.websites.add(other)
    make_due_orders(website, 20)
    orderflow.answers = [Answer(delay=0.01) for _ in range(60)]

    def work():
        while (
            export_products_create() != "No product was due."
            or export_orders_create() != "No order was due."
        ):
            pass

    at_once(4, work)

    assert set(Counter(told(orderflow)).values()) == {1}
    assert len(told(orderflow)) == 60
    assert ExportLine.objects.count() == 60
    assert not Request.objects.filter(processed_at=None).exists()


def test_changes_during_a_run_are_announced_and_nothing_is_lost(orderflow):
    website = make_shop(orderflow, products={"batch_size": 5})
    products = make_due_products(website, 20)
    orderflow.answers = [Answer(delay=0.01) for _ in range(200)]

    def export():
        for _ in range(8):
            export_products_create()

    def change():
        for number in range(10):
            for product in products[::2]:
                Product.objects.filter(pk=product.pk).update(name=f"Name {number}")

    works = iter((export, change, export))
    at_once(3, lambda: next(works)())
    while export_products_create() != "No product was due.":
        pass

    statuses = set(ProductWebsite.objects.values_list("orderflow_export_status", flat=True))
    assert statuses == {"Queued"}
    heard = Counter(told(orderflow))
    assert {heard[product.sku] for product in products[1::2]} == {1}
    assert not Request.objects.filter(processed_at=None).exists()


def test_of_many_workers_one_gets_the_trial_call():
    EndpointState.objects.create(
        endpoint="http://of/", failures=5, opened_at=timezone.now() - timedelta(minutes=5)
    )

    found = at_once(6, lambda: EndpointMemory("http://of/").admit(BreakerPolicy(5, 60.0)))

    assert sorted(each.name for each in found) == ["CLOSED"] * 5 + ["TRIAL"]
    assert Admission.TRIAL in found
