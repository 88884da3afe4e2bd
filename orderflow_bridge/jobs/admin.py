"""Job runs: what the scheduler did, the state of every job, and "Run now"."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from orderflow_bridge.common import clock
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.filters import Choices, DateRange, Text
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    link,
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


def _started_by(value: str) -> Q:
    """Read a choice; the schedule's own value is an empty text, which no address can carry."""
    return Q(scope=JobRun.Scope.SCHEDULE if value == _SCHEDULE else value)


@admin.register(JobRun)
class JobRunAdmin(RecordAdmin):
    """System → Job runs."""

    missing_text = "This run no longer exists."
    act_right = "scheduler.run_job"
    list_display = (
        "job_title",
        "due",
        "state",
        "started",
        "took",
        "summary_text",
        "scope",
        "action_links",
    )
    more_columns = ("number", "job", "finished", "host")
    list_display_links = ("job_title",)
    filters = (
        Choices("job", "Job", choices=[(job.name, job.title) for job in JOBS]),
        Choices("status", "Status", choices=JobRun.Status.choices),
        Choices("scope", "Started by", match=_started_by, choices=_SCOPES),
        DateRange("scheduled_for", "Scheduled for", "scheduled"),
        Text("summary", "Summary"),
        Text("host", "Host"),
    )
    list_before_template = "admin/scheduler/jobrun/states.html"
    empty_title = "No job has run yet"
    empty_text = (
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
        columns = ("Job", "Schedule", "Last run", "Result", "Next run", "")
        table = Table(columns, rows)
        page: HttpResponse = super().changelist_view(
            request, {"job_states": table, **(extra_context or {})}
        )
        return page

    def run_view(self, request: HttpRequest, job_name: str, **_: Any) -> HttpResponse:
        """Ask whether to run a job now (GET), or order the run (POST)."""
        job = next((job for job in JOBS if job.name == job_name), None)
        if job is None:
            raise Http404("There is no such job.")
        if not self.has_act_permission(request):
            raise PermissionDenied
        back = admin_url(self._url_name("changelist"))
        if request.method == "POST":
            self._order(request, job)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": job.title,
            "back": back,
            "action": {"title": "Run now"},
            "question": "Are you sure you wish to run this job now?",
        }
        return TemplateResponse(request, "bridge/confirm.html", context)

    def sections(self, request: HttpRequest, record: JobRun) -> list[Section]:
        """Return a tab with everything about a run, and one with the reports it has made."""
        facts = [
            ("Job", f"{self.job_title(record)} ({record.job})"),
            ("Started by", record.get_scope_display()),
            ("Scheduled for", time_cell(record.scheduled_for)),
            ("Status", self.state(record)),
            ("Started", time_cell(record.started_at)),
            ("Finished", time_cell(record.finished_at)),
            ("Took", self.took(record)),
            ("Host", record.host),
            ("Summary", record.summary),
        ]
        reports = reports_section(record)
        information = cards("information", "Information", Card("Run", facts))
        return [information, reports] if reports else [information]

    def record_title(self, record: JobRun) -> str:
        """Return "Inventory Import, run #4711"."""
        return f"{self.job_title(record)}, run #{record.pk}"

    def row_actions(self, request: HttpRequest, record: JobRun) -> list[RowAction]:
        """Offer the run's page, and to run its job again."""
        page = admin_url(self._url_name("change"), record.pk)
        actions = [RowAction("View", page)]
        if has_reports(record):
            actions.append(RowAction("Reports", f"{page}#reports"))
        if any(job.name == record.job for job in JOBS) and self.has_act_permission(request):
            actions.append(RowAction("Run now", admin_url(self._url_name("run"), record.job)))
        return actions

    number = column("ID", "pk", number_cell, ordering="id")
    finished = column("Finished", "finished_at", time_cell)
    job_title = column("Job", lambda run: title_of(run.job), ordering="job")
    due = column("Scheduled for", "scheduled_for", time_cell)
    state = column(
        "Status",
        lambda run: badge(run.get_status_display(), TONES.get(JobRun.Status(run.status), "")),
        ordering="status",
    )
    started = column("Started", "started_at", time_cell)

    @admin.display(description="Took")
    def took(self, run: JobRun) -> str:
        """Show how long it worked."""
        if run.started_at is None or run.finished_at is None:
            return ""
        return _duration(run.finished_at - run.started_at)

    summary_text = column("Summary", lambda run: run.summary or why_run_waits(run), ordering="")

    def _order(self, request: HttpRequest, job: Job) -> None:
        if not job.is_enabled():
            messages.error(
                request, f"{job.title} is switched off. Switch it on under Configuration first."
            )
            return
        wake(order_run(job, now=clock.now()).pk)
        messages.success(request, f"{job.title} has been asked to run: it starts within a minute.")

    def _row(self, job_state: JobState, may_run: bool) -> list[Any]:
        job, last = job_state.job, job_state.last_run
        run_url = admin_url(self._url_name("run"), job.name)
        return [
            job.title,
            job_state.schedule if job_state.is_enabled else badge("Switched off"),
            time_cell(last.started_at or last.scheduled_for) if last else "never",
            self.state(last) if last else "",
            time_cell(job_state.next_run),
            link("Run now", run_url) if may_run and job_state.is_enabled else "",
        ]


def _duration(span: timedelta) -> str:
    """Return "0.4 s", or "2 min 5 s" for longer ones."""
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"
