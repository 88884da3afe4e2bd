"""The minute tick: what it writes down, and what it starts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orderflow_bridge.jobs.models import JobLease, JobRun
from orderflow_bridge.jobs.services import ABANDONED, order_run, tick
from tests.jobs.samples import TEN, at, make_job, make_run, slots

pytestmark = pytest.mark.django_db

PENDING, SKIPPED = JobRun.Status.PENDING, JobRun.Status.SKIPPED


def ticked(now, *jobs):
    """Do a tick; return the ids that were started."""
    started: list[int] = []
    tick(now, start=started.append, jobs=jobs)
    return started


def test_a_due_job_gets_a_run_that_is_started():
    started = ticked(TEN, make_job())

    run = JobRun.objects.get()
    assert started == [run.pk]
    assert (run.job, run.scope, run.scheduled_for, run.status) == ("probe", "", TEN, PENDING)


def test_a_tick_returns_the_runs_it_started():
    runs = tick(TEN, start=lambda run_id: None, jobs=[make_job("one"), make_job("two")])

    assert {run.job for run in runs} == {"one", "two"}


def test_seconds_do_not_make_another_slot():
    job = make_job()

    ticked(at(0.01), job)
    ticked(at(0.9), job)

    assert slots() == [(TEN, PENDING)]


def test_a_job_that_is_not_due_gets_no_run():
    assert ticked(TEN, make_job(expression="1 10 * * *")) == []
    assert not JobRun.objects.exists()


def test_a_job_that_is_switched_off_gets_no_run():
    assert ticked(TEN, make_job(is_enabled=False)) == []


def test_jobs_of_one_minute_are_written_down_in_one_statement(django_assert_num_queries):
    jobs = [make_job(f"job-{number}") for number in range(4)]
    ticked(at(-1), *jobs)
    JobRun.objects.update(status=JobRun.Status.SUCCESS)

    # Runs at work, leases, abandoned ones, newest slot, one INSERT, what waits. A savepoint is the
    # test's own.
    with django_assert_num_queries(8, exact=False):
        ticked(TEN, *jobs)


def test_after_a_pause_only_the_newest_missed_slot_is_made_up_for():
    every_five = make_job(expression="*/5 * * * *")
    ticked(at(0), every_five)
    JobRun.objects.update(status=JobRun.Status.SUCCESS)

    ticked(at(13), every_five)

    assert [slot for slot, _ in slots()] == [TEN, at(10)]


def test_a_slot_missed_by_more_than_ten_minutes_is_left():
    daily = make_job("daily", expression="5 10 * * *")
    minutely = make_job()
    ticked(at(0), daily, minutely)

    ticked(at(16), daily, minutely)

    assert slots("daily") == []


def test_a_slot_missed_by_ten_minutes_is_made_up_for_once():
    daily = make_job("daily", expression="5 10 * * *")
    minutely = make_job()
    ticked(at(0), daily, minutely)

    ticked(at(15), daily, minutely)
    ticked(at(16), daily, minutely)

    assert slots("daily") == [(at(5), PENDING)]


def test_a_slot_that_passed_while_ticks_were_done_is_not_made_up_for():
    """The expression was changed to a time just past: nothing has been missed."""
    ticked(at(6), make_job(), make_job("daily", expression="0 3 * * *"))

    ticked(at(7), make_job(), make_job("daily", expression="5 10 * * *"))

    assert slots("daily") == []


def test_a_new_installation_owes_nothing():
    ticked(at(7), make_job(expression="5 10 * * *"))

    assert slots() == []


def test_an_unreadable_expression_does_not_hold_up_the_other_jobs():
    ticked(TEN, make_job("broken", expression="when it rains"), make_job())

    assert slots("broken") == []
    assert slots() == [(TEN, PENDING)]


def test_a_run_whose_wake_up_was_lost_is_started_by_the_next_tick():
    once = make_job(expression="0 10 * * *")
    [lost] = ticked(TEN, once)

    assert ticked(at(1), once) == [lost]


def test_a_run_that_could_not_be_started_does_not_hold_up_the_others():
    jobs = [make_job("one"), make_job("two")]
    started: list[int] = []

    def start(run_id):
        started.append(run_id)
        raise ConnectionError("The broker is away.")

    tick(TEN, start=start, jobs=jobs)

    assert len(started) == 2
    assert slots("one") == slots("two") == [(TEN, PENDING)]


def test_of_several_waiting_runs_only_the_newest_is_started():
    job = make_job()
    ticked(at(0), job)
    ticked(at(1), job)

    [started] = ticked(at(2), job)

    assert slots() == [(at(0), SKIPPED), (at(1), SKIPPED), (at(2), PENDING)]
    assert JobRun.objects.get(pk=started).scheduled_for == at(2)
    assert JobRun.objects.first().summary == ""
    assert JobRun.objects.last().summary == "A newer run has taken its place."


def test_a_run_by_hand_is_not_skipped_for_the_schedules_sake():
    job = make_job()
    by_hand = order_run(job, now=at(-0.5))

    started = ticked(TEN, job)

    assert by_hand.pk in started
    assert len(started) == 2


def test_a_finished_run_is_not_started_again():
    make_run(status=JobRun.Status.SUCCESS)

    assert ticked(at(0.5), make_job()) == []


def run_at_work(lease_seconds):
    """Make a running run whose lease ends in so many seconds."""
    run = make_run(status=JobRun.Status.RUNNING, started_at=TEN)
    until = timezone.now() + timedelta(seconds=lease_seconds)
    JobLease.objects.create(job="probe", holder=str(run.pk), until=until)
    return run


def test_a_run_whose_worker_is_gone_is_marked_failed():
    run = run_at_work(lease_seconds=-1)

    ticked(at(1), make_job(is_enabled=False))

    run.refresh_from_db()
    assert (run.status, run.summary) == (JobRun.Status.FAILED, ABANDONED)
    assert run.finished_at is not None


def test_a_run_whose_lease_holds_is_left_alone():
    run = run_at_work(lease_seconds=30)

    ticked(at(1), make_job(is_enabled=False))

    run.refresh_from_db()
    assert (run.status, run.finished_at) == (JobRun.Status.RUNNING, None)


def test_a_run_whose_lease_another_run_holds_is_marked_failed():
    run = run_at_work(lease_seconds=30)
    JobLease.objects.update(holder=str(run.pk + 1))

    ticked(at(1), make_job(is_enabled=False))

    run.refresh_from_db()
    assert run.status == JobRun.Status.FAILED
