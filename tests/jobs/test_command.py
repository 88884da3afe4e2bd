"""`manage.py jobs`: list, run, tick."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from orderflow_bridge.configuration.sections import General, InventoryImport
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.runs import take_lease
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.outbox.mail.services import write_mail
from tests.configuration.storing import store
from tests.jobs.samples import TEN, make_run

pytestmark = pytest.mark.django_db(transaction=True)

INVENTORY = "orderflow_import_inventory_update"


def said(*arguments):
    """Return what the command prints."""
    out = StringIO()
    call_command("jobs", *arguments, stdout=out)
    return out.getvalue()


@time_machine.travel(TEN, tick=False)
def test_list_shows_schedule_last_run_and_next_run_in_the_shops_zone():
    store(General, timezone="Europe/Berlin")
    make_run(
        INVENTORY, started_at=TEN, status=JobRun.Status.SUCCESS, summary="Nothing was waiting."
    )

    first, *others = said("list").split("orderflow_")[1:]

    assert first == (
        "import_inventory_update – Inventory Import\n"
        "  enabled   Yes\n"
        "  schedule  Every minute\n"
        "  last run  2026-11-23 11:00 CET, Success: Nothing was waiting.\n"
        "  next run  2026-11-23 11:01 CET\n"
    )
    assert len(others) == len(JOBS) - 1
    [cleaner] = [said for said in others if said.startswith("log_cleaner")]
    assert "  schedule  At 02:00\n  last run  never\n  next run  2026-11-24 02:00 CET\n" in cleaner


def test_list_says_which_jobs_are_switched_off():
    store(InventoryImport, is_enabled=False)

    first = said("list").split("orderflow_")[1]

    assert "  enabled   No\n" in first
    assert "  next run  none\n" in first


def test_list_survives_an_expression_that_cannot_be_read():
    store(InventoryImport, cron_expression="when it rains")

    first, *others = said("list").split("orderflow_")[1:]

    assert "  schedule  when it rains (this cron expression cannot be read)\n" in first
    assert len(others) == len(JOBS) - 1


def test_run_does_the_job_and_prints_what_it_did():
    assert said("run", INVENTORY) == "Nothing was waiting.\n"
    assert list(JobRun.objects.values_list("job", "scope", "status")) == [
        (INVENTORY, "manual", "success")
    ]


def test_run_twice_in_a_minute_makes_two_runs():
    said("run", INVENTORY)
    said("run", INVENTORY)

    assert JobRun.objects.count() == 2


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(CommandError) as refusal:
        said("run", "orderflow_import_everything")

    assert str(refusal.value) == (
        "There is no job orderflow_import_everything. The jobs are:"
        f" {', '.join(job.name for job in JOBS)}."
    )


def test_a_job_that_is_switched_off_is_refused_with_the_way_to_switch_it_on():
    store(InventoryImport, is_enabled=False)

    with pytest.raises(CommandError) as refusal:
        said("run", INVENTORY)

    assert str(refusal.value) == (
        "Inventory Import is switched off. To switch it on:"
        " manage.py config set orderflow_inventory_import/settings/is_enabled 1"
    )
    assert not JobRun.objects.exists()


def test_the_way_to_switch_it_on_works():
    store(InventoryImport, is_enabled=False)

    call_command(
        "config", "set", "orderflow_inventory_import/settings/is_enabled", "1", stdout=StringIO()
    )

    assert said("run", INVENTORY) == "Nothing was waiting.\n"


def test_a_job_at_work_is_not_run_beside_itself():
    started = timezone.now()
    at_work = make_run(INVENTORY, status=JobRun.Status.RUNNING, started_at=started)
    take_lease(job=INVENTORY, holder=str(at_work.pk), now=started)

    with pytest.raises(CommandError, match=r"Skipped: The run that started at .* is still at work"):
        said("run", INVENTORY)


@time_machine.travel(TEN + timedelta(seconds=30), tick=False)
def test_tick_does_one_minutes_work_in_this_process():
    write_mail(recipient="v@example.com", subject="Shipped", text="On its way.")

    output = said("tick")

    assert f"{INVENTORY}: Success: Nothing was waiting.\n" in output
    assert output.count("Success") == 6
    assert JobRun.objects.filter(status=JobRun.Status.SUCCESS, scheduled_for=TEN).count() == 6


@time_machine.travel(TEN, tick=False)
def test_a_second_tick_in_the_same_minute_has_nothing_to_do():
    said("tick")

    assert said("tick") == "Nothing is due.\n"
