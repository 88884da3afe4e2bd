"""OrderFlow Exports → Endpoints: which OrderFlow is left alone after failures, and until when."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from exports.instances import next_trial, try_again, websites_of
from exports.models import EndpointState
from orderflow_bridge.common import clock
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.filters import Choices, DateRange
from orderflow_bridge.console.pages import Card, Section, admin_url, badge, cards, time_cell

QUESTION = gettext_lazy("OrderFlow is called again with the next export run. Try again now?")


def run_try_again(request: HttpRequest, state: EndpointState) -> None:
    """Let the next run call the endpoint."""
    if try_again(state.pk):
        messages.success(request, _("The next export run calls this endpoint again."))
    else:
        messages.info(request, _("This endpoint is not left alone: it is called as usual."))


def is_open(state: EndpointState) -> bool:
    """Tell whether the endpoint is left alone."""
    return state.opened_at is not None


_STATES = {
    "healthy": (gettext_lazy("Healthy"), Q(opened_at=None, failures=0)),
    "failing": (gettext_lazy("Failing"), Q(opened_at=None, failures__gt=0)),
    "open": (gettext_lazy("Left alone"), Q(opened_at__isnull=False)),
}


@admin.register(EndpointState)
class EndpointStateAdmin(RecordAdmin):
    """OrderFlow Exports → Endpoints."""

    list_title = gettext_lazy("Endpoints")
    list_display = (
        "endpoint",
        "condition",
        "called",
        "failure_count",
        "since",
        "trial",
        "last_error",
        "action_links",
    )
    list_display_links = ("endpoint",)
    act_right = "exports.retry_endpointstate"
    row_record_actions = ("again",)
    filters = (
        Choices(
            "opened_at",
            gettext_lazy("State"),
            "state",
            match=lambda state: _STATES[state][1],
            choices=[(name, title) for name, (title, _matching) in _STATES.items()],
        ),
        DateRange("last_call_at", gettext_lazy("Last Call"), "called"),
    )
    search_fields = ("endpoint",)
    search_help_text = gettext_lazy("Endpoint")
    empty_title = gettext_lazy("No endpoint has been called yet")
    empty_text = gettext_lazy(
        "An OrderFlow that fails several times in a row is left alone for a while."
    )

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to end the pause."""
        return (
            RecordAction("again", _("Try Again Now"), QUESTION, run_try_again, is_open, "replay"),
        )

    @admin.display(description=gettext_lazy("State"), ordering="opened_at")
    def condition(self, state: EndpointState) -> Any:
        """Show whether it is called."""
        if state.opened_at:
            return badge(_("Left alone"), "danger")
        return badge(_("Failing"), "warning") if state.failures else badge(_("Healthy"), "success")

    called = column(gettext_lazy("Last Call"), "last_call_at", time_cell)
    failure_count = column(gettext_lazy("Failures In A Row"), "failures", number_cell)
    since = column(gettext_lazy("Open Since"), "opened_at", time_cell)

    @admin.display(description=gettext_lazy("Next Trial"))
    def trial(self, state: EndpointState) -> Any:
        """Show when one call is tried again."""
        due = next_trial(state, websites_of(state))
        if due is None:
            return ""
        return _("With the next run") if due <= clock.now() else time_cell(due)

    def row_actions(self, request: HttpRequest, record: EndpointState) -> list[RowAction]:
        """Offer the page, and to end the pause."""
        page = RowAction(_("View"), admin_url("exports_endpointstate_change", record.pk))
        return [page, *self.record_row_actions(request, record)]

    def sections(self, request: HttpRequest, record: EndpointState) -> list[Section]:
        """Return all that is known of the endpoint."""
        names = ", ".join(website.name for website in websites_of(record))
        facts = [
            (_("Endpoint"), record.endpoint),
            (_("Websites"), names or _("None: no website's Endpoint leads here any more")),
            (_("State"), self.condition(record)),
            (_("Last Call"), time_cell(record.last_call_at, empty=_("never"))),
            (_("Failures In A Row"), record.failures),
            (_("Open Since"), self.since(record)),
            (_("Next Trial"), self.trial(record)),
            (_("Last Error"), record.last_error),
            (_("Last Change"), time_cell(record.updated_at)),
        ]
        return [cards("information", _("Information"), Card(_("Endpoint"), facts))]
