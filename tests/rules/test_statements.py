"""What export rules cost the database: nothing without any, else one index range."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exports.cron import export_orders_create
from exports.selectors import due_queues
from orderflow_bridge.common.choices import Entity, Operation
from orderflow_bridge.rules.models import ExportRule
from tests.exports.shop import make_due_orders, make_shop
from tests.exports.test_statements import plan_of
from tests.rules.making import hold

pytestmark = pytest.mark.django_db

DEAR = ("grand_total", "gt", "500")


def test_the_run_takes_the_same_statements_whatever_is_held(orderflow):
    website = make_shop(orderflow)
    hold(DEAR)

    def statements(count):
        make_due_orders(website, count, grand_total=501)
        with CaptureQueriesContext(connection) as captured:
            export_orders_create()
        return len(captured)

    statements(1)
    assert statements(1) == statements(20)


def test_without_rules_an_export_takes_the_statements_that_it_took(orderflow):
    website = make_shop(orderflow)
    make_due_orders(website, 1)

    with CaptureQueriesContext(connection) as captured:
        export_orders_create()

    assert not [each for each in captured if "rules_" in each["sql"]]


def test_with_rules_the_queue_is_still_one_index_range(orderflow):
    website = make_shop(orderflow)
    hold(DEAR, ("sku", "like", "set-%"), ("product.fragile", "eq", "yes"))
    hold(("payment_method", "neq", "checkmo"), release=ExportRule.Release.HAND)
    [queue] = due_queues(Entity.ORDER, Operation.CREATE, website, now=timezone.now())

    plan = plan_of(queue.values_list("orderflow_due_at", "id")[:100])

    assert "sales_order_due_by_status" in plan
    assert "TEMP B-TREE" not in plan
