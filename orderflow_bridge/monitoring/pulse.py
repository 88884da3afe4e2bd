"""Is everything moving, and since when: what runs, came in last, and how each OrderFlow answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exports.instances import server_of
from exports.models import EndpointState
from orderflow_bridge.common.choices import SELF_TEST, RequestType
from orderflow_bridge.common.formats import minute_text
from orderflow_bridge.configuration.cron_expressions import next_runs
from orderflow_bridge.configuration.selectors import api
from orderflow_bridge.console.pages import Table, admin_url, badge, link, time_cell
from orderflow_bridge.jobs.admin import TONES
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.selectors import JobState, shop_zone
from orderflow_bridge.monitoring.facts import Facts
from orderflow_bridge.monitoring.readiness import LONGEST_SILENCE
from orderflow_bridge.monitoring.statistics import duration
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.watch.configuration import exported_by


@dataclass(frozen=True)
class Sign:
    """One sign of life: of what, how it is, since when, and where there is more. Tones are those of
    badges.
    """

    title: str
    state: str
    note: str
    url: str = ""
    tone: str = "success"


def signs(request: HttpRequest, facts: Facts) -> list[Sign]:
    """Return the signs of life that the user may see; takes two queries besides the facts'."""
    found = [_schedules(request, facts)]
    if request.user.has_perm("imports.view_importrequest"):
        found.append(_incoming(facts.now))
    if request.user.has_perm("exports.view_endpointstate"):
        found += _endpoints(facts)
    return found


def jobs_table(request: HttpRequest, facts: Facts) -> Table | None:
    """Return every job with its last and next run, for whoever may see runs."""
    if not request.user.has_perm("scheduler.view_jobrun"):
        return None
    runs = admin_url("scheduler_jobrun_changelist")
    rows = [
        (
            link(_(each.job.title), f"{runs}?job={each.job.name}"),
            each.schedule if each.is_enabled else badge(_("Switched off")),
            time_cell(each.last_run.started_at or each.last_run.scheduled_for, empty="")
            if each.last_run
            else _("never"),
            _result(each, facts.now),
            time_cell(each.next_run),
        )
        for each in facts.job_states
    ]
    off = sum(not each.is_enabled for each in facts.job_states)
    late = sum(bool(overdue(each, facts.now)) for each in facts.job_states)
    texts = ((late, _("%(count)s overdue")), (off, _("%(count)s switched off")))
    told = ", ".join(text % {"count": count} for count, text in texts if count)
    note = ngettext("%(count)s job", "%(count)s jobs", len(rows)) % {"count": len(rows)}
    note = f"{note}: {told}" if told else note
    return Table(
        (_("Job"), _("Schedule"), _("Last run"), _("Result"), _("Next run")), rows, note=note
    )


def overdue(state: JobState, now: datetime) -> timedelta | None:
    """Return for how long a job should have run again; None where it is in time."""
    if not state.is_enabled or state.last_run is None:
        return None
    after = timezone.localtime(state.last_run.scheduled_for, shop_zone())
    try:
        due = next_runs(state.job.cron_expression(), after, 1, shop_zone())
    except ValueError:
        return None
    late = now - due[0] if due else timedelta()
    return late if late > LONGEST_SILENCE else None


def _result(state: JobState, now: datetime) -> object:
    if late := overdue(state, now):
        return badge(_("Overdue %(time)s") % {"time": duration(late)}, "danger")
    if state.last_run is None:
        return ""
    status = JobRun.Status(state.last_run.status)
    return badge(state.last_run.get_status_display(), TONES.get(status, ""))


def _schedules(request: HttpRequest, facts: Facts) -> Sign:
    """Tell whether anything runs: everybody may know."""
    may_look = request.user.has_perm("scheduler.view_jobrun")
    url = admin_url("scheduler_jobrun_changelist") if may_look else ""
    if facts.last_tick is None:
        return Sign(_("Schedules"), _("Never run"), _("Start beat and a worker."), url, "danger")
    if not facts.is_scheduler_alive:
        since = _("Since %(time)s") % {"time": _at(facts.last_tick, facts)}
        return Sign(_("Schedules"), _("Not running"), since, url, "danger")
    last = _("Last run %(time)s") % {"time": _at(facts.last_tick, facts)}
    return Sign(_("Schedules"), _("Running"), last, url)


def _incoming(now: datetime) -> Sign:
    """Tell when OrderFlow's last message came. Quiet is for the watch to judge."""
    messages = Request.objects.filter(type=RequestType.IMPORT).exclude(received_by=SELF_TEST)
    last = messages.order_by("-pk").values_list("created_at", "message_id").first()
    url = admin_url("imports_importrequest_changelist")
    if last is None:
        return Sign(_("From OrderFlow"), _("Nothing yet"), _("No message has come."), url, "")
    at, message_id = last
    since = _("Message %(number)s, %(time)s ago") % {
        "number": str(message_id),
        "time": duration(now - at),
    }
    came = _("Last message %(time)s") % {"time": _time(at, now)}
    return Sign(_("From OrderFlow"), came, since, url)


def _endpoints(facts: Facts) -> Iterator[Sign]:
    """Tell of each OrderFlow that websites export to; one that nobody uses is left out."""
    used: dict[str, list[str]] = {}
    for website in facts.websites:
        if server_of(website) and exported_by(website):
            used.setdefault(server_of(website), [api(website).endpoint]).append(website.name)
    states = {
        each.endpoint.strip().rstrip("/").casefold(): each for each in EndpointState.objects.all()
    }
    for server, (endpoint, *names) in used.items():
        yield _endpoint(endpoint, names, states.get(server), facts.now)


def _endpoint(endpoint: str, names: list[str], state: EndpointState | None, now: datetime) -> Sign:
    place = endpoint.partition("://")[2].rstrip("/") or endpoint
    title = _("To OrderFlow at %(place)s") % {"place": place}
    websites = ", ".join(names)
    if state is None:
        return Sign(title, _("Not called yet"), websites, "", "")
    url = admin_url("exports_endpointstate_change", state.pk)
    if state.opened_at:
        since = ngettext(
            "Since %(time)s, %(count)s failure: %(error)s",
            "Since %(time)s, %(count)s failures: %(error)s",
            state.failures,
        ) % {
            "time": _time(state.opened_at, now),
            "count": state.failures,
            "error": state.last_error,
        }
        return Sign(title, _("Left alone"), since, url, "danger")
    last = _("not called yet")
    if state.last_call_at:
        last = _("last call %(time)s") % {"time": _time(state.last_call_at, now)}
    if state.failures:
        told = _("%(count)s in a row, %(last)s: %(error)s") % {
            "count": state.failures,
            "last": last,
            "error": state.last_error,
        }
        return Sign(title, _("Failing"), told, url, "warning")
    return Sign(title, _("Healthy, %(last)s") % {"last": last}, websites, url)


def _at(at: datetime, facts: Facts) -> str:
    return _time(at, facts.now)


def _time(at: datetime, now: datetime) -> str:
    """Return a time as the shop's clock shows it, with its day unless that is today."""
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == timezone.localtime(now).date() else minute_text(at)
