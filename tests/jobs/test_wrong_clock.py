"""A clock that was wrong once stops nothing when it is set right."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from imports.models import StockWatch
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.jobs import cron
from orderflow_bridge.jobs.models import JobLease, JobRun
from orderflow_bridge.jobs.services import tick
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.problems.kinds import LATE_ORDER
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, raise_problems
from orderflow_bridge.request_queue.claiming import claim_requests
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.restapi.bulk.models import Bulk
from orderflow_bridge.watch.models import Heard
from orderflow_bridge.watch.orderflow_silence import look_for_silence
from tests.factories import make_product, make_user, make_website
from tests.jobs.samples import TEN, at, make_job, slots

PASSWORD = "none that one guesses"

pytestmark = pytest.mark.django_db(transaction=True)

JUMPS = [timedelta(hours=1), timedelta(days=1), -timedelta(hours=1), -timedelta(days=1)]


def sign_in(client, password):
    """Ask for a token as OrderFlow's user."""
    body = {"username": "orderflow", "password": password}
    return client.post("/rest/V1/integration/admin/token", body, content_type="application/json")


def names(jump):
    """Say a jump in hours."""
    return f"{jump.total_seconds() / 3600:+.0f}h"


def done_at(when, jobs=None):
    """Do a tick of the system's cron at a moment; return what became of its runs, by job."""
    with time_machine.travel(when, tick=False):
        runs = JobRun.objects.filter(pk__in=[run.pk for run in cron.tick()])
        return {run.job: run.status for run in runs}


@pytest.mark.parametrize("jump", JUMPS, ids=names)
def test_jobs_run_at_the_next_minute_and_at_every_minute_after(jump):
    right = done_at(at(1))
    assert set(right.values()) == {JobRun.Status.SUCCESS}

    wrong = [done_at(at(1) + jump + timedelta(minutes=minute)) for minute in range(3)]
    again = [done_at(at(minute)) for minute in range(2, 5)]

    # Some of the six minutes have jobs of their own besides.
    assert all(runs.items() >= right.items() for runs in wrong + again)


def test_minutes_that_were_filled_ahead_come_again_and_the_record_stays():
    job = make_job()
    for minute in (60, 61, 62, 0, 1, 62):
        with time_machine.travel(at(minute), tick=False):
            tick(clock.now(), start=lambda run_id: None, jobs=[job])

    assert [slot for slot, _ in slots()] == [TEN, at(1), at(60), at(61), at(62), at(62)]


def test_a_second_back_is_no_wrong_clock_and_does_nothing_twice():
    job = make_job()
    for minute in (0, 1, 0.99, 1, 2):
        with time_machine.travel(at(minute), tick=False):
            tick(clock.now(), start=lambda run_id: None, jobs=[job])

    assert [slot for slot, _ in slots()] == [TEN, at(1), at(2)]


def test_a_tick_that_comes_late_is_not_taken_for_a_clock_that_went_back():
    job = make_job()
    with time_machine.travel(at(10), tick=False):
        for minute in (10, 3):
            tick(at(minute), start=lambda run_id: None, jobs=[job])

    assert slots() == [(at(3), JobRun.Status.SKIPPED), (at(10), JobRun.Status.PENDING)]


@pytest.mark.parametrize("jump", JUMPS[:2], ids=names)
def test_what_was_to_come_by_the_wrong_clock_is_due_by_the_right_one(jump):
    product = ProductWebsite.objects.create(product=make_product(), website=make_website())
    wrong = TEN + jump
    with time_machine.travel(wrong, tick=False):
        ProductWebsite.objects.filter(pk=product.pk).mark_pending()
        request = Request.objects.create(
            type=RequestType.IMPORT, entity=Entity.INVENTORY, operation=Operation.UPDATE
        )
        [claim] = claim_requests(type=RequestType.IMPORT, entity=Entity.INVENTORY, limit=1)
        mail = OutgoingMail.objects.create(
            recipient="a@example.com", subject="Hello", text="Hello", retry_at=timezone.now()
        )
        bulk = Bulk.objects.create(claimed_until=timezone.now() + timedelta(minutes=5))
        JobLease.objects.create(job="probe", holder="7", until=wrong + timedelta(minutes=1))
        tick(clock.now(), start=lambda run_id: None, jobs=[make_job()])

    with time_machine.travel(at(1), tick=False):
        tick(clock.now(), start=lambda run_id: None, jobs=[make_job()])

    for row in (product, request, mail, bulk):
        row.refresh_from_db()
    assert product.orderflow_due_at == at(1)
    assert at(5) <= request.claimed_until <= at(6)
    assert at(5) <= bulk.claimed_until <= at(6)
    assert mail.retry_at == at(1)
    assert JobLease.objects.get(job="probe").until <= at(2)
    with time_machine.travel(at(6), tick=False):
        [again] = claim_requests(type=RequestType.IMPORT, entity=Entity.INVENTORY, limit=1)
    assert (again.id, again.fence) == (claim.id, claim.fence + 1)


def test_what_was_noticed_by_the_wrong_clock_is_judged_by_the_right_one(client):
    """Else OrderFlow would not be missed, nor a locked user let in, until the wrong time comes."""
    make_user("orderflow", password=PASSWORD)
    with time_machine.travel(TEN + timedelta(days=1), tick=False):
        Request.objects.create(
            type=RequestType.IMPORT, entity=Entity.INVENTORY, operation=Operation.UPDATE
        )
        look_for_silence(clock.now())
        for _ in range(6):
            sign_in(client, "wrong")
        StockWatch.objects.create(
            source_code="default", approved_until=clock.now() + timedelta(hours=1)
        )
        raise_problems([Finding(LATE_ORDER, "1", "It is late.")], now=clock.now())
        tick(clock.now(), start=lambda run_id: None, jobs=[make_job()])

    with time_machine.travel(at(1), tick=False):
        tick(clock.now(), start=lambda run_id: None, jobs=[make_job()])

    assert Heard.objects.get().last_at == at(1)
    assert StockWatch.objects.get().approved_until <= at(61)
    assert Problem.objects.get(kind=LATE_ORDER.name).first_seen == at(1)
    with time_machine.travel(at(33), tick=False):
        assert sign_in(client, PASSWORD).status_code == 200
