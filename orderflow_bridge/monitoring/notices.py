"""The failure bar on every page: reports with failures that the user has not read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from exports.models import Export
from imports.models import Import
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.console.pages import Table, admin_url, badge, link, time_cell
from orderflow_bridge.request_queue.history import History
from orderflow_bridge.request_queue.reading import mark_all_read, unread_failures

MOST_COUNTED = 99
PER_PAGE = 50
QUESTION = "Mark every report up to the newest one as read? The bar then shows newer ones only."


@dataclass(frozen=True)
class Direction:
    """Exports or imports: their table, and the page of each entity's reports."""

    noun: str
    reports: type[History]
    pages: dict[Entity, str]

    def entities(self, request: HttpRequest) -> list[Entity]:
        """Return the entities whose reports the user may see."""
        return [each for each, page in self.pages.items() if _may_see(request, page)]

    def unread(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the user's unread reports with failures, newest first."""
        rows: QuerySet[Any] = self.reports._default_manager.all()
        return unread_failures(rows, request.user, self.entities(request))

    def report_url(self, report: Any) -> str:
        """Return the address of a report."""
        return admin_url(f"{self.pages[Entity(report.entity)]}_change", report.pk)


DIRECTIONS = {
    RequestType.EXPORT: Direction(
        "export",
        Export,
        {Entity.PRODUCT: "exports_productexport", Entity.ORDER: "exports_orderexport"},
    ),
    RequestType.IMPORT: Direction(
        "import",
        Import,
        {Entity.INVENTORY: "imports_inventoryimport", Entity.SHIPMENT: "imports_shipmentimport"},
    ),
}


@dataclass(frozen=True)
class Notice:
    """One line of the bar: the newest unread report, and the way to the others."""

    text: str
    url: str
    count: str
    list_url: str


def failure_notices(request: HttpRequest) -> list[Notice]:
    """Return the bar's lines for a user: at most one for exports and one for imports.

    Takes one query, which reads at most a hundred rows of an index in each direction; none for a
    user who may see no report.
    """
    newest = [_newest(request, kind) for kind, each in DIRECTIONS.items() if each.entities(request)]
    if not newest:
        return []
    found: dict[int, list[tuple[int, int]]] = {kind: [] for kind in DIRECTIONS}
    for kind, pk, entity in newest[0].union(*newest[1:], all=True):
        found[kind].append((pk, entity))
    return [_notice(DIRECTIONS[RequestType(kind)], rows) for kind, rows in found.items() if rows]


def _newest(request: HttpRequest, kind: RequestType) -> QuerySet[Any, Any]:
    """Return kind, id and entity of the user's newest unread reports of a direction."""
    direction = DIRECTIONS[kind]
    newest = direction.unread(request).values("pk")[: MOST_COUNTED + 1]
    rows: QuerySet[Any] = direction.reports._default_manager.order_by().filter(pk__in=newest)
    kinds = Value(int(kind), output_field=IntegerField())
    found: QuerySet[Any, Any] = rows.annotate(kind=kinds).values_list("kind", "pk", "entity")
    return found


def _notice(direction: Direction, rows: list[tuple[int, int]]) -> Notice:
    pk, entity = max(rows)
    return Notice(
        text=f"A recent OrderFlow {direction.noun} contains failures.",
        url=admin_url(f"{direction.pages[Entity(entity)]}_change", pk),
        count=str(len(rows)) if len(rows) <= MOST_COUNTED else f"{MOST_COUNTED}+",
        list_url=reverse("notices", args=[direction.noun]),
    )


def unread_view(request: HttpRequest, noun: str) -> HttpResponse:
    """List the user's unread reports of a direction, newest first; `?before=` turns the page."""
    _, direction = _direction(request, noun)
    unread = direction.unread(request)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        unread = unread.filter(pk__lt=int(before))
    found: Sequence[Any] = list(unread[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    context = {
        **admin.site.each_context(request),
        "title": f"Unread {noun.capitalize()} Failures",
        "table": _table(direction, shown),
        "read_url": reverse("notices_read", args=[noun]) if shown else "",
        "older": f"?before={shown[-1].pk}" if len(found) > PER_PAGE else "",
    }
    return TemplateResponse(request, "bridge/unread.html", context)


def read_view(request: HttpRequest, noun: str) -> HttpResponse:
    """Ask whether to mark all reports of a direction as read (GET), or do it (POST)."""
    kind, direction = _direction(request, noun)
    back = reverse("notices", args=[noun])
    newest = direction.unread(request).values_list("pk", flat=True).first()
    if request.method == "POST":
        asked = request.POST.get("up_to", "")
        if asked.isdecimal() and newest is not None:
            # Not beyond what was shown: what has failed since then is still news.
            mark_all_read(request.user, kind, min(int(asked), newest))
        return HttpResponseRedirect(back)
    context = {
        **admin.site.each_context(request),
        "title": f"Unread {noun.capitalize()} Failures",
        "action": {"title": "Mark All As Read"},
        "question": QUESTION,
        "hidden": [("up_to", newest or 0)],
        "back": back,
    }
    return TemplateResponse(request, "bridge/confirm.html", context)


def _direction(request: HttpRequest, noun: str) -> tuple[RequestType, Direction]:
    for kind, direction in DIRECTIONS.items():
        if direction.noun == noun:
            if not direction.entities(request):
                raise PermissionDenied
            return kind, direction
    raise Http404("There are exports and imports.")


def _table(direction: Direction, reports: Sequence[Any]) -> Table:
    rows = [
        (
            link(str(report), direction.report_url(report)),
            report.get_operation_display(),
            badge(report.failures, "danger"),
            time_cell(report.created_at),
        )
        for report in reports
    ]
    return Table(
        ("Report", "Operation", "Failures", "Processed"),
        rows,
        empty="Everything is read: no report with failures is waiting for you.",
    )


def _may_see(request: HttpRequest, page: str) -> bool:
    app_label, _, model_name = page.partition("_")
    rights = (f"{app_label}.{verb}_{model_name}" for verb in ("view", "change"))
    return any(request.user.has_perm(right) for right in rights)
