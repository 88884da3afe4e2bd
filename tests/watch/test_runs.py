"""Runs that nobody starts, jobs that fail, hosts with a wrong clock."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone

from orderflow_bridge.celery import app
from orderflow_bridge.common import clock
from orderflow_bridge.configuration.sections import LogCleaning
from orderflow_bridge.jobs import services, tasks
from orderflow_bridge.jobs.models import HostClock, JobRun
from orderflow_bridge.jobs.runs import forget_noted_clocks, run_job
from orderflow_bridge.problems.kinds import JOB_FAILED, NOTHING_RUNS, WRONG_CLOCK
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.watch.runs import (
    look_for_failed_jobs,
    look_for_runs_not_started,
    look_for_wrong_clocks,
)
from tests.configuration.storing import store
from tests.jobs.samples import make_job

pytestmark = pytest.mark.django_db

CLEANER = "orderflow_log_cleaner"


def by_cron() -> None:
    """Tick as `manage.py jobs tick` does on a host where other hosts' workers do the work."""
    services.tick(timezone.now(), start=lambda run: None, jobs=[])


def by_beat() -> None:
    """Send a tick's message as beat does; a worker on another host does it."""
    settings = {"task_always_eager": False, "broker_url": "memory://", "result_backend": None}
    before = {name: app.conf[name] for name in settings}
    app.conf.update(settings)
    try:
        tasks.tick.delay()
    finally:
        app.conf.update(before)


def due(job: str = CLEANER, *, ago: timedelta = timedelta(), **values: object) -> JobRun:
    """Write down a run of a job."""
    at = timezone.now() - ago
    return JobRun.objects.create(job=job, scheduled_for=at, created_at=at, **values)


def test_a_run_that_is_due_for_three_minutes_is_told_until_it_is_started() -> None:
    with time_machine.travel(datetime.fromisoformat("2026-03-03T12:10:00+00:00")):
        run = due(ago=timedelta(minutes=4))
        due("orderflow_webhooks", ago=timedelta(minutes=1))
        look_for_runs_not_started(timezone.now())

        problem = open_problems(NOTHING_RUNS).get()
        assert problem.text == (
            "1 run that was due has not been started since 12:06: Log Cleaning."
        )
        assert problem.remedy == "Start a worker."

        JobRun.objects.filter(pk=run.pk).update(status=JobRun.Status.RUNNING)
        look_for_runs_not_started(timezone.now())
        assert not open_problems(NOTHING_RUNS).exists()


def test_workers_that_discard_what_they_are_waked_for_are_told() -> None:
    for minutes in (5, 6):
        due(ago=timedelta(minutes=minutes), woken_at=timezone.now())
    look_for_runs_not_started(timezone.now())

    problem = open_problems(NOTHING_RUNS).get()
    assert problem.text.startswith("2 runs that were due have not been started since ")
    assert problem.remedy.startswith("Workers were waked and did not start them")


def test_a_failed_job_is_told_until_its_next_good_run_and_skipped_says_nothing() -> None:
    due(status=JobRun.Status.FAILED, summary="ValueError: no.", ago=timedelta(minutes=3))
    due(status=JobRun.Status.SKIPPED, ago=timedelta(minutes=2))
    look_for_failed_jobs(timezone.now())

    problem = open_problems(JOB_FAILED).get()
    assert problem.text == "The last run of the job Log Cleaning failed: ValueError: no."
    assert problem.url == f"/admin/scheduler/jobrun/?job={CLEANER}"

    due(status=JobRun.Status.SUCCESS)
    look_for_failed_jobs(timezone.now())
    assert not open_problems(JOB_FAILED).exists()


def test_what_a_daily_job_was_told_for_stands_while_others_run() -> None:
    due(status=JobRun.Status.FAILED, summary="no", ago=timedelta(hours=5))
    look_for_failed_jobs(timezone.now())
    for minute in range(220):
        due("orderflow_watch", status=JobRun.Status.SUCCESS, ago=timedelta(minutes=minute))
    look_for_failed_jobs(timezone.now())

    assert open_problems(JOB_FAILED).count() == 1


def test_a_job_that_is_switched_off_is_no_longer_told_of() -> None:
    due(status=JobRun.Status.FAILED, summary="no")
    look_for_failed_jobs(timezone.now())
    JobRun.objects.all().delete()
    store(LogCleaning, is_enabled=False)
    look_for_failed_jobs(timezone.now())

    assert not open_problems(JOB_FAILED).exists()


@pytest.mark.parametrize(("offset", "words"), [(12.4, "ahead of"), (-3600, "behind")])
def test_a_host_whose_clock_is_off_is_told_until_it_is_right(offset: float, words: str) -> None:
    now = timezone.now()
    HostClock.objects.create(host="good", offset_seconds=0.2, noted_at=now)
    HostClock.objects.create(host="web2", offset_seconds=offset, noted_at=now)
    look_for_wrong_clocks(now)

    problem = open_problems(WRONG_CLOCK).get()
    assert problem.text == (
        f"The clock of the host web2 is {abs(offset):,.0f} seconds {words} the database's."
    )

    HostClock.objects.filter(host="web2").update(offset_seconds=1)
    look_for_wrong_clocks(now)
    assert not open_problems(WRONG_CLOCK).exists()


def test_a_host_that_has_gone_is_forgotten() -> None:
    HostClock.objects.create(host="web2", offset_seconds=99, noted_at=timezone.now())
    look_for_wrong_clocks(timezone.now() + timedelta(hours=2))

    assert not open_problems(WRONG_CLOCK).exists()


@pytest.fixture
def _asks_the_database(settings: Any) -> Iterator[None]:
    settings.BRIDGE_DATABASE_CLOCK = True
    forget_noted_clocks()
    yield
    forget_noted_clocks()


@pytest.mark.usefixtures("_asks_the_database")
def test_a_worker_notes_its_hosts_clock_with_its_runs() -> None:
    if connection.vendor != "postgresql":
        run_job(due().pk, jobs=[make_job(CLEANER)])
        assert not HostClock.objects.exists(), "there is but one clock"
        return
    with time_machine.travel(timezone.now() + timedelta(seconds=90)):
        assert clock.host_offset() is not None
        run_job(due().pk, jobs=[make_job(CLEANER)])

    noted = HostClock.objects.get()
    assert 85 < noted.offset_seconds < 95


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_asks_the_database")
@pytest.mark.parametrize("ticks", [by_cron, by_beat])
def test_a_host_that_ticks_notes_its_clock(ticks: Callable[[], None]) -> None:
    with time_machine.travel(timezone.now() - timedelta(seconds=90)):
        ticks()

    offsets = [each.offset_seconds for each in HostClock.objects.all()]
    if connection.vendor != "postgresql":
        assert offsets == [], "there is but one clock"
        return
    assert [-95 < offset < -85 for offset in offsets] == [True]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_asks_the_database")
def test_beat_ticks_on_while_the_database_is_away() -> None:
    with connection.execute_wrapper(_refuse):
        by_beat()


def _refuse(*_: Any) -> None:
    raise OperationalError("the database is away")
