"""Random runs, changes, fetches and crashes: nothing is lost, nothing is announced without need."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.claims import claim_due
from exports.outcomes import Fate, Outcome
from exports.settling import RetryPolicy, close, recover_interrupted, settle
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import Entity, Operation
from orderflow_bridge.request_queue.models import Request
from tests.exports.shop import make_due_products
from tests.factories import make_website

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
POLICY = RetryPolicy(max_attempts=3, first_delay=MINUTE, stuck_after=MINUTE, rest=MINUTE)
FATES = (Fate.ANNOUNCED, Fate.FAILED, Fate.GIVEN_BACK, Fate.TAKEN)

runs = st.tuples(
    st.just("run"), st.lists(st.sampled_from(FATES), min_size=3, max_size=3), st.integers(-1, 2)
)
steps = st.one_of(
    runs,
    st.tuples(st.just("crash"), st.integers(0, 2)),
    st.tuples(st.just("change"), st.integers(0, 2)),
    st.tuples(st.just("fetch"), st.integers(0, 2)),
    st.tuples(st.just("wait")),
)


class Shop:
    """Three products on one website, and what OrderFlow has heard of each since its last change."""

    def __init__(self):
        self.website = make_website()
        self.products = make_due_products(self.website, 3)
        self.heard: Counter[Any] = Counter()

    def rows(self):
        return ProductWebsite.objects.filter(website=self.website).order_by("product_id")

    def batches(self):
        """Claim what is due: the new, then the changed."""
        for operation in (Operation.CREATE, Operation.UPDATE):
            batch = claim_due(
                Entity.PRODUCT, operation, (self.website,), limit=3, lease=MINUTE, max_attempts=3
            )
            if batch.targets:
                yield batch

    def run(self, fates, changed):
        """Announce what is due; one of the products changes meanwhile."""
        for batch in self.batches():
            if changed >= 0:
                self.change(changed)
            for target, fate in zip(batch.targets, fates, strict=False):
                self.settle(batch, target, fate)
            close(batch, summary=b"done")

    def crash(self, settled):
        """Claim, settle some, die; then the lease ends."""
        for batch in self.batches():
            for target in batch.targets[:settled]:
                self.settle(batch, target, Fate.ANNOUNCED)
            Request.objects.filter(pk=batch.request_id).update(claimed_until=timezone.now())
            recover_interrupted(Entity.PRODUCT)

    def settle(self, batch, target, fate):
        before = {row.pk: row.orderflow_revision for row in self.rows()}
        settle(batch, [Outcome(target, fate, "said")], POLICY)
        if fate is Fate.ANNOUNCED and before.items() >= target.revisions.items():
            self.heard[target.entity_id] += 1

    def change(self, number):
        product = Product.objects.get(pk=self.products[number].pk)
        product.name += "."
        product.save()
        self.heard[product.pk] = 0

    def fetch(self, number):
        """OrderFlow fetches what it has been told of."""
        product = self.products[number]
        self.rows().filter(product=product, orderflow_export_status="Queued").update(
            orderflow_export_status="Exported",
            orderflow_export_date=timezone.now(),
            orderflow_due_at=None,
            orderflow_attempts=0,
        )

    def wait(self):
        """Let time pass until everything that waits is due."""
        self.rows().filter(orderflow_due_at__isnull=False).update(
            orderflow_due_at=timezone.now() - MINUTE
        )


def check(shop):
    for row in shop.rows():
        if row.orderflow_due_at is None:
            assert row.orderflow_export_status == "Exported" or row.orderflow_attempts >= 3
        if row.orderflow_export_status == "Pending":
            assert row.orderflow_due_at is not None
        if row.orderflow_export_status == "Queued":
            assert 1 <= shop.heard[row.product_id] <= 3


@given(st.lists(steps, max_size=14))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_happens_everything_is_due_exported_or_given_up(history):
    shop = Shop()

    for name, *details in history:
        getattr(shop, name)(*details)
        check(shop)


@given(st.lists(steps, max_size=10))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_working_orderflow_gets_everything_that_was_not_given_up(history):
    shop = Shop()
    for name, *details in history:
        getattr(shop, name)(*details)

    for _ in range(3):
        shop.wait()
        shop.run([Fate.ANNOUNCED] * 3, -1)
        for number in range(3):
            shop.fetch(number)

    for row in shop.rows():
        assert row.orderflow_export_status == "Exported" or row.orderflow_attempts >= 3
