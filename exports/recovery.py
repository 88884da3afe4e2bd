"""After a crash: closing what a dead run has left open.

The products and orders come up again by themselves when the dead run's lease ends. Here its request
gets the lines that are missing, so that the history tells what is known and what is not.
"""

from collections.abc import Sequence

from django.db.models import F

from exports.claims import Batch
from exports.models import ExportLine
from exports.outcomes import Fate, Outcome, Target
from exports.settling import close, export_of, write_lines
from exports.texts import INTERRUPTED
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import close_abandoned

_ANNOUNCEMENTS = (Operation.CREATE, Operation.UPDATE)


def recover_interrupted(entity: Entity, *, ids: Sequence[int] | None = None) -> int:
    """Close the requests of runs that died while announcing this entity; return how many.

    With `ids`, only those of them.
    """
    announcements = Request.objects.filter(
        type=RequestType.EXPORT, entity=entity, operation__in=_ANNOUNCEMENTS
    )
    if ids is not None:
        announcements = announcements.filter(pk__in=ids)
    return close_abandoned(announcements, _close)


def _close(request: Request) -> None:
    """Record the lines whose answer nobody knows, and close the request."""
    # The raised fence keeps out the dead run, should it only have been very slow.
    Request.objects.filter(pk=request.pk).update(fence=F("fence") + 1)
    batch = _batch_of(request)
    export = export_of(batch)
    known = set(ExportLine.objects.filter(parent=export).values_list("reference", flat=True))
    unknown = [target for target in batch.targets if target.reference not in known]
    write_lines(export, [Outcome(target, Fate.FAILED, INTERRUPTED) for target in unknown])
    close(batch, summary=INTERRUPTED.encode())


def _batch_of(request: Request) -> Batch:
    """Read a batch back from its request; its rows are no longer held."""
    lines = [line.get("increment_id") or line.get("sku") or "" for line in request.lines]
    return Batch(
        entity=Entity(request.entity),
        operation=Operation(request.operation),
        group=(request.website,) if request.website else (),
        targets=tuple(Target(0, reference) for reference in lines),
        claimed_at=request.created_at,
        request_id=request.pk,
        message_id=request.message_id,
        fence=request.fence + 1,
    )
