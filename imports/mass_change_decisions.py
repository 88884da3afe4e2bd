"""What people decide about a held mass change. Nothing is decided by the passing of time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from imports.history import ensure_partitions
from imports.inventory.lines import read_line
from imports.inventory.mass_changes import LOOKING, gone_lines
from imports.models import Import, ImportLine, MassChange, StockWatch
from imports.restoring import Restoration, restore
from imports.services import Processed, process_imports
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, Operation, Result
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.statements import insert_rows, take_turns
from orderflow_bridge.configuration.selectors import inventory_import
from orderflow_bridge.problems.kinds import MASS_CHANGE
from orderflow_bridge.problems.services import end_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import held_requests, let_go

# Without a window, for so long the rest of an approved push may follow.
_WITHOUT_WINDOW = 60
_REQUESTS_AT_ONCE = 20


def apply_change(change: MassChange, *, by: str) -> Processed:
    """Approve of a held change, and process its messages.

    Until the window has passed its sources may run out further: a push is many messages. The
    decision is committed first; what cannot be processed now waits in the queue like any message.
    Raises ActionNotAvailable if somebody has decided before, ImportsDisabled if the import is off.
    """
    with transaction.atomic():
        take_turns(LOOKING)
        decided = _decide(change, MassChange.Decision.APPLIED, by)
        minutes = inventory_import().mass_change_within or _WITHOUT_WINDOW
        until = clock.now() + timedelta(minutes=minutes)
        for source_code in decided.source_codes:
            StockWatch.objects.update_or_create(pk=source_code, defaults={"approved_until": until})
        let_go(decided.request_ids)
    return process_imports(Entity.INVENTORY, ids=decided.request_ids)


def discard_change(change: MassChange, *, by: str) -> int:
    """Write the lines of a held change down as discarded, apply none; return how many.

    The marks of sequence ids do not move, so a good push with the same ones applies. Raises
    ActionNotAvailable if somebody has decided before.
    """
    now = clock.now()
    ensure_partitions(now.date())
    count = 0
    with transaction.atomic():
        decided = _decide(change, MassChange.Decision.DISCARDED, by)
        ids = decided.request_ids
        for start in range(0, len(ids), _REQUESTS_AT_ONCE):
            some = held_requests().filter(pk__in=ids[start : start + _REQUESTS_AT_ONCE])
            count += sum(_discard(request, now) for request in some.order_by("pk"))
        held_requests().filter(pk__in=ids).update(processed_at=now, retry_at=None, last_error="")
    return count


def undoable_lines(change: MassChange) -> QuerySet[ImportLine]:
    """Return the lines by which items ran out within the change's window, before it was held."""
    within = Q(pk__in=())
    for each in change.sources:
        since = datetime.fromisoformat(each["since"])
        within |= Q(source_code=each["source_code"], created_at__gte=since)
    earliest = min(datetime.fromisoformat(each["since"]) for each in change.sources)
    return gone_lines(earliest).filter(within, created_at__lte=change.held_at)


def undo_change(change: MassChange, *, by: str) -> Restoration:
    """Put back what ran out within the window before the change was held.

    It neither applies nor discards the change itself. Raises ActionNotAvailable if there is nothing
    to put back.
    """
    return restore(undoable_lines(change), by=by)


def _decide(change: MassChange, decision: MassChange.Decision, by: str) -> MassChange:
    """Write a decision down, once, and end the problem."""
    locked = MassChange.objects.select_for_update().get(pk=change.pk)
    if not locked.is_open:
        is_applied = locked.decision == MassChange.Decision.APPLIED
        text = (
            _("%(user)s has decided before: applied.")
            if is_applied
            else _("%(user)s has decided before: discarded.")
        )
        raise ActionNotAvailable(text % {"user": locked.decided_by})
    locked.decision, locked.decided_at, locked.decided_by = decision, clock.now(), by
    locked.save(update_fields=["decision", "decided_at", "decided_by"])
    end_problems(MASS_CHANGE)
    return locked


def _discard(request: Request, now: datetime) -> int:
    """Write the report on a request whose lines are all discarded; return how many there are."""
    lines = [read_line(stored) for stored in request.lines]
    spelling = _spellings(line.sku for line in lines)
    report = Import.objects.create(
        request=request,
        message_id=request.message_id,
        entity=Entity(request.entity),
        operation=Operation(request.operation),
        discarded=len(lines),
        created_at=now,
    )
    insert_rows(
        [
            ImportLine(
                parent=report,
                sequence_id=line.sequence_id,
                result=Result.DISCARDED,
                reference=spelling.get(sku_key(line.sku), line.sku),
                source_code=line.source,
                units_received=line.quantity,
                created_at=now,
            )
            for line in lines
        ]
    )
    return len(lines)


def _spellings(skus: Iterable[str]) -> dict[str, str]:
    """Return the products' own spellings of SKUs, by their keys."""
    products = Product.objects.filter(sku_key__any_of={sku_key(sku) for sku in skus}).order_by()
    return dict(products.values_list("sku_key", "sku"))
