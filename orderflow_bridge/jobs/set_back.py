"""A clock that was ahead and has been set right: what it wrote is moved back with it.

Otherwise everything that was written meanwhile would wait until the wrong time comes: slots that
are filled already, leases of dead workers, orders that are due tomorrow.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import DateTimeField, F, Max, Model, Value
from django.db.models.functions import Greatest

from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.file_transfer.models import FileImport
from orderflow_bridge.jobs.models import JobLease, JobRun
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.restapi.bulk.models import Bulk
from orderflow_bridge.sales.models import Order

# Every time that something waits for.
_AWAITED: tuple[tuple[type[Model], str], ...] = (
    (JobLease, "until"),
    *(
        (queue, column)
        for queue in (Request, Bulk, FileImport, OutgoingMail)
        for column in ("claimed_until", "retry_at")
    ),
    (WebhookEvent, "due_at"),
    (Order, "orderflow_due_at"),
    (ProductWebsite, "orderflow_due_at"),
)

log = structlog.get_logger(__name__)


def turn_back(now: datetime, back: timedelta) -> None:
    """Move what lies in the future back by as much as the clock was, but not before `now`.

    The slots that were filled ahead are kept as a record and make room: their minutes come again.
    What was written before the clock went wrong may come up earlier than planned, which does no
    harm. Of several callers one does the work.
    """
    with transaction.atomic():
        ahead = JobRun.objects.filter(scope=JobRun.Scope.SCHEDULE, scheduled_for__gt=now)
        newest = ahead.aggregate(newest=Max("pk"))["newest"]
        if newest is None or not ahead.update(scope=f"clock ahead {newest}"):
            return
        for model, column in _AWAITED:
            _move(model, column, now, back)
    log.warning("clock_set_back", minutes=int(back.total_seconds() // 60))


def _move(model: type[Model], column: str, now: datetime, back: timedelta) -> None:
    earlier = Greatest(
        Value(now, output_field=DateTimeField()), F(column) - back, output_field=DateTimeField()
    )
    model._default_manager.filter(**{f"{column}__gt": now}).update(**{column: earlier})
