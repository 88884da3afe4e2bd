"""Old rows for the cleaning's tests. `MIDNIGHT` is what five days mean on the 23rd (UTC)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from exports.models import Export, ExportLine
from imports.models import Import, ImportLine
from orderflow_bridge.common.choices import Entity, Operation, Result
from orderflow_bridge.jobs.cleaning import clean_logs
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import (
    Kind,
    WebhookAttempt,
    WebhookEvent,
)
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.stores.models import Website
from tests.factories import make_request
from tests.outbox.webhooks.shop import receiver_of

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 19, tzinfo=UTC)
JUST_AFTER = MIDNIGHT + timedelta(seconds=1)


def cleaned(**options: Any) -> str:
    """Clean as the job would on 23 November 2026 at two o'clock."""
    return clean_logs(now=NOW, **options)


def make_processed(created_at: datetime, **values: Any) -> Request:
    """Make a request that was processed as soon as it came."""
    return make_request(created_at=created_at, processed_at=created_at, **values)


def make_export(created_at: datetime, *, lines: int = 1, **values: Any) -> Export:
    """Make an export with lines."""
    export = Export.objects.create(
        entity=Entity.PRODUCT, operation=Operation.EXPORT, created_at=created_at, **values
    )
    for number in range(lines):
        ExportLine.objects.create(
            parent=export, result=Result.SUCCESS, reference=f"SKU-{number}", created_at=created_at
        )
    return export


def make_import(created_at: datetime, *, lines: int = 0, **values: Any) -> Import:
    """Make an import; its lines, where wanted, belong to a day that has a partition."""
    made = Import.objects.create(
        entity=Entity.INVENTORY,
        operation=Operation.UPDATE,
        successes=lines,
        created_at=created_at,
        **values,
    )
    for number in range(lines):
        ImportLine.objects.create(
            parent=made, result=Result.SUCCESS, reference=f"SKU-{number}", created_at=created_at
        )
    return made


def make_mail(created_at: datetime, status: str, **values: Any) -> OutgoingMail:
    """Make an e-mail in the outbox."""
    return OutgoingMail.objects.create(
        recipient="shop@example.com",
        subject="Shipped",
        text="Your parcel is on its way.",
        status=status,
        created_at=created_at,
        **values,
    )


def make_webhook(website: Website, created_at: datetime, status: str) -> WebhookEvent:
    """Make an event in the outbox of webhooks, of the website's receiver, with its attempt."""
    event = WebhookEvent.objects.create(
        event_id=f"msg_{uuid4().hex}",
        kind=Kind.ORDER_EXPORTED,
        receiver=receiver_of(website),
        reference="000000005",
        topic="order 000000005",
        body="{}",
        status=status,
        created_at=created_at,
    )
    WebhookAttempt.objects.create(event=event, made_at=created_at, body="{}", error="No answer.")
    return event
