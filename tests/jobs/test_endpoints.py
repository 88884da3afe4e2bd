"""The two callers of the tick: Celery's beat with a worker, and the system's cron without them."""

from datetime import timedelta

import pytest
import time_machine
from celery.signals import before_task_publish
from django.conf import settings

from orderflow_bridge.celery import app
from orderflow_bridge.configuration.sections import General, InventoryImport, LogCleaning
from orderflow_bridge.jobs import cron, tasks
from orderflow_bridge.jobs.models import JobRun
from tests.configuration.storing import store
from tests.jobs.samples import TEN

pytestmark = pytest.mark.django_db(transaction=True)

# A shop without websites has nothing to export, so those jobs are not scheduled.
MINUTELY = [
    "orderflow_import_inventory_update",
    "orderflow_import_shipment_update",
    "orderflow_bulk_operations",
    "orderflow_file_import",
    "orderflow_mail_delivery",
    "orderflow_watch",
]


@pytest.fixture
def sent():
    """Send messages to a broker in memory; return the list of their headers."""
    settings = {"task_always_eager": False, "broker_url": "memory://", "result_backend": None}
    before = {name: app.conf[name] for name in settings}
    messages = []

    def note(headers, **signal):
        messages.append(headers)

    app.conf.update(settings)
    before_task_publish.connect(note)
    yield messages
    before_task_publish.disconnect(note)
    app.conf.update(before)


def statuses():
    """Return each job with its run's status."""
    return dict(JobRun.objects.values_list("job", "status"))


@time_machine.travel(TEN + timedelta(seconds=7), tick=False)
def test_a_tick_of_the_systems_cron_does_what_is_due_in_its_own_process():
    cron.tick()

    assert statuses() == dict.fromkeys(MINUTELY, JobRun.Status.SUCCESS)
    assert set(JobRun.objects.values_list("scheduled_for", flat=True)) == {TEN}


@time_machine.travel(TEN, tick=False)
def test_a_tick_of_beat_does_the_same_through_tasks():
    tasks.tick.delay()

    assert statuses() == dict.fromkeys(MINUTELY, JobRun.Status.SUCCESS)


@time_machine.travel(TEN, tick=False)
def test_both_callers_together_do_every_slot_once():
    tasks.tick.delay()
    cron.tick()
    tasks.tick.delay()

    assert JobRun.objects.count() == len(MINUTELY)


@time_machine.travel(TEN, tick=False)
def test_the_schedule_follows_the_shops_zone():
    store(General, timezone="Asia/Tokyo")
    store(LogCleaning, cron_expression="0 19 * * *")

    cron.tick()

    assert statuses()["orderflow_log_cleaner"] == JobRun.Status.SUCCESS


@time_machine.travel(TEN, tick=False)
def test_an_import_that_is_switched_off_is_not_scheduled():
    store(InventoryImport, is_enabled=False)

    cron.tick()

    assert "orderflow_import_inventory_update" not in statuses()


def test_the_entry_of_django_crontab_is_the_minute_tick():
    assert [("* * * * *", f"{cron.tick.__module__}.{cron.tick.__name__}")] == settings.CRONJOBS


def test_beats_only_entry_is_the_minute_tick():
    [entry] = app.conf.beat_schedule.values()

    assert entry["task"] == tasks.tick.name


@time_machine.travel(TEN, tick=False)
def test_ticks_that_are_worked_off_late_do_not_wake_a_worker_again_and_again(sent):
    for _ in range(30):
        tasks.tick.run()

    assert len(sent) == len(MINUTELY)


def test_a_worker_is_waked_again_when_nobody_has_come_for_a_minute(sent):
    with time_machine.travel(TEN, tick=False) as clock:
        tasks.tick.run()
        clock.shift(timedelta(seconds=56))
        tasks.tick.run()

    assert len(sent) == 2 * len(MINUTELY)


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=1), -timedelta(days=1)])
def test_no_message_expires_by_the_clock_of_the_host_that_sent_it(sent, ahead):
    with time_machine.travel(TEN + ahead, tick=False):
        tasks.tick.run()

    assert len(sent) == len(MINUTELY)
    assert {headers["expires"] for headers in sent} == {None}
