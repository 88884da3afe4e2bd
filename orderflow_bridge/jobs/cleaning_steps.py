"""What is cleaned: how old is old, how much at once, and one function per kind of row.

Each function returns how many it has dealt with. Everything goes in small bites: cleaning never
locks many rows for long, and can stop after any of them.

What protects from duplicates is not here: `SourceItem.last_sequence_id` and `Despatch` stay for
ever, and a request that has not been processed is never touched (docs/contract/shop-rules.md,
"Log cleaning").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.sessions.models import Session
from django.db.models import F, Q, QuerySet

from exports.models import Export
from imports.history import delete_imports_before
from imports.models import IgnoredSku, WaitingSku
from orderflow_bridge.access.lockout import forget_unused_addresses
from orderflow_bridge.access.models import FailedSignIn
from orderflow_bridge.access.services import delete_expired_tokens
from orderflow_bridge.configuration.sections import LogCleaning
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.file_transfer.models import FileImport
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.problems.models import ChatMessage, Problem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.restapi.bulk.models import Bulk

# One row of these weighs as much as so many plain ones.
_EXPORT_WEIGHT = 20
_IMPORT_WEIGHT = 2
_BODY_WEIGHT = 8
_BULK_WEIGHT = 100
FILE_WEIGHT = 1_000
# Magento keeps the record of failed jobs ten times as long as that of good ones.
_FAILURES_KEPT_TIMES = 10
_RUN_DONE = (JobRun.Status.SUCCESS, JobRun.Status.SKIPPED)


@dataclass(frozen=True)
class Cutoffs:
    """What was created at or before these moments goes; None lets everything of the kind stay.

    `diary` is for what the bridge writes about itself: log files, sent e-mails, job runs, failed
    sign-ins; `failures` for the runs of jobs that failed. `now` is the moment they are seen from.
    """

    now: datetime
    exports: datetime | None
    imports: datetime | None
    requests: datetime | None
    bodies: datetime | None
    diary: datetime | None
    failures: datetime | None


def cutoffs_of(durations: LogCleaning, *, now: datetime, zone: ZoneInfo) -> Cutoffs:
    """Return the moments that the configured durations mean at `now` (aware)."""
    today = now.astimezone(zone).date()
    diary = durations.web_log_duration
    return Cutoffs(
        now=now,
        exports=cutoff(durations.export_duration, today=today, zone=zone),
        imports=cutoff(durations.import_duration, today=today, zone=zone),
        requests=cutoff(durations.request_duration, today=today, zone=zone),
        bodies=cutoff(durations.xml_log_duration, today=today, zone=zone),
        diary=cutoff(diary, today=today, zone=zone),
        failures=cutoff(diary and diary * _FAILURES_KEPT_TIMES, today=today, zone=zone),
    )


def cutoff(days: int | None, *, today: date, zone: ZoneInfo) -> datetime | None:
    """Return, in UTC, the shop's midnight of today − (days − 1) days; None for no duration.

    With 5 days, on the 23rd, that is 00:00 on the 19th. A duration that is unset, zero or negative
    would reach into today, so nothing goes.
    """
    if days is None or days < 1:
        return None
    midnight = datetime.combine(today - timedelta(days=days - 1), time.min, tzinfo=zone)
    return midnight.astimezone(UTC)


class Allowance:
    """The time one run may take, and the rows one transaction may touch.

    Every kind of row gets at least one batch, so that a long backlog of one kind cannot keep the
    others from being cleaned.
    """

    def __init__(self, *, seconds: float, rows: int) -> None:
        self.rows = rows
        self.is_used_up = False
        self._ends_at = monotonic() + seconds

    def allows_more(self) -> bool:
        """Tell whether there is time for another batch; remember it when there is not."""
        if monotonic() < self._ends_at:
            return True
        self.is_used_up = True
        return False


def delete_exports(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete old exports with their lines."""
    if cutoffs.exports is None:
        return 0
    old = Export.objects.filter(created_at__lte=cutoffs.exports)
    return delete_oldest(old, allowance, weight=_EXPORT_WEIGHT)


def delete_imports(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete old imports with their lines; on PostgreSQL whole days of lines are dropped."""
    if cutoffs.imports is None:
        return 0
    # The history deletes what is older than a moment; here the moment itself goes too.
    before = cutoffs.imports + timedelta(microseconds=1)
    at_once = max(allowance.rows // _IMPORT_WEIGHT, 1)
    deleted = 0
    while True:
        gone = delete_imports_before(before, limit=at_once)
        deleted += gone
        if gone < at_once or not allowance.allows_more():
            return deleted


def delete_ignored_quantities(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete waiting figures of SKUs that are ignored and that OrderFlow no longer names.

    A figure that nobody has ignored is owed to whoever creates the product, and stays. That a SKU
    is ignored stays as well: a person said so.
    """
    if cutoffs.imports is None:
        return 0
    ignored = IgnoredSku.objects.values("sku_key")
    old = WaitingSku.objects.filter(sku_key__in=ignored, last_seen__lte=cutoffs.imports)
    return delete_oldest(old.annotate(created_at=F("last_seen")), allowance)


def delete_problems(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete problems that have ended as long ago as imports, and chat messages with e-mails."""
    deleted = 0
    if cutoffs.imports is not None:
        ended = Problem.objects.filter(resolved_at__lte=cutoffs.imports)
        deleted += delete_oldest(ended.annotate(created_at=F("resolved_at")), allowance)
    if cutoffs.diary is not None:
        done = ChatMessage.objects.filter(due_at__isnull=True, created_at__lte=cutoffs.diary)
        delete_oldest(done, allowance)
    return deleted


def delete_requests(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete old requests that have been processed. Their histories stay, without a request."""
    if cutoffs.requests is None:
        return 0
    return delete_oldest(_processed(cutoffs.requests), allowance, weight=_BODY_WEIGHT)


def delete_bulks(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete old bulk calls that have been carried out. Waiting ones stay."""
    if cutoffs.requests is None:
        return 0
    old = Bulk.objects.filter(finished_at__isnull=False, created_at__lte=cutoffs.requests)
    return delete_oldest(old, allowance, weight=_BULK_WEIGHT)


def delete_files(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete old files that were imported, refused or cancelled, with what became of their rows."""
    if cutoffs.imports is None:
        return 0
    old = FileImport.objects.filter(finished_at__isnull=False, created_at__lte=cutoffs.imports)
    return delete_oldest(old, allowance, weight=FILE_WEIGHT)


def empty_bodies(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Empty the stored messages of old requests that have been processed; return how many requests.

    Processed and without a body is what the admin shows as "Request Unavailable".
    """
    if cutoffs.bodies is None:
        return 0
    with_body = Q(request_body__isnull=False) | Q(response_body__isnull=False)
    full = _processed(cutoffs.bodies).filter(with_body)
    return sum(
        Request.objects.filter(pk__in=ids).update(request_body=None, response_body=None)
        for ids in oldest_first(full, allowance, weight=_BODY_WEIGHT)
    )


def delete_mails(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete e-mails that were sent, or given up, long ago. Waiting ones stay."""
    if cutoffs.diary is None:
        return 0
    done = Q(status=OutgoingMail.Status.SENT, sent_at__lte=cutoffs.diary) | Q(
        status__in=(OutgoingMail.Status.FAILED, OutgoingMail.Status.KEPT)
    )
    return delete_oldest(
        OutgoingMail.objects.filter(done, created_at__lte=cutoffs.diary), allowance
    )


def delete_webhooks(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete webhooks that were delivered or replaced long ago, and given up very long ago."""
    if cutoffs.diary is None:
        return 0
    done = (WebhookEvent.Status.DELIVERED, WebhookEvent.Status.REPLACED)
    old = Q(status__in=done, created_at__lte=cutoffs.diary)
    if cutoffs.failures:
        old |= Q(status=WebhookEvent.Status.GIVEN_UP, created_at__lte=cutoffs.failures)
    settled = WebhookEvent.objects.filter(created_at__lte=cutoffs.diary)  # attempts go with them
    return delete_oldest(settled.filter(old), allowance)


def delete_failed_sign_ins(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Forget failed sign-ins that can no longer lock anybody out."""
    if cutoffs.diary is None:
        return 0
    still_locked = cutoffs.now - timedelta(seconds=web_services().lockout_seconds)
    old = FailedSignIn.objects.filter(attempt_time__lte=min(cutoffs.diary, still_locked))
    removed: int = old.delete()[0]
    return removed


def delete_expired_logins(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete expired tokens and sessions, and addresses long unused, whatever the durations."""
    expired_sessions = Session.objects.filter(expire_date__lte=cutoffs.now)
    forget_unused_addresses()
    return delete_expired_tokens() + expired_sessions.delete()[0]


def delete_runs(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete runs older than Web Log Duration; failed ones are kept ten times as long.

    A run that waits or is at work stays.
    """
    if cutoffs.diary is None or cutoffs.failures is None:
        return 0
    old = Q(status__in=_RUN_DONE, created_at__lte=cutoffs.diary) | Q(
        status=JobRun.Status.FAILED, created_at__lte=cutoffs.failures
    )
    return delete_oldest(JobRun.objects.filter(old), allowance)


def _processed(created_until: datetime) -> QuerySet[Request]:
    return Request.objects.filter(processed_at__isnull=False, created_at__lte=created_until)


def oldest_first(
    rows: QuerySet[Any], allowance: Allowance, *, weight: int = 1
) -> Iterator[list[int]]:
    """Yield the ids of `rows`, oldest first, a batch at a time while the allowance lasts.

    `weight` is how many ordinary rows one of these amounts to: one with a long body, or with lines.
    """
    at_once = max(allowance.rows // weight, 1)
    seen: tuple[Any, int] | None = None
    while True:
        found = list(
            _after(rows, seen)
            .order_by("created_at", "pk")
            .values_list("created_at", "pk")[:at_once]
        )
        if found:
            yield [pk for _, pk in found]
        if len(found) < at_once or not allowance.allows_more():
            return
        seen = found[-1]


def delete_oldest(rows: QuerySet[Any], allowance: Allowance, *, weight: int = 1) -> int:
    """Delete `rows`, each batch in a transaction of its own; return how many.

    Only ids are read: the rows may carry long bodies. What refers to them is cut off or deleted
    too, as its model says.
    """
    deleted = 0
    for ids in oldest_first(rows, allowance, weight=weight):
        batch = rows.model._base_manager.filter(pk__in=ids).only("pk")
        batch.delete()
        deleted += len(ids)
    return deleted


def _after(rows: QuerySet[Any], seen: tuple[Any, int] | None) -> QuerySet[Any]:
    """Narrow `rows` to those behind the last one seen; the first condition is for the index."""
    if seen is None:
        return rows
    created_at, pk = seen
    return rows.filter(
        Q(created_at__gte=created_at) & (Q(created_at__gt=created_at) | Q(pk__gt=pk))
    )
