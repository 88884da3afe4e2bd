"""What was tried with a message: each time it came, was requeued, replayed or applied."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imports.models import Import, ImportLine
from orderflow_bridge.common.choices import Entity, RequestType, Result
from orderflow_bridge.common.formats import datetime_text, number_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.common.xml import raw_body
from orderflow_bridge.console.pages import Section, admin_url, link
from orderflow_bridge.request_queue.attempts import (
    MOST_ATTEMPTS,
    Attempt,
    attempts_section,
    how_it_came,
    is_at_work,
    last_failure,
)
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.waiting import why_message_waits

NOTE = gettext_lazy(
    "The same message's other requests are listed too: what OrderFlow sent again, what was requeued"
    " and what was replayed. Of failed attempts the last one is kept, and how many there were."
)
CLEANED = gettext_lazy("The log cleaning has deleted the report.")
MOST_FAILURES = 20
_LONG = ("lines", "request_body", "response_body")
_COUNTERS = (
    ("successes", gettext_lazy("%(count)s succeeded")),
    ("duplicates", gettext_lazy("%(count)s duplicates")),
    ("superseded", gettext_lazy("%(count)s superseded")),
    ("discarded", gettext_lazy("%(count)s discarded")),
    ("failures", gettext_lazy("%(count)s failed")),
)


def import_attempts(record: Request) -> Section:
    """Return the tab "Attempts" of an import request."""
    requests = _requests_of(record)
    prefetch_related_objects(requests, "imports")
    reports = {request.pk: request.imports.all() for request in requests}
    failures = _failures([each for some in reports.values() for each in some if each.failures])
    attempts = [
        attempt
        for request in requests
        for attempt in _attempts(request, record, reports[request.pk], failures)
    ]
    return attempts_section(attempts, took=_("Since It Came"), empty=_("Nothing."), note=NOTE)


def _requests_of(record: Request) -> list[Request]:
    """Return the requests with the record's message, oldest first, itself among them."""
    if not record.message_id:
        return [record]
    same = Request.objects.filter(
        type=RequestType.IMPORT, entity=record.entity, message_id=record.message_id
    )
    others = same.exclude(pk=record.pk).defer(*_LONG).order_by("-pk")[: MOST_ATTEMPTS - 1]
    return sorted([record, *others], key=lambda request: request.pk)


def _failures(reports: Sequence[Import]) -> Mapping[int, list[str]]:
    """Return what failed by the reports' ids. A report's lines are all of its moment."""
    told: dict[int, list[str]] = defaultdict(list)
    if not reports:
        return told
    lines = ImportLine.objects.filter(
        parent__in=[report.pk for report in reports],
        created_at__in={report.created_at for report in reports},
        result=Result.FAILURE,
    ).order_by("pk")
    for line in lines[: MOST_FAILURES * MOST_ATTEMPTS]:
        told[line.parent_id].append(f"{line.reference}: {line.reason}")
    return told


def _attempts(
    request: Request,
    record: Request,
    reports: Iterable[Import],
    failures: Mapping[int, Sequence[str]],
) -> Iterator[Attempt]:
    """Yield what was tried with one request, as it happened."""
    is_shown = request.pk == record.pk
    url = "" if is_shown else admin_url("imports_importrequest_change", request.pk)
    answer = raw_body(bytes(request.response_body or b"")) if is_shown else ""
    count = request.line_count
    lines = ngettext("%(count)s line", "%(count)s lines", count) % {"count": number_text(count)}
    yield Attempt(
        request.created_at,
        how_it_came(request.received_by),
        _("Accepted"),
        "info",
        text=lines,
        details=((_("Answer"), answer), (_("Correlation ID"), request.correlation_id)),
        url=url,
    )
    if request.held_at and not request.processed_at:
        why = why_message_waits(request)
        yield Attempt(request.held_at, _("Held"), _("Waits"), "warning", text=why, url=url)
    if failure := last_failure(request):
        number, at = failure
        told = request.last_error.partition(chr(10))[0]
        if request.retry_at:
            next_try = _("Next try at %(time)s.") % {"time": datetime_text(request.retry_at)}
            told = f"{told} {next_try}"
        yield Attempt(
            at,
            _("Attempt %(number)s") % {"number": number},
            _("Failed"),
            "danger",
            took=at - request.created_at,
            text=told,
            details=((_("Error"), request.last_error),),
            url=url,
        )
    if is_at_work(request):
        yield Attempt(
            None,
            _("Claimed, attempt %(number)s") % {"number": request.attempts},
            _("Under Way"),
            "info",
            text=_("A worker is at it."),
            url=url,
        )
    yield from _applied(request, reports, failures, url)


def _applied(
    request: Request,
    reports: Iterable[Import],
    failures: Mapping[int, Sequence[str]],
    url: str,
) -> Iterator[Attempt]:
    """Yield what became of a processed request, by its reports."""
    at = request.processed_at
    if at is None:
        return
    name = _("Applied")
    if request.attempts > 1:
        name = _("Applied, attempt %(number)s") % {"number": request.attempts}
    took = at - request.created_at
    if not reports:
        yield Attempt(at, name, _("Processed"), took=took, text=CLEANED, url=url)
    for report in reports:
        counts = ((text, getattr(report, field)) for field, text in _COUNTERS)
        shown = ", ".join(text % {"count": number_text(count)} for text, count in counts if count)
        failed = failures.get(report.pk, ())
        outcome = _("Success") if not report.failures else _("Failure")
        page = _REPORT_PAGES[Entity(report.entity)]
        yield Attempt(
            at,
            name,
            outcome,
            "danger" if report.failures else "success",
            took=took,
            text=link(shown or _("no lines"), admin_url(page, report.pk)),
            details=((_("Failures"), "\n".join(failed[:MOST_FAILURES])),),
            url=url,
        )


_REPORT_PAGES = {
    Entity.INVENTORY: "imports_inventoryimport_change",
    Entity.SHIPMENT: "imports_shipmentimport_change",
}
