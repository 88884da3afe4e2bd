"""The admin's first page: what to do first, what does not work, what waits, fails and runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from orderflow_bridge.access.selectors import SoapEndpoint
from orderflow_bridge.common.choices import Entity, RequestType, Result
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.jobs.statistics.models import QuarterHour
from orderflow_bridge.jobs.statistics.quarter_hours import Stream, quarter_hours
from orderflow_bridge.monitoring import checklist, queues
from orderflow_bridge.monitoring.charts import DAYS, HOURS, Chart, lines_per_hour, pushes_per_day
from orderflow_bridge.monitoring.facts import Facts, facts_of
from orderflow_bridge.monitoring.pulse import jobs_table, signs
from orderflow_bridge.monitoring.statistics import NO_LAG, Counted, Statistic, lag_statistics
from orderflow_bridge.problems.lines import worst_lines
from orderflow_bridge.watch.models import SelfTest

NEEDS_SHOWN = 6


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
        "title": _("Dashboard"),
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
        "needs": worst_lines(request.user, most=NEEDS_SHOWN),
        "made_at": facts.now,
        **_figures(
            queues.waiting_statistics(counts),
            queues.stuck_statistics(counts),
            _failures(request, rows, facts.now),
            lags=_lags(request, facts.now),
        ),
        "charts": _charts(request, rows, facts.now),
        "signs": signs(request, facts),
        "jobs": jobs_table(request, facts),
        "self_test": _self_test(request),
    }


def _figures(*found: list[Statistic], lags: list[Statistic]) -> dict[str, list[Statistic]]:
    """Return what is not 0 and how long things took, and apart what is 0: nobody has to read it."""
    every = [each for group in (*found, lags) for each in group]
    idle = [each for each in every if each.tone == "success" or each.value == NO_LAG]
    return {"busy": [each for each in every if each not in idle], "idle": idle}


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
            _failed_title(kind, entity),
            number_text(total),
            _("Nothing failed.") if not total else _("See which, and why."),
            _failed_url(kind, entity, since),
            "danger" if total else "success",
        )
        for (kind, entity), total in totals.items()
    ]


def _failed_title(kind: RequestType, entity: Entity) -> str:
    text = _("%(entity)s import lines failed")
    if kind == RequestType.EXPORT:
        text = _("%(entity)s export lines failed")
    return text % {"entity": entity.label}


def _failed_url(kind: RequestType, entity: Entity, since: datetime) -> str:
    """Return where each failed line stands with its reason; else the reports that have some."""
    direction = DIRECTIONS[kind]
    if lines := admin_url(f"{direction.noun}s_{direction.noun}line_changelist"):
        after = f"{timezone.localtime(since):%Y-%m-%dT%H:%M}"
        return f"{lines}?entity={int(entity)}&result={int(Result.FAILURE)}&processed_from={after}"
    return f"{admin_url(f'{direction.pages[entity]}_changelist')}?failed=yes"


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
        if any(kind == each for each, _entity in streams)
    ]
    if (RequestType.IMPORT, Entity.INVENTORY) in streams:
        url = admin_url("imports_inventoryimport_changelist")
        charts.append(pushes_per_day(rows, now, url))
    return charts


def _list_url(streams: Sequence[Stream], kind: RequestType) -> str:
    entity = next(entity for each, entity in streams if each == kind)
    return admin_url(f"{DIRECTIONS[kind].pages[entity]}_changelist")


def _self_test(request: HttpRequest) -> SelfTest | None:
    """Return the last self-test."""
    return SelfTest.objects.first() if request.user.has_perm("watch.view_selftest") else None


def _may_see(request: HttpRequest, page: str) -> bool:
    app_label, _, model_name = page.partition("_")
    rights = (f"{app_label}.{verb}_{model_name}" for verb in ("view", "change"))
    return any(request.user.has_perm(right) for right in rights)
