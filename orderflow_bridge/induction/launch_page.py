"""Induction → Go Live: a page per website, with the deeds of its steps (docs/induction.md)."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from exports.manual import export_and_report
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column
from orderflow_bridge.console.pages import Button, Section, admin_url, datetime_text
from orderflow_bridge.induction import launching, trial
from orderflow_bridge.induction.forms import CutOverForm, TrialForm
from orderflow_bridge.induction.models import Launch
from orderflow_bridge.jobs.services import order_run
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.jobs.tasks import wake
from orderflow_bridge.monitoring import checklist
from orderflow_bridge.monitoring.facts import facts_of
from orderflow_bridge.monitoring.statistics import counted
from orderflow_bridge.watch.admin import ASKED, OFF
from orderflow_bridge.watch.reconciliation.services import JOB

RUN = "induction.run_launch"


def first_steps_of(request: HttpRequest) -> checklist.Checklist:
    """Return the first steps, as whoever asks may see them."""
    return checklist.checklist(request, facts_of(request), counted(checklist.evidence()))


def set_cut_over(request: HttpRequest, website: Launch, form: CutOverForm) -> None:
    """Set the cut-over, and say what follows."""
    at = form.cleaned_data["at"]
    launching.set_cut_over(website, at, by=request.user)  # type: ignore[arg-type]
    before, since = launching.orders_around(website, at)
    messages.success(
        request,
        f"No order placed before {datetime_text(at)} is exported: {before:,} stay here, {since:,}"
        " go out.",
    )


def place(request: HttpRequest, website: Launch, form: TrialForm) -> None:
    """Place the test order, and send it at once."""
    by = request.user.get_username()
    try:
        order = trial.place_test_order(website, sku=form.cleaned_data["sku"], by=by)
    except BridgeError as error:
        messages.error(request, str(error))
        return
    messages.success(request, f"Test order {order.increment_id} has been placed.")
    try:
        text, is_well = export_and_report(Entity.ORDER, [order.pk], by=by)
    except BridgeError as error:
        text, is_well = f"It has not been sent yet: {error}", False
    (messages.success if is_well else messages.warning)(request, text)


def remove(request: HttpRequest, website: Launch) -> None:
    """Remove the test order, or say why it stays."""
    marked = trial.standing(website)
    if marked is None:
        messages.info(request, "There is no test order any more.")
        return
    try:
        trial.remove_test_order(marked, by=request.user.get_username())
    except BridgeError as error:
        messages.error(request, f"{marked.increment_id} has not been removed. {error}")
        return
    messages.success(request, f"{marked.increment_id} and all that told of it has been removed.")


def compare(request: HttpRequest, website: Launch) -> None:
    """Have the stock compared, by the job that does it every day."""
    job = next(each for each in JOBS if each.name == JOB)
    if not job.is_enabled():
        messages.error(request, OFF)
        return
    wake(order_run(job, now=clock.now()).pk)
    messages.success(request, ASKED)


def accept(request: HttpRequest, website: Launch) -> None:
    """Take the last comparison as it is."""
    if launching.accept_differences(website, by=request.user.get_username()):
        messages.success(request, "The differences of the last comparison have been accepted.")
    else:
        messages.error(request, "There is no comparison yet. Compare first.")


def go(request: HttpRequest, website: Launch) -> None:
    """Go live, and note what was missing."""
    missing = launching.missing_of(launching.steps_of(website, first_steps_of(request)))
    launching.go_live(website, missing, by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"{website.name} is live.")


def ask_to_go(request: HttpRequest, website: Launch) -> str:
    """Say what is missing, and ask all the same."""
    missing = launching.missing_of(launching.steps_of(website, first_steps_of(request)))
    if not missing:
        return "Everything is done. Switch the order export on, and go live?"
    return f"Still missing: {', '.join(missing)}. Go live all the same?"


DEEDS = (
    RecordAction(
        "cut-over",
        "Set The Cut-over",
        "From when on does OrderFlow get the orders from here? Earlier ones are never exported.",
        set_cut_over,
        lambda website: True,
        "event",
        RUN,
        form=CutOverForm,
    ),
    RecordAction(
        "test-order",
        "Place A Test Order",
        "Place an order of one unit, and send it to OrderFlow at once? It can be removed whole, as"
        " long as OrderFlow has not despatched it.",
        place,
        lambda website: True,
        "science",
        RUN,
        form=TrialForm,
    ),
    RecordAction(
        "compare",
        "Compare Now",
        "Ask OrderFlow for all its stock now?",
        compare,
        lambda website: True,
        "compare_arrows",
        RUN,
    ),
    RecordAction(
        "accept",
        "Accept Differences",
        "Take what differs in the last comparison as it is? Nothing is changed by that.",
        accept,
        lambda website: True,
        "done_all",
        RUN,
    ),
    RecordAction(
        "remove",
        "Remove Test Order",
        "Cancel the test order, at OrderFlow too, give its stock back and delete all that tells of"
        " it?",
        remove,
        lambda website: trial.standing(website) is not None,
        "delete",
        RUN,
    ),
    RecordAction(
        "live",
        "Go Live",
        ask_to_go,
        go,
        lambda website: launching.memory_of(website).live_at is None,
        "rocket_launch",
        RUN,
    ),
)


@admin.register(Launch)
class LaunchAdmin(RecordAdmin):
    """A website, and what is left to do before it goes live."""

    act_right = RUN
    own_record_actions = DEEDS
    missing_text = "This website no longer exists."
    list_display = ("website_name", "code", "action_links")
    list_display_links = ("website_name",)
    search_fields = ("name", "code")
    empty_title = "No website yet"
    empty_text = "Add a website under Stores → Websites: each goes live by itself."

    website_name = column("Website", "name")

    def record_title(self, record: Launch) -> str:
        """Return the page's heading."""
        return f"Go Live: {record.name}"

    def row_actions(self, request: HttpRequest, record: Launch) -> list[RowAction]:
        """Offer the steps."""
        return [RowAction("View", admin_url("induction_launch_change", record.pk))]

    def record_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Leave the deeds to the steps that they belong to."""
        return []

    def sections(self, request: HttpRequest, record: Launch) -> list[Section]:
        """Return the steps."""
        steps = launching.steps_of(record, first_steps_of(request))
        may_act = self.has_act_permission(request)
        deeds = {
            each.slug: Button(
                each.title, admin_url(self._url_name(each.slug), record.pk), each.icon
            )
            for each in DEEDS
            if may_act and each.is_offered(record)
        }
        context = {
            "steps": [
                (step, [deeds[slug] for slug in step.deeds if slug in deeds]) for step in steps
            ],
            "done": sum(step.is_done for step in steps),
            "missing": launching.missing_of(steps),
            "is_live": steps[-1].is_done,
        }
        return [Section("steps", "Steps", "induction/launch.html", context)]
