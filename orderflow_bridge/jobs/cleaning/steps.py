"""What is cleaned, one function per kind. Each returns how many it has dealt with.

What protects from duplicates is not here: `SourceItem.last_sequence_id` and `Despatch` stay for
ever, and a request that has not been processed is never touched (docs/contract/shop-rules.md,
"Log cleaning").
"""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import F, Q, QuerySet

from exports.models import Export
from imports.history import delete_imports_before
from orderflow_bridge.access.lockout import forget_unused_addresses
from orderflow_bridge.access.models import FailedSignIn
from orderflow_bridge.access.services import delete_expired_tokens
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.file_transfer.models import FileImport
from orderflow_bridge.jobs.cleaning.batches import Allowance, delete_oldest, oldest_first
from orderflow_bridge.jobs.cleaning.cutoffs import Cutoffs
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
_FILE_WEIGHT = 1_000


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
    return delete_oldest(old, allowance, weight=_FILE_WEIGHT)


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
        status=OutgoingMail.Status.FAILED
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
    settled = WebhookEvent.objects.filter(created_at__lte=cutoffs.diary)
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


def _processed(created_until: datetime) -> QuerySet[Request]:
    return Request.objects.filter(processed_at__isnull=False, created_at__lte=created_until)
