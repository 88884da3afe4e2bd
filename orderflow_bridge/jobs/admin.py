"""Job runs: what the scheduler did, the state of every job, and "Run now"."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orderflow_bridge.common import clock
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.commands import Command, add_commands
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.filters import Choices, DateRange, Text
from orderflow_bridge.console.live import by_status, follow
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    link,
    live_status,
    time_cell,
)
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.reports import has_reports, reports_section
from orderflow_bridge.jobs.selectors import JobState, job_states, why_run_waits
from orderflow_bridge.jobs.services import order_run
from orderflow_bridge.jobs.table import JOBS, Job, title_of
from orderflow_bridge.jobs.tasks import wake
from orderflow_bridge.problems.pages import Subjects, is_about

TONES = {
    JobRun.Status.PENDING: "warning",
    JobRun.Status.RUNNING: "info",
    JobRun.Status.SUCCESS: "success",
    JobRun.Status.FAILED: "danger",
}
_SCHEDULE = "schedule"
_SCOPES = ((_SCHEDULE, JobRun.Scope.SCHEDULE.label), *JobRun.Scope.choices[1:])


def _jobs(request: HttpRequest) -> list[tuple[Any, str]]:
    return [(job.name, _(job.title)) for job in JOBS]


def _started_by(value: str) -> Q:
    """Read a choice; the schedule's own value is an empty text, which no address can carry."""
    return Q(scope=JobRun.Scope.SCHEDULE if value == _SCHEDULE else value)


@admin.register(JobRun)
class JobRunAdmin(RecordAdmin):
    """System → Job runs."""

    missing_text = gettext_lazy("This run no longer exists.")
    act_right = "scheduler.run_job"
    list_display = (
        "job_title",
        "state",
        "due",
        "started",
        "took",
        "summary_text",
        "scope",
        "action_links",
    )
    more_columns = ("number", "job", "finished", "host")
    list_display_links = ("job_title",)
    filters = (
        Choices("job", gettext_lazy("Job"), choices=_jobs),
        Choices("status", gettext_lazy("Status"), choices=JobRun.Status.choices),
        Choices("scope", gettext_lazy("Started by"), match=_started_by, choices=_SCOPES),
        DateRange("scheduled_for", gettext_lazy("Scheduled for"), "scheduled"),
        Text("summary", gettext_lazy("Summary")),
        Text("host", gettext_lazy("Host")),
    )
    list_before_template = "admin/scheduler/jobrun/states.html"
    empty_title = gettext_lazy("No job has run yet")
    empty_text = gettext_lazy(
        "The scheduler starts due jobs every minute: with `manage.py run`, with Celery's beat and"
        " a worker, or with one line in the system's crontab that calls `manage.py jobs tick`."
    )

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the page that starts a job."""
        return (("run/<str:job_name>/", self._url_name("run"), self.run_view),)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the state of every job above the runs."""
        is_about(request, Subjects())
        may_run = self.has_act_permission(request)
        rows = [self._row(job_state, may_run) for job_state in job_states(clock.now())]
        columns = (_("Job"), _("Schedule"), _("Last run"), _("Result"), _("Next run"), "")
        table = Table(columns, rows)
        page: HttpResponse = super().changelist_view(
            request, {"job_states": table, **(extra_context or {})}
        )
        return page

    def run_view(self, request: HttpRequest, job_name: str, **more: Any) -> HttpResponse:
        """Ask whether to run a job now (GET), or order the run (POST)."""
        job = next((job for job in JOBS if job.name == job_name), None)
        if job is None:
            raise Http404(_("There is no such job."))
        if not self.has_act_permission(request):
            raise PermissionDenied
        back = admin_url(self._url_name("changelist"))
        if request.method == "POST":
            self._order(request, job)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _(job.title),
            "back": back,
            "action": {"title": _("Run now")},
            "question": _("Are you sure you wish to run this job now?"),
        }
        return TemplateResponse(request, "bridge/confirm.html", context)

    def sections(self, request: HttpRequest, record: JobRun) -> list[Section]:
        """Return a tab with everything about a run, and one with the reports it has made."""
        facts = [
            (_("Job"), f"{self.job_title(record)} ({record.job})"),
            (_("Started by"), record.get_scope_display()),
            (_("Scheduled for"), time_cell(record.scheduled_for)),
            (_("Status"), self.state(record)),
            (_("Started"), time_cell(record.started_at)),
            (_("Finished"), time_cell(record.finished_at)),
            (_("Took"), self.took(record)),
            (_("Host"), record.host),
            (_("Summary"), record.summary),
        ]
        reports = reports_section(record)
        information = cards("information", _("Information"), Card(_("Run"), facts))
        return [information, reports] if reports else [information]

    def record_title(self, record: JobRun) -> str:
        """Return "Inventory Import, run #4711"."""
        return _("%(job)s, run #%(number)s") % {
            "job": self.job_title(record),
            "number": str(record.pk),
        }

    def row_actions(self, request: HttpRequest, record: JobRun) -> list[RowAction]:
        """Offer the run's page, and to run its job again."""
        page = admin_url(self._url_name("change"), record.pk)
        actions = [RowAction(_("View"), page)]
        if has_reports(record):
            actions.append(RowAction(_("Reports"), f"{page}#reports"))
        if any(job.name == record.job for job in JOBS) and self.has_act_permission(request):
            actions.append(RowAction(_("Run now"), admin_url(self._url_name("run"), record.job)))
        return actions

    number = column("ID", "pk", number_cell, ordering="id")
    finished = column(gettext_lazy("Finished"), "finished_at", time_cell)
    job_title = column(gettext_lazy("Job"), lambda run: _(title_of(run.job)), ordering="job")
    due = column(gettext_lazy("Scheduled for"), "scheduled_for", time_cell)
    state = column(
        gettext_lazy("Status"),
        lambda run: live_status(run, TONES, JobRun.Status.PENDING, JobRun.Status.RUNNING),
        ordering="status",
    )
    started = column(gettext_lazy("Started"), "started_at", time_cell)

    @admin.display(description=gettext_lazy("Took"))
    def took(self, run: JobRun) -> str:
        """Show how long it worked."""
        if run.started_at is None or run.finished_at is None:
            return ""
        return _duration(run.finished_at - run.started_at)

    summary_text = column(
        gettext_lazy("Summary"), lambda run: run.summary or why_run_waits(run), ordering=""
    )

    def _order(self, request: HttpRequest, job: Job) -> None:
        if not job.is_enabled():
            how = _(job.made_active or gettext_noop("Switch it on under Configuration first"))
            text = _("%(job)s is switched off. %(remedy)s.")
            messages.error(request, text % {"job": _(job.title), "remedy": how})
            return
        wake(order_run(job, now=clock.now()).pk)
        text = _("%(job)s has been asked to run: it starts within a minute.")
        messages.success(request, text % {"job": _(job.title)})

    def _row(self, job_state: JobState, may_run: bool) -> list[Any]:
        job, last = job_state.job, job_state.last_run
        run_url = admin_url(self._url_name("run"), job.name)
        return [
            _(job.title),
            job_state.schedule if job_state.is_enabled else badge(_("Switched off")),
            time_cell(last.started_at or last.scheduled_for) if last else _("never"),
            self.state(last) if last else "",
            time_cell(job_state.next_run),
            link(_("Run now"), run_url) if may_run and job_state.is_enabled else "",
        ]


def _duration(span: timedelta) -> str:
    """Return "0.4 s", or "2 min 5 s" for longer ones."""
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{number_text(seconds, 1)} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def _commands(request: HttpRequest) -> Iterator[Command]:
    """Offer to run each job, to whoever may."""
    if not request.user.has_perm(JobRunAdmin.act_right):
        return
    for job in JOBS:
        url = admin_url("scheduler_jobrun_run", job.name)
        words = "stock" if job.name == "orderflow_import_inventory_update" else ""
        yield Command(
            _("Run %(job)s") % {"job": _(job.title)},
            _("Action: run the job now"),
            url,
            "play_arrow",
            words,
        )


add_commands(_commands)
follow("scheduler.jobrun", by_status)
