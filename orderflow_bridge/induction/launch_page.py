"""Induction → Go Live: a page per website, with the actions of its steps (docs/induction.md)."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from exports.manual import export_and_report
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.formats import datetime_text, number_text
from orderflow_bridge.common.translation import gettext_lazy, in_english
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column
from orderflow_bridge.console.pages import Button, Section, admin_url
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
        _("No order placed before %(time)s is exported: %(before)s stay here, %(since)s go out.")
        % {
            "time": datetime_text(at),
            "before": number_text(before),
            "since": number_text(since),
        },
    )


def place(request: HttpRequest, website: Launch, form: TrialForm) -> None:
    """Place the test order, and send it at once."""
    by = request.user.get_username()
    try:
        order = trial.place_test_order(website, sku=form.cleaned_data["sku"], by=by)
    except BridgeError as error:
        messages.error(request, str(error))
        return
    messages.success(
        request,
        _("Test order %(increment_id)s has been placed.") % {"increment_id": order.increment_id},
    )
    try:
        text, is_well = export_and_report(Entity.ORDER, [order.pk], by=by)
    except BridgeError as error:
        text, is_well = _("It has not been sent yet: %(error)s") % {"error": error}, False
    (messages.success if is_well else messages.warning)(request, text)


def remove(request: HttpRequest, website: Launch) -> None:
    """Remove the test order, or say why it stays."""
    marked = trial.marked_order(website)
    if marked is None:
        messages.info(request, _("There is no test order any more."))
        return
    try:
        trial.remove_test_order(marked, by=request.user.get_username())
    except BridgeError as error:
        messages.error(
            request,
            _("%(increment_id)s has not been removed. %(error)s")
            % {"increment_id": marked.increment_id, "error": error},
        )
        return
    messages.success(
        request,
        _("%(increment_id)s and all that told of it has been removed.")
        % {"increment_id": marked.increment_id},
    )


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
        messages.success(request, _("The differences of the last comparison have been accepted."))
    else:
        messages.error(request, _("There is no comparison yet. Compare first."))


def go(request: HttpRequest, website: Launch) -> None:
    """Go live, and note what was missing."""
    with in_english():  # it is kept
        missing = launching.missing_of(launching.steps_of(website, first_steps_of(request)))
    launching.go_live(website, missing, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("%(name)s is live.") % {"name": website.name})


def ask_to_go(request: HttpRequest, website: Launch) -> str:
    """Say what is missing, and ask all the same."""
    missing = launching.missing_of(launching.steps_of(website, first_steps_of(request)))
    if not missing:
        return _("Everything is done. Switch the order export on, and go live?")
    still = ", ".join(missing)
    return _("Still missing: %(steps)s. Go live all the same?") % {"steps": still}


ACTIONS = (
    RecordAction(
        "cut-over",
        gettext_lazy("Set The Cut-over"),
        gettext_lazy(
            "From when on does OrderFlow get the orders from here? Earlier ones are never exported."
        ),
        set_cut_over,
        lambda website: True,
        "event",
        RUN,
        form=CutOverForm,
    ),
    RecordAction(
        "test-order",
        gettext_lazy("Place A Test Order"),
        gettext_lazy(
            "Place an order of one unit, and send it to OrderFlow at once? It can be removed whole,"
            " as long as OrderFlow has not despatched it."
        ),
        place,
        lambda website: True,
        "science",
        RUN,
        form=TrialForm,
    ),
    RecordAction(
        "compare",
        gettext_lazy("Compare Now"),
        gettext_lazy("Ask OrderFlow for all its stock now?"),
        compare,
        lambda website: True,
        "compare_arrows",
        RUN,
    ),
    RecordAction(
        "accept",
        gettext_lazy("Accept Differences"),
        gettext_lazy(
            "Take what differs in the last comparison as it is? Nothing is changed by that."
        ),
        accept,
        lambda website: True,
        "done_all",
        RUN,
    ),
    RecordAction(
        "remove",
        gettext_lazy("Remove Test Order"),
        gettext_lazy(
            "Cancel the test order, at OrderFlow too, give its stock back and delete all that tells"
            " of it?"
        ),
        remove,
        lambda website: trial.marked_order(website) is not None,
        "delete",
        RUN,
    ),
    RecordAction(
        "live",
        gettext_lazy("Go Live"),
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
    own_record_actions = ACTIONS
    missing_text = gettext_lazy("This website no longer exists.")
    list_display = ("website_name", "code", "action_links")
    list_display_links = ("website_name",)
    search_fields = ("name", "code")
    empty_title = gettext_lazy("No website yet")
    empty_text = gettext_lazy("Add a website under Stores → Websites: each goes live by itself.")

    website_name = column(gettext_lazy("Website"), "name")

    def record_title(self, record: Launch) -> str:
        """Return the page's heading."""
        return _("Go Live: %(name)s") % {"name": record.name}

    def row_actions(self, request: HttpRequest, record: Launch) -> list[RowAction]:
        """Offer the steps."""
        return [RowAction(_("View"), admin_url("induction_launch_change", record.pk))]

    def record_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Leave the actions to the steps that they belong to."""
        return []

    def sections(self, request: HttpRequest, record: Launch) -> list[Section]:
        """Return the steps."""
        steps = launching.steps_of(record, first_steps_of(request))
        may_act = self.has_act_permission(request)
        actions = {
            each.slug: Button(
                each.title, admin_url(self._url_name(each.slug), record.pk), each.icon
            )
            for each in ACTIONS
            if may_act and each.is_offered(record)
        }
        context = {
            "steps": [
                (step, [actions[slug] for slug in step.actions if slug in actions])
                for step in steps
            ],
            "done": sum(step.is_done for step in steps),
            "missing": launching.missing_of(steps),
            "is_live": steps[-1].is_done,
        }
        return [Section("steps", _("Steps"), "induction/launch.html", context)]
