"""After a crash nothing known is lost, and what is unknown is announced again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exports.claims import claim_due
from exports.cron import export_products_create
from exports.models import Export
from exports.outcomes import Fate, Outcome
from exports.settling import RetryPolicy, recover_interrupted, settle
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import Entity, Operation
from orderflow_bridge.common.exceptions import LeaseLost
from orderflow_bridge.problems.kinds import EXPORT_FAILED
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.watch.exports import look_for_failed_exports
from tests.exports.shop import lines, make_due_products, make_shop, row, told

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
POLICY = RetryPolicy(max_attempts=4, first_delay=MINUTE, stuck_after=120 * MINUTE, rest=MINUTE)


def crashed_run(website, *, settled=1, fate=Fate.ANNOUNCED, policy=POLICY):
    """Claim what is due, settle some of it, and die; return the batch."""
    batch = claim_due(
        Entity.PRODUCT, Operation.CREATE, (website,), limit=10, lease=MINUTE, max_attempts=4
    )
    settle(batch, [Outcome(target, fate, "told") for target in batch.targets[:settled]], policy)
    return batch


def let_the_lease_end():
    past = timezone.now() - MINUTE
    Request.objects.update(claimed_until=past)
    ProductWebsite.objects.filter(orderflow_export_status="Pending").update(orderflow_due_at=past)


def test_what_is_claimed_is_nobody_elses_turn(orderflow):
    website = make_shop(orderflow)
    make_due_products(website, 2)
    crashed_run(website)

    assert export_products_create() == "No product was due."
    assert told(orderflow) == []


def test_after_a_crash_only_what_is_unknown_is_announced_again(orderflow):
    website = make_shop(orderflow)
    known, unknown = make_due_products(website, 2)
    crashed_run(website)
    let_the_lease_end()

    export_products_create()

    assert told(orderflow) == [unknown.sku]
    assert row(known, website).orderflow_export_status == "Queued"


def test_the_history_says_what_is_known_and_what_is_not(orderflow):
    website = make_shop(orderflow)
    known, unknown = make_due_products(website, 2)
    crashed_run(website)
    let_the_lease_end()

    assert recover_interrupted(Entity.PRODUCT) == 1

    text = "The run stopped before OrderFlow's answer was recorded; it is announced again."
    assert lines() == [(known.sku, "Success", "told"), (unknown.sku, "Failure", text)]
    export = Export.objects.get()
    assert (export.successes, export.failures) == (1, 1)
    assert Request.objects.get().processed_at
    assert recover_interrupted(Entity.PRODUCT) == 0


def test_a_run_that_is_still_at_work_is_left_alone(orderflow):
    website = make_shop(orderflow)
    make_due_products(website, 2)
    crashed_run(website)

    assert recover_interrupted(Entity.PRODUCT) == 0


def test_a_run_that_was_only_slow_can_write_nothing_any_more(orderflow):
    website = make_shop(orderflow)
    make_due_products(website, 2)
    batch = crashed_run(website)
    let_the_lease_end()
    recover_interrupted(Entity.PRODUCT)

    with pytest.raises(LeaseLost):
        settle(batch, [Outcome(batch.targets[1], Fate.ANNOUNCED, "told")], POLICY)

    assert len(lines()) == 2


def test_what_the_dead_run_gave_up_is_a_problem(orderflow):
    website = make_shop(orderflow)
    make_due_products(website, 2)
    once = RetryPolicy(max_attempts=1, first_delay=MINUTE, stuck_after=MINUTE, rest=MINUTE)
    crashed_run(website, fate=Fate.FAILED, policy=once)
    let_the_lease_end()

    recover_interrupted(Entity.PRODUCT)

    look_for_failed_exports(timezone.now())
    assert open_problems(EXPORT_FAILED).get().count == 1


def test_a_fetch_that_comes_before_the_answer_stands(orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    batch = crashed_run(website, settled=0)
    ProductWebsite.objects.update(
        orderflow_export_status="Exported",
        orderflow_export_date=timezone.now(),
        orderflow_due_at=None,
    )

    settle(batch, [Outcome(batch.targets[0], Fate.ANNOUNCED, "told")], POLICY)

    export_state = row(product, website)
    assert (export_state.orderflow_export_status, export_state.orderflow_due_at) == (
        "Exported",
        None,
    )
