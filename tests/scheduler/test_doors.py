"""The two callers of the tick: Celery's beat with a worker, and the system's cron without them."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings

from orderflow_bridge.celery import app
from orderflow_bridge.configuration.models import (
    GeneralSettings,
    InventoryImportSettings,
    LogCleaningSettings,
)
from orderflow_bridge.scheduler import cron, tasks
from orderflow_bridge.scheduler.models import JobRun
from tests.scheduler.samples import TEN

pytestmark = pytest.mark.django_db(transaction=True)

# A shop without websites has nothing to export, so those jobs are not scheduled.
MINUTELY = [
    "orderflow_import_inventory_update",
    "orderflow_import_shipment_update",
    "orderflow_bulk_operations",
    "orderflow_file_import",
    "orderflow_mail_delivery",
]


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
    GeneralSettings.objects.create(timezone="Asia/Tokyo")
    LogCleaningSettings.objects.create(cron_expression="0 19 * * *")

    cron.tick()

    assert statuses()["orderflow_log_cleaner"] == JobRun.Status.SUCCESS


@time_machine.travel(TEN, tick=False)
def test_an_import_that_is_switched_off_is_not_scheduled():
    InventoryImportSettings.objects.create(is_enabled=False)

    cron.tick()

    assert "orderflow_import_inventory_update" not in statuses()


def test_the_entry_of_django_crontab_is_the_minute_tick():
    assert [("* * * * *", f"{cron.tick.__module__}.{cron.tick.__name__}")] == settings.CRONJOBS


def test_beats_only_entry_is_the_minute_tick():
    [entry] = app.conf.beat_schedule.values()

    assert entry["task"] == tasks.tick.name
    assert entry["options"]["expires"] < 60


def test_a_message_that_nobody_takes_expires_before_the_next_tick_sends_another():
    assert tasks.run_job.expires < 60
