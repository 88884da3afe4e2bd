"""Raising problems, ending them, and what people decide about them.

Everything is set-based: whatever the number of findings, it takes one or two statements, in the
caller's transaction. A problem that goes on is the same row (docs/problems.md).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F, QuerySet, Value

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import ProblemRefused
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.worded import made_of
from orderflow_bridge.problems.events import end, tell_of_opened
from orderflow_bridge.problems.kinds import Kind, Severity
from orderflow_bridge.problems.models import Problem, ProblemNote

GROWN = 10
LONGEST_SNOOZE_HOURS = 366 * 24
LONGEST_NOTE = 2_000
_SUBJECT_LENGTH = 255
_KEY_LENGTH = 320


@dataclass(frozen=True)
class Finding:
    """Something wrong that was met: which kind, about what, in one sentence; and what to do.

    Sentences that are `worded` are shown in their readers' languages. `count` is how often (kinds
    that add) or how many there are now. `url` is the address of the page that mends it. `evidence`
    names the newest case (ids of message, line, request, call). `about` tells problems of one kind
    and subject apart, as two despatches of one order.
    """

    kind: Kind
    subject: str
    text: str
    remedy: str = ""
    url: str = ""
    website_id: int | None = None
    severity: Severity | None = None
    count: int = 1
    evidence: dict[str, Any] = field(default_factory=dict)
    about: str = ""

    @property
    def key(self) -> str:
        """What makes an open problem the same one."""
        return open_key(self.kind, self.subject, self.website_id, self.about)


def open_key(kind: Kind, subject: str, website_id: int | None = None, about: str = "") -> str:
    """Return what an open problem is found by."""
    website = "" if website_id is None else website_id
    subject = sku_key(subject) if kind.by_sku else subject
    key = f"{kind.name}|{website}|{subject[:_SUBJECT_LENGTH]}"
    return f"{key}|{about}"[:_KEY_LENGTH] if about else key


# What happens to a problem that is open already, for every statement that raises some.
ON_CONFLICT = """
ON CONFLICT (open_key) DO UPDATE SET
    severity = excluded.severity, text = excluded.text, remedy = excluded.remedy,
    url = excluded.url, wording = excluded.wording, evidence = excluded.evidence,
    last_seen = excluded.last_seen,
    count = excluded.count + CASE WHEN %(adds)s THEN problems_problem.count ELSE 0 END
"""
_COLUMNS = (
    "open_key, kind, subject, website_id, severity, text, remedy, url, wording, evidence,"
    " count, first_seen, last_seen"
)
_POSTGRESQL = f"""
INSERT INTO problems_problem ({_COLUMNS})
SELECT f.open_key, f.kind, f.subject, f.website_id, f.severity, f.text, f.remedy, f.url,
    f.wording, f.evidence, f.count, %(now)s::timestamptz, %(now)s::timestamptz
FROM jsonb_to_recordset(%(findings)s::jsonb) AS f(open_key text, kind text, subject text,
    website_id bigint, severity smallint, text text, remedy text, url text, wording jsonb,
    evidence jsonb, count bigint)
ORDER BY f.open_key
{ON_CONFLICT}
"""  # noqa: S608
_SQLITE = f"""
INSERT INTO problems_problem ({_COLUMNS})
SELECT f.value ->> 'open_key', f.value ->> 'kind', f.value ->> 'subject',
    f.value ->> 'website_id', f.value ->> 'severity', f.value ->> 'text', f.value ->> 'remedy',
    f.value ->> 'url', nullif(f.value -> 'wording', 'null'), f.value -> 'evidence',
    f.value ->> 'count', %(now)s, %(now)s
FROM json_each(%(findings)s) AS f WHERE true
{ON_CONFLICT}
"""  # noqa: S608


def raise_problems(findings: Iterable[Finding], *, now: datetime | None = None) -> int:
    """Open problems for these findings, or add to those that are open; return how many findings.

    One statement per kind that adds, and one for all others. Findings of the same kind, subject
    and website are one; their counts are added up.
    """
    merged: dict[str, Finding] = {}
    counts: dict[str, int] = {}
    for finding in findings:
        merged[finding.key] = finding
        counts[finding.key] = counts.get(finding.key, 0) + finding.count
    at = now or clock.now()
    with transaction.atomic(savepoint=False):
        for adds in (True, False):
            rows = [
                _row(finding, counts[key])
                for key, finding in merged.items()
                if finding.kind.adds == adds
            ]
            if rows:
                _upsert(rows, adds=adds, now=at)
        tell_of_opened(at, keys=merged)
    return len(merged)


def end_problems(
    kind: Kind,
    subjects: Collection[str] | None = None,
    *,
    website_id: int | None = None,
    now: datetime | None = None,
) -> int:
    """End the open problems of a kind whose cause has gone: all, or those about `subjects`."""
    ended = open_problems(kind)
    if subjects is not None:
        ended = ended.filter(
            open_key__in=[open_key(kind, subject, website_id) for subject in subjects]
        )
    return end(ended, now or clock.now())


def settle(
    kind: Kind, findings: Sequence[Finding], *, now: datetime | None = None
) -> tuple[int, int]:
    """Make the open problems of a kind exactly these: what a detector says after each look.

    Returns how many are open and how many have ended.
    """
    at = now or clock.now()
    with transaction.atomic():
        keys = [finding.key for finding in findings]
        gone = open_problems(kind).exclude(open_key__in=keys)
        ended = end(gone, at)
        raise_problems(findings, now=at)
    return len(findings), ended


def open_problems(kind: Kind) -> QuerySet[Problem]:
    """Return the problems of a kind that are open."""
    return Problem.objects.filter(kind=kind.name, resolved_at__isnull=True)


def snooze(
    problems: QuerySet[Problem], *, by: User, until: datetime | None = None, text: str = ""
) -> int:
    """Hide open problems until a time, or without one until they have grown tenfold."""
    rows = problems.filter(resolved_at__isnull=True)
    done = f"Snoozed until {until:%Y-%m-%d %H:%M} UTC." if until else "Snoozed until it grows."
    with transaction.atomic():
        _note(rows, done, text, by)
        grown = F("count") * GROWN if until is None else Value(None)
        return rows.update(snoozed_until=until, snoozed_count=grown)


def end_of_snooze(hours: int, now: datetime) -> datetime:
    """Return when so many hours are over. Raises ProblemRefused for too few or too many."""
    if not 1 <= hours <= LONGEST_SNOOZE_HOURS:
        raise ProblemRefused(f"A problem is snoozed for 1 to {LONGEST_SNOOZE_HOURS:,} hours.")
    return now + timedelta(hours=hours)


def wake(problems: QuerySet[Problem], *, by: User) -> int:
    """Show snoozed problems again."""
    rows = problems.filter(resolved_at__isnull=True)
    with transaction.atomic():
        _note(rows, "No longer snoozed.", "", by)
        return rows.update(snoozed_until=None, snoozed_count=None)


def take(problems: QuerySet[Problem], *, by: User, text: str = "") -> int:
    """Make somebody the owner of open problems."""
    rows = problems.filter(resolved_at__isnull=True)
    with transaction.atomic():
        _note(rows, "Taken.", text, by)
        return rows.update(owner=by)


def resolve(problems: QuerySet[Problem], *, by: User, text: str = "") -> int:
    """End open problems by hand. One whose cause goes on is raised anew."""
    rows = problems.filter(resolved_at__isnull=True)
    with transaction.atomic():
        _note(rows, "Resolved.", text, by)
        return end(rows, clock.now(), resolved_by=by)


def note(problem: Problem, text: str, *, by: User) -> ProblemNote:
    """Write a remark on a problem."""
    return ProblemNote.objects.create(problem=problem, user=by, text=text, created_at=clock.now())


def _note(problems: QuerySet[Problem], done: str, text: str, by: User) -> None:
    """Write on problems what was done, and why. Raises ProblemRefused if that is too long."""
    if len(text) > LONGEST_NOTE:
        raise ProblemRefused(f"A note has at most {LONGEST_NOTE:,} characters.")
    words, now = f"{done} {text}".strip(), clock.now()
    ProblemNote.objects.bulk_create(
        [
            ProblemNote(problem_id=pk, user=by, text=words, created_at=now)
            for pk in problems.values_list("pk", flat=True)
        ]
    )


def _row(finding: Finding, count: int) -> dict[str, Any]:
    return {
        "open_key": finding.key,
        "kind": finding.kind.name,
        "subject": finding.subject[:_SUBJECT_LENGTH],
        "website_id": finding.website_id,
        "severity": int(finding.severity or finding.kind.severity),
        "text": finding.text,
        "remedy": finding.remedy,
        "url": finding.url,
        "wording": _wording(finding),
        "evidence": finding.evidence,
        "count": count,
    }


def _wording(finding: Finding) -> dict[str, Any] | None:
    """Return what its sentences were made of, to be shown in other languages."""
    sources = {"text": made_of(finding.text), "remedy": made_of(finding.remedy)}
    return {name: source for name, source in sources.items() if source is not None} or None


def _upsert(rows: Sequence[dict[str, Any]], *, adds: bool, now: datetime) -> None:
    is_postgresql = connection.vendor == "postgresql"
    statement = _POSTGRESQL if is_postgresql else _SQLITE
    at = now if is_postgresql else connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(
            statement, {"findings": orjson.dumps(rows).decode(), "adds": adds, "now": at}
        )
