"""The admin's first page: what to do first, what does not work, what waits, fails and runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from exports.models import EndpointState
from orderflow_bridge.access.selectors import SoapEndpoint
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.console.pages import Table, admin_url, badge, link, time_cell
from orderflow_bridge.jobs.admin import TONES
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.statistics.models import QuarterHour
from orderflow_bridge.jobs.statistics.quarter_hours import Stream, quarter_hours
from orderflow_bridge.monitoring import checklist, queues
from orderflow_bridge.monitoring.charts import DAYS, HOURS, Chart, lines_per_hour, pushes_per_day
from orderflow_bridge.monitoring.facts import Facts, facts_of
from orderflow_bridge.monitoring.statistics import Counted, Statistic, lag_statistics
from orderflow_bridge.problems.lines import worst_lines
from orderflow_bridge.watch.models import SelfTest

ENDPOINTS_SHOWN = 20
NEEDS_SHOWN = 10


@dataclass(frozen=True)
class Direction:
    """Exports or imports, and the page of each entity's reports."""

    noun: str
    pages: dict[Entity, str]

    def entities(self, request: HttpRequest) -> list[Entity]:
        """Return the entities whose reports the user may see."""
        return [each for each, page in self.pages.items() if _may_see(request, page)]


DIRECTIONS = {
    RequestType.EXPORT: Direction(
        "export",
        {Entity.PRODUCT: "exports_productexport", Entity.ORDER: "exports_orderexport"},
    ),
    RequestType.IMPORT: Direction(
        "import",
        {Entity.INVENTORY: "imports_inventoryimport", Entity.SHIPMENT: "imports_shipmentimport"},
    ),
}


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the index page's context: everything only for those who may see its list."""
    facts = facts_of(request)
    is_concerned = checklist.concerns(request)
    also = checklist.evidence() if is_concerned else None
    counts = queues.count(request, facts, also=also)
    steps = None
    if is_concerned and not counts[queues.IS_DISMISSED].count:
        steps = checklist.checklist(request, facts, counts)
    return {
        **context,
        "title": "Dashboard",
        "needs": worst_lines(request.user, most=NEEDS_SHOWN),
        "checklist": steps,
        "soap_endpoint": SoapEndpoint(
            request.build_absolute_uri("/soap/default"), facts.importing_users
        ),
        **_statistics(request, facts, counts),
    }


def statistics_view(request: HttpRequest) -> HttpResponse:
    """Return the figures alone: what the page's script asks for from time to time."""
    facts = facts_of(request)
    context = _statistics(request, facts, queues.count(request, facts))
    return TemplateResponse(request, "bridge/dashboard/statistics.html", context)


def dismiss_view(request: HttpRequest) -> HttpResponse:
    """Put a complete checklist away (POST); one that is not complete stays."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    facts = facts_of(request)
    counts = queues.count(request, facts, also=checklist.evidence())
    if checklist.checklist(request, facts, counts).is_complete:
        checklist.dismiss(request)
    return HttpResponseRedirect(reverse("admin:index"))


def _statistics(request: HttpRequest, facts: Facts, counts: dict[str, Counted]) -> dict[str, Any]:
    rows = _summed(request, facts.now)
    return {
        "made_at": facts.now,
        "groups": [
            (title, found)
            for title, found in (
                ("Waiting", queues.waiting_statistics(counts)),
                ("Stuck", queues.stuck_statistics(counts)),
                ("Failures in the last 24 hours", _failures(request, rows, facts.now)),
                ("Lag", _lags(request, facts.now)),
            )
            if found
        ],
        "charts": _charts(request, rows, facts.now),
        "jobs": _jobs(request, facts),
        "self_test": _self_test(request),
        "endpoints": _endpoints(request),
    }


def _streams(request: HttpRequest) -> list[Stream]:
    """Return the directions and entities whose reports the user may see."""
    return [
        (kind, entity) for kind, each in DIRECTIONS.items() for entity in each.entities(request)
    ]


def _summed(request: HttpRequest, now: datetime) -> list[QuarterHour]:
    """Return the quarters of an hour that the charts are drawn from; takes two queries."""
    recent = Q(begins_at__gte=now - timedelta(hours=HOURS))
    pushes = Q(type=RequestType.IMPORT, entity=Entity.INVENTORY)
    streams = _streams(request)
    wanted = recent | (pushes & Q(begins_at__gte=now - timedelta(days=DAYS)))
    return quarter_hours(streams, wanted, now=now) if streams else []


def _failures(request: HttpRequest, rows: Iterable[QuarterHour], now: datetime) -> list[Statistic]:
    """Return how many lines have failed in the last day, by direction and entity."""
    since = now - timedelta(hours=HOURS)
    totals = dict.fromkeys(_streams(request), 0)
    for row in rows:
        stream = (RequestType(row.type), Entity(row.entity))
        if row.begins_at >= since and stream in totals:
            totals[stream] += row.failures
    return [
        Statistic(
            f"{entity.label} {DIRECTIONS[kind].noun} lines failed",
            f"{total:,}",
            "Nothing failed." if not total else "See which, and why.",
            _failed_url(kind, entity),
            "danger" if total else "success",
        )
        for (kind, entity), total in totals.items()
    ]


def _failed_url(kind: RequestType, entity: Entity) -> str:
    return f"{admin_url(f'{DIRECTIONS[kind].pages[entity]}_changelist')}?failed=yes"


def _lags(request: HttpRequest, now: datetime) -> list[Statistic]:
    direction = DIRECTIONS[RequestType.IMPORT]
    entities = direction.entities(request)
    urls = {each: admin_url(f"{direction.pages[each]}_changelist") for each in entities}
    return lag_statistics(entities, now, urls)


def _charts(request: HttpRequest, rows: Sequence[QuarterHour], now: datetime) -> list[Chart]:
    """Return the charts of the directions that the user may see."""
    streams = _streams(request)
    charts = [
        lines_per_hour(rows, kind, now, _list_url(streams, kind))
        for kind in (RequestType.IMPORT, RequestType.EXPORT)
        if any(kind == each for each, _ in streams)
    ]
    if (RequestType.IMPORT, Entity.INVENTORY) in streams:
        url = admin_url("imports_inventoryimport_changelist")
        charts.append(pushes_per_day(rows, now, url))
    return charts


def _list_url(streams: Sequence[Stream], kind: RequestType) -> str:
    entity = next(entity for each, entity in streams if each == kind)
    return admin_url(f"{DIRECTIONS[kind].pages[entity]}_changelist")


def _jobs(request: HttpRequest, facts: Facts) -> Table | None:
    if not request.user.has_perm("scheduler.view_jobrun"):
        return None
    runs = admin_url("scheduler_jobrun_changelist")
    rows = [
        (
            link(each.job.title, f"{runs}?job={each.job.name}"),
            each.schedule if each.is_enabled else badge("Switched off"),
            time_cell(each.last_run.started_at or each.last_run.scheduled_for, empty="")
            if each.last_run
            else "never",
            badge(
                each.last_run.get_status_display(),
                TONES.get(JobRun.Status(each.last_run.status), ""),
            )
            if each.last_run
            else "",
            time_cell(each.next_run),
        )
        for each in facts.job_states
    ]
    return Table(("Job", "Schedule", "Last run", "Result", "Next run"), rows)


def _self_test(request: HttpRequest) -> SelfTest | None:
    """Return the last self-test."""
    return SelfTest.objects.first() if request.user.has_perm("watch.view_selftest") else None


def _endpoints(request: HttpRequest) -> Table | None:
    """Return the state of every endpoint that has been called (its circuit breaker)."""
    if not request.user.has_perm("exports.view_endpointstate"):
        return None
    rows = [
        (
            link(each.endpoint, admin_url("exports_endpointstate_change", each.pk)),
            _state(each),
            str(each.failures),
            time_cell(each.opened_at),
            each.last_error,
        )
        for each in EndpointState.objects.all()[:ENDPOINTS_SHOWN]
    ]
    columns = ("OrderFlow", "State", "Failures in a row", "Left alone since", "Last error")
    return Table(columns, rows, empty="No OrderFlow has been called yet.")


def _state(endpoint: EndpointState) -> Any:
    if endpoint.opened_at:
        return badge("Left alone", "danger")
    return badge("Failing", "warning") if endpoint.failures else badge("Called", "success")


def _may_see(request: HttpRequest, page: str) -> bool:
    app_label, _, model_name = page.partition("_")
    rights = (f"{app_label}.{verb}_{model_name}" for verb in ("view", "change"))
    return any(request.user.has_perm(right) for right in rights)
