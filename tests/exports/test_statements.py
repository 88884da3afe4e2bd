"""What an export costs the database: fixed numbers of statements, index ranges only."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exports.claims import claim_due
from exports.outcomes import Fate, Outcome
from exports.selectors import due_queues
from exports.settling import RetryPolicy, settle
from orderflow_bridge.common.choices import Entity, Operation
from tests.exports.shop import make_due_orders, make_due_products, make_shop

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
POLICY = RetryPolicy(max_attempts=4, first_delay=MINUTE, stuck_after=MINUTE, rest=MINUTE)
MAKE = {Entity.PRODUCT: make_due_products, Entity.ORDER: make_due_orders}


def statements(entity, website, count):
    """Claim and settle `count` entities; return how many statements each took."""
    MAKE[entity](website, count)
    with CaptureQueriesContext(connection) as claiming:
        batch = claim_due(
            entity, Operation.CREATE, (website,), limit=100, lease=MINUTE, max_attempts=4
        )
    outcomes = [Outcome(target, Fate.ANNOUNCED, "told") for target in batch.targets]
    with CaptureQueriesContext(connection) as settling:
        settle(batch, outcomes, POLICY)
    assert len(batch.targets) == count
    return len(claiming), len(settling)


@pytest.mark.parametrize("entity", [Entity.PRODUCT, Entity.ORDER])
def test_a_batch_costs_the_same_whatever_its_size(orderflow, entity):
    website = make_shop(orderflow)
    statements(entity, website, 1)

    one, many = statements(entity, website, 1), statements(entity, website, 20)

    assert one == many
    assert max(many) <= 14


@pytest.mark.parametrize("operation", [Operation.CREATE, Operation.UPDATE])
@pytest.mark.parametrize("entity", [Entity.PRODUCT, Entity.ORDER])
def test_the_selection_is_one_index_range(orderflow, entity, operation):
    website = make_shop(orderflow)
    [queue] = due_queues(entity, operation, website, now=timezone.now())

    plan = plan_of(queue.values_list("orderflow_due_at", "id")[:100])

    indexes = {
        (Entity.PRODUCT, Operation.CREATE): "catalog_due_new",
        (Entity.PRODUCT, Operation.UPDATE): "catalog_due_changed",
    }
    assert indexes.get((entity, operation), "sales_order_due_by_status") in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def plan_of(queryset):
    """Return how the database would answer a query if the table were large."""
    if connection.vendor != "postgresql":
        return queryset.explain()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    return queryset.explain()
