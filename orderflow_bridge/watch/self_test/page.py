"""Watch → Self-test: every run with its steps, live while it is under way, and Run Now."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.common.worded import named, shown
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import SelfTest as Settings
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column
from orderflow_bridge.console.grids.filters import Choices, DateRange
from orderflow_bridge.console.pages import (
    Button,
    Section,
    Table,
    admin_url,
    badge,
    link,
    time_cell,
)
from orderflow_bridge.console.reader import may_follow
from orderflow_bridge.watch.self_test.models import SelfTest, Step, StepState
from orderflow_bridge.watch.self_test.services import begin_now

RUN = "watch.run_selftest"
QUESTION = gettext_lazy(
    "Try every OrderFlow connection, have the test product announced and fetched, and post a stock"
    " message of the self-test's own SKU to the public address? No stock or order is changed."
)
BEGUN = gettext_lazy("The self-test has begun. This page renews itself.")
TONES = {
    SelfTest.State.RUNNING: "info",
    SelfTest.State.PASSED: "success",
    SelfTest.State.FAILED: "danger",
    SelfTest.State.TIMED_OUT: "danger",
}
_STEP_STATES = {
    StepState.WAITING: gettext_lazy("Waiting"),
    StepState.PASSED: gettext_lazy("Passed"),
    StepState.FAILED: gettext_lazy("Failed"),
    StepState.SKIPPED: gettext_lazy("Skipped"),
}
_STEP_TONES = {StepState.PASSED: "success", StepState.FAILED: "danger", StepState.WAITING: "info"}


class SelfTestAdmin(RecordAdmin):
    """Watch → Self-test."""

    act_right = RUN
    missing_text = gettext_lazy(
        "This self-test is no longer there: old ones go with the log cleaning."
    )
    list_display = ("began", "state_badge", "summary_text", "by", "ended", "action_links")
    list_display_links = ("began",)
    filters = (
        Choices("state", gettext_lazy("State"), choices=SelfTest.State.choices),
        DateRange("created_at", gettext_lazy("Began"), "began"),
    )
    empty_title = gettext_lazy("The self-test has not run yet")
    empty_text = gettext_lazy(
        "Run Now tries the whole way to OrderFlow and back; it takes some minutes."
    )

    began = column(gettext_lazy("Began"), "created_at", time_cell)
    state_badge = column(gettext_lazy("State"), lambda row: state_of(row), ordering="state")
    summary_text = column(gettext_lazy("Result"), "summary")
    by = column(
        gettext_lazy("Asked By"),
        lambda row: row.started_by or _("the schedule"),
        ordering="started_by",
    )
    ended = column(gettext_lazy("Finished"), "finished_at", time_cell)

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the page that asks whether to run it now."""
        return (("run/", self._url_name("run"), self.run_view),)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer above the list to run it now."""
        page: HttpResponse = super().changelist_view(
            request, {"run_buttons": self._run_buttons(request), **(extra_context or {})}
        )
        return page

    def run_view(self, request: HttpRequest, **more: Any) -> HttpResponse:
        """Ask whether to run it now (GET), or begin it (POST) and show its page."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            test = begin_now(by=request.user.get_username())
            messages.success(request, BEGUN)
            return HttpResponseRedirect(
                reverse(f"admin:{self._url_name('change')}", args=[test.pk])
            )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Run Now"),
            "back": reverse(f"admin:{self._url_name('changelist')}"),
            "action": {"title": _("Run Now")},
            "question": QUESTION,
        }
        return TemplateResponse(request, "bridge/confirm.html", context)

    def row_actions(self, request: HttpRequest, record: SelfTest) -> list[RowAction]:
        """Offer the page."""
        return [RowAction(_("View"), admin_url(self._url_name("change"), record.pk))]

    def buttons(self, request: HttpRequest, record: SelfTest) -> list[Button]:
        """Offer to run it again."""
        return [] if record.is_running else self._run_buttons(request)

    def sections(self, request: HttpRequest, record: SelfTest) -> list[Section]:
        """Return the steps, part by part, which renew themselves while it is under way."""
        steps = record.steps()
        context = {
            "url": admin_url(self._url_name("change"), record.pk),
            "is_running": record.is_running,
            "badge": state_of(record),
            "summary": record.summary or _("Under way. You may leave this page: it goes on."),
            "parts": [
                (_told(part), _table([step for step in steps if step.part == part]))
                for part in dict.fromkeys(step.part for step in steps)
            ],
        }
        return [Section("steps", _("Steps"), "bridge/self_test.html", context)]

    def _run_buttons(self, request: HttpRequest) -> list[Button]:
        buttons = []
        if self.has_act_permission(request):
            url = reverse(f"admin:{self._url_name('run')}")
            buttons.append(Button(_("Run Now"), url, "play_arrow"))
        if may_follow(section_url(Settings)):
            buttons.append(Button(_("Settings"), section_url(Settings), "tune"))
        return buttons


def state_of(record: SelfTest) -> Any:
    """Return how a self-test stands, as a coloured label."""
    state = SelfTest.State(record.state)
    return badge(state.label, TONES[state])


def _table(steps: list[Step]) -> Table:
    rows = [
        (
            _told(step.title),
            badge(_STEP_STATES[step.state], _STEP_TONES.get(step.state, "")),
            f"{number_text(step.seconds, 1)} s" if step.seconds is not None else "",
            format_html("{} {}", _told(step.text), _remedy(step))
            if step.remedy
            else _told(step.text),
        )
        for step in steps
    ]
    return Table((_("Step"), _("State"), _("Took"), _("What came of it")), rows)


def _remedy(step: Step) -> Any:
    return link(_told(step.remedy), step.url if may_follow(step.url) else "")


def _told(text: str) -> str:
    """Return what a step has kept in English: in the reader's language, if it has no values."""
    return shown(named(text))
