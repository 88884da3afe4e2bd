"""Beginning a self-test, and going on with it: by its job, and by the watch every minute.

A step that waits holds up no worker: it is looked at again. What was under way when a worker was
killed is gone on with; what never ends is closed when its time is over.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from orderflow_bridge.common import clock
from orderflow_bridge.common.worded import named, worded
from orderflow_bridge.configuration.selectors import self_test
from orderflow_bridge.jobs.runs import kept_lease, take_lease
from orderflow_bridge.jobs.services import order_run
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.jobs.tasks import wake
from orderflow_bridge.problems.kinds import SELF_TEST_FAILED, Severity
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.watch.self_test import incoming, outgoing
from orderflow_bridge.watch.self_test.models import Run, SelfTest, Step, StepState

JOB = "orderflow_self_test"
WATCH = "orderflow_watch"
# For the steps that wait for nobody, and for the minutes between two looks.
SLACK = timedelta(minutes=10)
_HANDLERS: dict[str, Callable[[Run, Step, datetime], None]] = {
    outgoing.CONNECT: outgoing.connect,
    outgoing.ANNOUNCE: outgoing.announce,
    outgoing.FETCH: outgoing.fetch,
    incoming.SEND: incoming.send,
    incoming.APPLY: incoming.apply,
}

log = structlog.get_logger(__name__)


def run_self_test() -> str:
    """Do the job: begin a self-test, or go on with the one under way; return a sentence."""
    test = begin()
    go_on(test, clock.now())
    return sentence(test)


def begin(*, by: str = "") -> SelfTest:
    """Begin a self-test and return it; the one under way if there is one. `by` asked for it."""
    now, settings = clock.now(), self_test()
    if (running := under_way()) and running.ends_by > now:
        return running
    if running:
        go_on(running, now)
    minutes = 2 * settings.fetch_minutes + settings.import_minutes
    steps = [*outgoing.connecting_steps(), *outgoing.out_steps(), *incoming.in_steps()]
    try:
        with transaction.atomic():
            return SelfTest.begun(
                steps,
                started_by=by,
                created_at=now,
                ends_by=now + timedelta(minutes=minutes) + SLACK,
            )
    except IntegrityError:
        return SelfTest.objects.get(state=SelfTest.State.RUNNING)


def begin_now(*, by: str) -> SelfTest:
    """Begin a self-test and wake a worker for it; without one the next tick goes on with it."""
    test = begin(by=by)
    watch = next(job for job in JOBS if job.name == WATCH)
    wake(order_run(watch, now=clock.now()).pk)
    return test


def look_at_self_test(now: datetime) -> None:
    """Go on with the self-test under way, unless its job is just at it."""
    test = under_way()
    if test is None or not take_lease(job=JOB, holder=WATCH, now=clock.now()):
        return
    with kept_lease(job=JOB, holder=WATCH):
        go_on(test, now)


def under_way() -> SelfTest | None:
    """Return the self-test that is not over."""
    return SelfTest.objects.filter(state=SelfTest.State.RUNNING).first()


def go_on(test: SelfTest, now: datetime) -> None:
    """Take every step whose turn it is, and close the self-test once all are over.

    Must not be called inside a transaction. Whoever calls holds the job's lease.
    """
    run = Run(test, test.steps())
    if now >= test.ends_by:
        _time_out(run, now)
        return
    for part in dict.fromkeys(step.part for step in run.steps):
        _go_on_with(run, part, now)
    run.save()
    if all(step.is_over for step in run.steps):
        _close(run, now)


def sentence(test: SelfTest) -> str:
    """Return how a self-test stands, for the job's record."""
    if not test.is_running:
        return test.summary
    step = next((each for each in test.steps() if not each.is_over), None)
    return f"Under way: {step.title}." if step else "Under way."


def _go_on_with(run: Run, part: str, now: datetime) -> None:
    before = clock.now()
    for step in run.of_part(part):
        if not step.is_over:
            step.began = step.began or before.isoformat()
            _take(run, step, now)
        if step.state == StepState.FAILED:
            run.skip(part, gettext_noop("Not come to."), now)
        if not step.is_over:
            return
        before = datetime.fromisoformat(step.ended)


def _take(run: Run, step: Step, now: datetime) -> None:
    try:
        _HANDLERS[step.key](run, step, now)
    except Exception as error:
        log.exception("self_test_step_failed", step=step.title)
        url = reverse("admin:watch_selftest_changelist")
        text = f"It could not be tried ({type(error).__name__}: {error})."
        step.fail(text, gettext_noop("The log has the details."), url, now)


def _time_out(run: Run, now: datetime) -> None:
    """Close a self-test that nobody has gone on with for too long."""
    step = next((each for each in run.steps if not each.is_over), run.steps[-1])
    remedy = gettext_noop("See that the watch runs: it goes on with the self-test every minute.")
    url = reverse("admin:scheduler_jobrun_changelist", query={"job": WATCH})
    step.fail(f"Timed out. {step.text}".strip(), remedy, url, now, Severity.WARNING)
    for part in dict.fromkeys(each.part for each in run.steps):
        run.skip(part, gettext_noop("Not come to."), now)
    incoming.take_back()
    _close(run, now, SelfTest.State.TIMED_OUT)


def _close(run: Run, now: datetime, state: SelfTest.State | None = None) -> None:
    """Write how it ended, and raise what failed as problems; a pass ends them."""
    failed = [step for step in run.steps if step.state == StepState.FAILED]
    state = state or (SelfTest.State.FAILED if failed else SelfTest.State.PASSED)
    how = "Timed out at" if state == SelfTest.State.TIMED_OUT else "Failed at"
    taken = (now - run.test.created_at).total_seconds()
    summary = f"Passed in {taken:,.0f} seconds."
    if failed:
        summary = f"{how} “{failed[0].title}”: {failed[0].text}"
    with transaction.atomic():
        if run.test.note(run.steps, state=state, finished_at=now, summary=summary):
            settle(SELF_TEST_FAILED, [_finding(run.test, step) for step in failed], now=now)


def _finding(test: SelfTest, step: Step) -> Finding:
    return Finding(
        SELF_TEST_FAILED,
        f"{step.part}, {step.title}",
        worded(
            "The self-test failed at “%(step)s” (%(part)s): %(text)s",
            step=named(step.title),
            part=named(step.part),
            text=named(step.text),
        ),
        named(step.remedy),
        step.url,
        severity=Severity(step.severity),
        evidence={"self_test": test.pk},
    )
