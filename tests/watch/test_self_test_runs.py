"""Runs of the self-test: begun once, gone on with by whoever can, and always brought to an end."""

from dataclasses import asdict
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import SELF_TEST
from orderflow_bridge.configuration.sections import LogCleaning
from orderflow_bridge.configuration.sections import SelfTest as Settings
from orderflow_bridge.jobs.cleaning import clean_logs
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.runs import take_lease
from orderflow_bridge.problems.kinds import SELF_TEST_FAILED
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.watch.models import SelfTest
from orderflow_bridge.watch.self_test.models import Step, StepState
from orderflow_bridge.watch.self_test.services import JOB, begin, begin_now
from tests.configuration.storing import store
from tests.watch.self_testing import Shop, begun, failed, look, shop, states

__all__ = ("shop",)

pytestmark = pytest.mark.django_db(transaction=True)


def rewrite(test: SelfTest, key: str, **values: object) -> None:
    """Leave the steps with this key as a worker that was killed would have."""
    steps = [
        Step(**{**asdict(step), **values}) if step.key == key else step for step in test.steps()
    ]
    SelfTest.objects.filter(pk=test.pk).update(stored_steps=[asdict(step) for step in steps])


def test_the_job_begins_one_and_the_next_run_goes_on_with_it(shop: Shop) -> None:
    assert run_job().startswith("Under way: Announced to OrderFlow.")
    shop.do_the_jobs()
    assert run_job().startswith("Passed in ")
    assert SelfTest.objects.count() == 1

    run_job()
    assert SelfTest.objects.count() == 2


def run_job() -> str:
    told = StringIO()
    call_command("jobs", "run", JOB, stdout=told)
    return told.getvalue()


def test_the_job_is_off_until_it_is_switched_on_and_by_hand_it_runs_all_the_same(
    shop: Shop,
) -> None:
    store(Settings, is_enabled=False, test_product="")
    with pytest.raises(CommandError, match="orderflow_self_test/settings/is_enabled 1"):
        run_job()

    begin_now(by="ann")
    watched = JobRun.objects.get(job="orderflow_watch", scope=JobRun.Scope.MANUAL)
    assert watched.status == JobRun.Status.SUCCESS, "a worker was waked"
    assert states(SelfTest.objects.get())["Taken at the public address"] == "passed"


def test_there_is_one_at_a_time(shop: Shop) -> None:
    assert begin(by="ann").pk == begin(by="bob").pk
    assert SelfTest.objects.get().started_by == "ann"


def test_the_watch_leaves_it_alone_while_the_job_is_at_it(shop: Shop) -> None:
    begin()
    take_lease(job=JOB, holder="7", now=clock.now())

    assert set(states(look()).values()) == {"waiting"}


def test_a_worker_killed_after_posting_leaves_a_message_that_is_found_again(shop: Shop) -> None:
    test = begun()
    [posted] = [step for step in test.steps() if step.key == "send"]
    rewrite(test, "send", state=StepState.WAITING, ended="", data={
        name: posted.data[name] for name in ("sequence", "after")
    })  # fmt: skip
    shop.do_the_jobs()
    test = look()

    assert test.state == SelfTest.State.PASSED
    assert Request.objects.filter(received_by=SELF_TEST).count() == 1


def test_a_worker_killed_while_it_tried_a_connection_has_it_tried_again(shop: Shop) -> None:
    test = begin()
    rewrite(test, "connect", began=clock.now().isoformat())

    assert {step.state for step in look().steps() if step.key == "connect"} == {
        StepState.PASSED,
        StepState.SKIPPED,
    }


def test_a_worker_killed_after_marking_the_product_has_it_announced_once(shop: Shop) -> None:
    test = begun()
    shop.do_the_jobs()
    rewrite(test, "fetch", state=StepState.WAITING, ended="")
    assert look().state == SelfTest.State.PASSED
    calls = [each for each in shop.orderflow.warehouse.messages if "24-MB01" in each.note]
    assert len(calls) == 1


@pytest.mark.parametrize("by", ["the watch", "the next one"])
def test_one_that_nobody_goes_on_with_ends_as_timed_out_at_its_step(shop: Shop, by: str) -> None:
    begun()
    if by == "the watch":
        look(120)
    else:
        SelfTest.objects.update(ends_by=clock.now() - timedelta(seconds=1))
        begin()
    test = SelfTest.objects.earliest("id")

    assert test.state == SelfTest.State.TIMED_OUT
    assert test.summary.startswith("Timed out at “Announced to OrderFlow”")
    assert failed(test).text.startswith("Timed out.")
    assert open_problems(SELF_TEST_FAILED).get().text.startswith("The self-test failed at “Annou")
    assert not Request.objects.filter(received_by=SELF_TEST).exists()


def test_old_ones_go_with_the_log_cleaning_and_the_newest_stays() -> None:
    old = clock.now() - timedelta(days=30)
    for _ in range(2):
        SelfTest.objects.create(created_at=old, ends_by=old, state=SelfTest.State.PASSED)
    store(LogCleaning, web_log_duration=5)

    assert "1 self-test" in clean_logs()
    assert SelfTest.objects.count() == 1
