"""System → Support: what a supporter asks first, and the archive to send."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.console.admin import ReadOnlyAdmin
from orderflow_bridge.console.page_parts import add_parts
from orderflow_bridge.console.pages import (
    Button,
    Card,
    Section,
    Table,
    badge,
    cards,
    table,
    time_cell,
)
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.problems.lines import sentence
from orderflow_bridge.problems.selectors import needing_somebody
from orderflow_bridge.support import facts
from orderflow_bridge.support.diagnostics import PARTS, archive, archive_name
from orderflow_bridge.support.exchange_checks import name_of_environment
from orderflow_bridge.support.invitation_page import INVITATION_PARTS
from orderflow_bridge.support.models import Support

DOWNLOAD = "support.view_diagnostics"
MOST_ERRORS = 20
_TONES = {"success": "success", "failed": "danger", "running": "info"}


@admin.register(Support)
class SupportAdmin(ReadOnlyAdmin):
    """System → Support."""

    act_right = DOWNLOAD

    def get_urls(self) -> list[URLPattern]:
        """There is the page, and the one that lists what is in the archive."""
        return [
            path("", self._wrapped(self.changelist_view), name=self._url_name("changelist")),
            path(
                "diagnostics/",
                self._wrapped(self.diagnostics_view, right=DOWNLOAD),
                name=self._url_name("diagnostics"),
            ),
            path(
                "diagnostics/file/",
                self._wrapped(self.file_view, right=DOWNLOAD),
                name=self._url_name("file"),
            ),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the installation, part by part."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Support"),
            "buttons": self._buttons_above(request),
            "sections": _sections(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "bridge/page.html", context)

    def diagnostics_view(self, request: HttpRequest) -> HttpResponse:
        """List what is in the archive."""
        rows = [(part.name, _(part.text), _(part.without)) for part in PARTS]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Download Diagnostics"),
            "table": Table((_("File"), _("What is in it"), _("Left out")), rows),
            "file": reverse(f"admin:{self._url_name('file')}"),
            "back": reverse(f"admin:{self._url_name('changelist')}"),
        }
        return TemplateResponse(request, "support/diagnostics.html", context)

    def file_view(self, request: HttpRequest) -> HttpResponse:
        """Send the archive."""
        answer = HttpResponse(archive(), content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{archive_name()}"'
        return answer

    def _buttons_above(self, request: HttpRequest) -> list[Button]:
        buttons = [Button(_("Version"), reverse("version"), "info")]
        if self.has_act_permission(request):
            url = reverse(f"admin:{self._url_name('diagnostics')}")
            buttons.insert(0, Button(_("Download Diagnostics"), url, "download"))
        return buttons


def _sections(request: HttpRequest) -> list[Section]:
    return [
        cards(
            "installation",
            _("Installation"),
            Card(_("Versions"), list(facts.versions().items())),
            Card(
                _("Environment"), [(_("Name"), name_of_environment()), *facts.environment().items()]
            ),
        ),
        table("settings", _("Settings"), _settings()),
        table("queues", _("Queues"), _queues()),
        table("jobs", _("Jobs"), _jobs()),
        table("errors", _("Latest Errors"), _errors(request)),
    ]


def _settings() -> Table:
    rows = [(each.section, each.label, each.scope, each.value) for each in facts.changed_settings()]
    return Table(
        (_("Page"), _("Setting"), _("Scope"), _("Value")),
        rows,
        empty=_("Every setting has its system value."),
        note=_("Of passwords and free texts only that they are set."),
    )


def _queues() -> Table:
    rows: list[tuple[Any, ...]] = [
        (each.name.capitalize(), _("Waiting"), each.count, time_cell(each.oldest))
        for each in facts.queues()
    ]
    for name, counts in facts.outboxes().items():
        rows += [(name, status, count, "") for status, count in counts.items()]
    return Table(
        (_("Queue"), _("State"), _("Number"), _("Oldest")), rows, empty=_("Nothing waits.")
    )


def _jobs() -> Table:
    rows = [
        (
            each.job.title,
            each.schedule if each.is_enabled else _("Off"),
            time_cell(each.last_run.created_at) if each.last_run else _("Never"),
            _status(each.last_run) if each.last_run else "",
            time_cell(each.next_run, empty="–"),
        )
        for each in facts.jobs()
    ]
    return Table((_("Job"), _("Schedule"), _("Last Run"), _("Status"), _("Next Run")), rows)


def _status(run: JobRun) -> Any:
    return badge(run.get_status_display(), _TONES.get(run.status, ""))


def _errors(request: HttpRequest) -> Table:
    now = clock.now()
    found = needing_somebody(request.user, now=now).order_by("-last_seen")[:MOST_ERRORS]
    rows: list[tuple[Any, Any, Any]] = [
        (time_cell(each.last_seen), each.known_kind.title, sentence(each, now)) for each in found
    ]
    if request.user.has_perm("scheduler.view_jobrun"):
        failed = JobRun.objects.filter(status=JobRun.Status.FAILED).order_by("-id")[:MOST_ERRORS]
        rows += [(time_cell(each.created_at), _("Failed run"), each.summary) for each in failed]
    return Table((_("Last Seen"), _("What"), _("Text")), rows, empty=_("Nothing has failed."))


add_parts(User, INVITATION_PARTS)
