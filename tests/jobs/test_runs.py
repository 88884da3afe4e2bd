"""One run of a job: claimed once, guarded by a lease, always brought to an end."""

import socket
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from orderflow_bridge.common.exceptions import BridgeError, JobNotReady
from orderflow_bridge.jobs.models import JobLease, JobRun
from orderflow_bridge.jobs.runs import STOPPED, run_job, take_lease
from orderflow_bridge.jobs.services import order_run
from tests.jobs.samples import TEN, at, make_job, make_run

pytestmark = pytest.mark.django_db


def failing(error):
    """Return a job's work that raises."""

    def run():
        raise error

    return run


def test_a_run_ends_with_the_summary_of_its_job():
    run = run_job(make_run().pk, jobs=[make_job(run=lambda: "Imported 3 requests.")])

    assert (run.status, run.summary) == (JobRun.Status.SUCCESS, "Imported 3 requests.")
    assert run.started_at <= run.finished_at <= timezone.now()
    assert run.host == socket.gethostname()


def test_a_run_is_done_once_however_often_it_is_started():
    calls = []
    job = make_job(run=lambda: calls.append(1) or "Done.")
    run = make_run()

    run_job(run.pk, jobs=[job])
    again = run_job(run.pk, jobs=[job])

    assert calls == [1]
    assert again.status == JobRun.Status.SUCCESS


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (BridgeError("The import is switched off."), "The import is switched off."),
        (ValueError("no\n  such   thing"), "ValueError: no such thing"),
        (KeyError(), "KeyError"),
        (RuntimeError("x" * 900), "RuntimeError: " + "x" * 486),
    ],
)
def test_a_job_that_raises_makes_its_run_failed_with_one_line(error, reason):
    run = run_job(make_run().pk, jobs=[make_job(run=failing(error))])

    assert (run.status, run.summary) == (JobRun.Status.FAILED, reason)
    assert run.finished_at is not None


def test_a_job_that_is_not_ready_is_skipped_and_says_what_it_waits_for():
    run = run_job(make_run().pk, jobs=[make_job(run=failing(JobNotReady("Set the endpoint.")))])

    assert (run.status, run.summary) == (JobRun.Status.SKIPPED, "Set the endpoint.")


def test_a_run_that_is_interrupted_does_not_stay_running():
    run = make_run()

    with pytest.raises(KeyboardInterrupt):
        run_job(run.pk, jobs=[make_job(run=failing(KeyboardInterrupt()))])

    run.refresh_from_db()
    assert (run.status, run.summary) == (JobRun.Status.FAILED, STOPPED)


@pytest.mark.parametrize("work", [lambda: "Done.", failing(ValueError("no"))])
def test_the_lease_is_given_back_at_the_end(work):
    job = make_job(run=work)
    run_job(make_run().pk, jobs=[job])

    run = run_job(make_run(scheduled_for=at(1)).pk, jobs=[make_job()])

    assert run.status == JobRun.Status.SUCCESS


def test_a_job_that_is_still_at_work_is_not_started_again():
    started = timezone.now()
    at_work = make_run(status=JobRun.Status.RUNNING, started_at=started)
    take_lease(job="probe", holder=str(at_work.pk), now=started)

    run = run_job(make_run(scheduled_for=at(1)).pk, jobs=[make_job()])

    assert run.status == JobRun.Status.SKIPPED
    assert run.summary == f"The run that started at {started:%H:%M:%S} is still at work."
    assert run.finished_at is not None


def test_a_job_at_work_does_not_hold_up_another_job():
    take_lease(job="other", holder="1", now=timezone.now())

    assert run_job(make_run().pk, jobs=[make_job()]).status == JobRun.Status.SUCCESS


def test_a_run_may_start_when_the_lease_of_a_dead_worker_has_run_out():
    JobLease.objects.create(job="probe", holder="1", until=timezone.now() - timedelta(seconds=1))

    assert run_job(make_run().pk, jobs=[make_job()]).status == JobRun.Status.SUCCESS


def test_one_caller_gets_the_lease():
    assert take_lease(job="probe", holder="1", now=TEN, lease=timedelta(minutes=1))
    assert not take_lease(job="probe", holder="2", now=at(0.9), lease=timedelta(minutes=1))
    assert take_lease(job="probe", holder="2", now=at(1), lease=timedelta(minutes=1))


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=1)])
def test_a_lease_that_nobody_holds_is_free_whenever_it_ends(ahead):
    JobLease.objects.create(job="probe", holder="", until=timezone.now() + ahead)

    assert run_job(make_run().pk, jobs=[make_job()]).status == JobRun.Status.SUCCESS


def test_a_lease_that_a_wrong_clock_has_written_ends_like_any_other():
    minute = timedelta(minutes=1)
    assert take_lease(job="probe", holder="1", now=at(24 * 60), lease=minute)

    assert not take_lease(job="probe", holder="2", now=TEN, lease=minute)
    assert not take_lease(job="probe", holder="2", now=at(0.9), lease=minute)
    assert take_lease(job="probe", holder="2", now=at(1), lease=minute)


def test_a_run_of_a_job_that_has_been_switched_off_is_skipped():
    run = run_job(make_run().pk, jobs=[make_job(is_enabled=False)])

    assert (run.status, run.summary) == (
        JobRun.Status.SKIPPED,
        "Probe is switched off in the configuration.",
    )


def test_a_run_of_a_job_that_no_longer_exists_is_skipped():
    run = run_job(make_run("retired").pk, jobs=[make_job()])

    assert (run.status, run.summary) == (JobRun.Status.SKIPPED, "There is no job retired.")


def test_a_run_ordered_by_hand_is_kept_apart_from_the_schedule():
    run = order_run(make_job(), now=TEN)

    assert (run.scope, run.scheduled_for, run.status) == ("manual", TEN, JobRun.Status.PENDING)


def test_the_verdict_of_a_worker_that_was_taken_for_dead_counts():
    run = make_run()

    def work():
        JobRun.objects.filter(pk=run.pk).update(status=JobRun.Status.FAILED, summary="Given up.")
        return "Done after all."

    assert run_job(run.pk, jobs=[make_job(run=work)]).summary == "Done after all."


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_for_as_long_as_the_job_works():
    lease = timedelta(seconds=0.4)

    def work():
        first = JobLease.objects.get(job="probe").until
        deadline = time.monotonic() + 10
        while JobLease.objects.get(job="probe").until < first + lease:
            assert time.monotonic() < deadline, "the lease was not renewed"
            time.sleep(0.05)
        return "Long work."

    assert run_job(make_run().pk, jobs=[make_job(run=work)], lease=lease).summary == "Long work."


@pytest.mark.django_db(transaction=True)
def test_no_thread_is_left_behind():
    before = threading.active_count()

    run_job(make_run().pk, jobs=[make_job()])

    assert threading.active_count() == before
    assert connection.is_usable()
