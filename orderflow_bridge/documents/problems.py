"""A problem as a document: what is wrong, what to do, whose it is (docs/problems.md).

Magento has nothing like it; the form is that of its lists.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone

from orderflow_bridge.configuration.selectors import general, problem_reports
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.criteria import Filter, SearchCriteria
from orderflow_bridge.documents.records import Document, Kind, Many, ints, record, texts
from orderflow_bridge.documents.search import Columns
from orderflow_bridge.problems.evidence import said_evidence
from orderflow_bridge.problems.lines import sentence
from orderflow_bridge.problems.models import Problem, ProblemNote

PROBLEM = record(
    "OrderFlowProblem",
    ints("id"),
    texts("kind kind_title"),
    ints("severity"),
    texts("severity_name subject"),
    ints("website_id"),
    texts("website_code sentence what_to_do what_to_do_url url first_seen last_seen"),
    ints("count"),
    texts("state snoozed_until owner resolved_at resolved_by"),
    {
        "evidence": Many(
            record(
                "OrderFlowProblemEvidence",
                {"name": Kind.TEXT, "value": Kind.ANY},
                required="name value",
            )
        ),
        "notes": Many(record("OrderFlowProblemNote", texts("created_at user text"))),
    },
    required="id kind kind_title severity severity_name subject sentence what_to_do url first_seen"
    " last_seen count state evidence notes",
)
PROBLEM_COLUMNS: Columns = {
    "id": Column("pk", ColumnKind.WHOLE),
    "kind": Column("kind", ColumnKind.TEXT),
    "severity": Column("severity", ColumnKind.WHOLE),
    "subject": Column("subject", ColumnKind.TEXT),
    "website_id": Column("website_id", ColumnKind.WHOLE, is_nullable=True),
    "website_code": Column("website__code", ColumnKind.TEXT, is_nullable=True),
    "first_seen": Column("first_seen", ColumnKind.DATETIME),
    "last_seen": Column("last_seen", ColumnKind.DATETIME),
    "count": Column("count", ColumnKind.WHOLE),
    "state": Column("state", ColumnKind.TEXT),
    "owner": Column("owner__username", ColumnKind.TEXT, is_nullable=True),
    "resolved_at": Column("resolved_at", ColumnKind.DATETIME, is_nullable=True),
}
# The state alone says it all; that nothing has ended is what an index finds.
_OPEN = ((Filter("resolved_at", "", "null"),), (Filter("state", Problem.State.OPEN.value),))
_WORST_FIRST = (("severity", True), ("last_seen", True))


def usual_criteria(criteria: SearchCriteria) -> SearchCriteria:
    """Return criteria that ask for what is open, worst first, unless they say otherwise."""
    named = {wanted.field for group in criteria.groups for wanted in group}
    is_asked = bool(named & {"state", "resolved_at"})
    return replace(
        criteria,
        groups=criteria.groups if is_asked else (*_OPEN, *criteria.groups),
        sort_orders=criteria.sort_orders or _WORST_FIRST,
    )


def problem_list(problems: "QuerySet[Problem]", *, now: datetime, address: str) -> list[Document]:
    """Return the documents of these problems, in their order: two queries, however many.

    `address` is the one the caller knows us by, with a slash at its end: links begin with it where
    no Base URL is configured. Times within sentences are the shop's, as in the admin.
    """
    notes = Prefetch("notes", ProblemNote.objects.select_related("user"))
    found = problems.select_related("website", "owner", "resolved_by").prefetch_related(notes)
    base = (problem_reports().base_url or address).rstrip("/")
    with timezone.override(ZoneInfo(general().timezone)):
        return [_document(problem, now, base) for problem in found]


def _document(problem: Problem, now: datetime, base: str) -> Document:
    page = reverse("admin:problems_problem_change", args=(problem.pk,))
    return PROBLEM.of(
        {
            "id": problem.pk,
            "kind": problem.kind,
            "kind_title": str(problem.known_kind.title),
            "severity": problem.severity,
            "severity_name": problem.get_severity_display().lower(),
            "subject": problem.subject,
            "website_id": problem.website_id,
            "website_code": problem.website.code if problem.website else None,
            "sentence": sentence(problem, now),
            "what_to_do": problem.remedy,
            "what_to_do_url": f"{base}{problem.url}" if problem.url else "",
            "url": f"{base}{page}",
            "first_seen": problem.first_seen,
            "last_seen": problem.last_seen,
            "count": problem.count,
            "state": problem.state_at(now).value,
            "snoozed_until": problem.snoozed_until,
            "owner": problem.owner.username if problem.owner else None,
            "resolved_at": problem.resolved_at,
            "resolved_by": problem.resolved_by.username if problem.resolved_by else None,
            "evidence": [
                {"name": name, "value": value} for name, value in sorted(said_evidence(problem))
            ],
            "notes": [
                {
                    "created_at": note.created_at,
                    "user": note.user.username if note.user else None,
                    "text": note.text,
                }
                for note in problem.notes.all()
            ],
        }
    )
