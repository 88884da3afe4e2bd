"""What processing would do, without doing it: the importers run, and everything is rolled back.

There is no second judgement: what is shown is what the importers wrote a moment before it was
undone.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db import OperationalError, transaction
from django.utils import timezone

from imports.despatch import order_number
from imports.history import ensure_partitions
from imports.inventory.lines import meant_by, read_line
from imports.inventory.unknown_skus import sku_aliases
from imports.models import Import, ImportLine
from imports.services import IMPORTERS, SETTINGS, Processed, tally
from orderflow_bridge.common.choices import Entity, RequestType, Result
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.statements import wait_briefly
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import Claim
from orderflow_bridge.sales.models import Order, Shipment
from orderflow_bridge.sales.selectors import numbered

MOST_LINES = 2_000
LINES_SHOWN = 200
BUSY = _("The same stock or order is being written at this moment. Please try again.")
NOT_WAITING = _("Nothing of this waits any more: it has been processed already.")

Stock = dict[tuple[str, str], Decimal]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decided:
    """A line as it would be judged; stock lines also with the quantity before and after."""

    reference: str
    source_code: str
    sequence_id: int | None
    result: Result
    message: str
    before: Decimal | None = None
    after: Decimal | None = None


@dataclass(frozen=True)
class Sent:
    """A shipment that would be made, and what would become of its order."""

    order_number: str
    source_code: str
    items: tuple[tuple[str, Decimal], ...]
    tracks: tuple[str, ...]
    status_before: str
    status_after: str


@dataclass(frozen=True)
class Preview:
    """What would happen. `problem` says why nothing would, or why it cannot be told.

    `lines` are the first ones; `decided` is how many were judged of the `total`. `recipients` are
    the addresses that would be written to.
    """

    entity: Entity | None = None
    counts: Processed = field(default_factory=Processed)
    lines: Sequence[Decided] = ()
    shipments: Sequence[Sent] = ()
    recipients: Sequence[str] = ()
    decided: int = 0
    total: int = 0
    problem: str = ""
    is_switched_off: bool = False


def preview_requests(ids: Sequence[int]) -> Preview:
    """Return what processing these import requests would do. Nothing is left of it."""
    return previewed(lambda: ids)


def previewed(make: Callable[[], Sequence[int]]) -> Preview:
    """Return what processing the requests that `make` makes would do; they are undone as well.

    `make` returns ids of waiting import requests of one kind. The first 2,000 lines are judged:
    what comes later in a message changes nothing about them.
    """
    try:
        with transaction.atomic():
            wait_briefly()
            preview = _decide(make())
            transaction.set_rollback(True)
    except BridgeError as refusal:
        return Preview(problem=str(refusal))
    except OperationalError:
        logger.info("import_preview_gave_way", exc_info=True)
        return Preview(problem=BUSY)
    return preview


def _decide(ids: Sequence[int]) -> Preview:
    """Run the importer on the requests, inside the transaction that is about to be undone."""
    waiting = list(
        Request.objects.filter(
            pk__in=ids, type=RequestType.IMPORT, processed_at__isnull=True
        ).order_by("pk")
    )
    if not waiting:
        return Preview(problem=NOT_WAITING)
    entity = Entity(waiting[0].entity)
    claims = _shortened([_claim(request) for request in waiting])
    before = _stock_of(claims) if entity == Entity.INVENTORY else {}
    numbers = {order_number(claim.lines) for claim in claims}
    statuses = _statuses(numbers)
    numbers |= set(statuses)
    written = set(_mails(numbers))
    ensure_partitions(timezone.now().date())
    reports = IMPORTERS[entity](claims)
    if not reports:
        why = Request.objects.filter(pk__in=ids).exclude(last_error="")
        return Preview(problem=why.values_list("last_error", flat=True).first() or NOT_WAITING)
    return Preview(
        entity=entity,
        counts=tally(reports),
        lines=_lines(reports, before),
        shipments=_shipments(claims, statuses) if entity == Entity.SHIPMENT else (),
        recipients=[to for pk, to in _mails(numbers).items() if pk not in written],
        decided=sum(len(claim.lines) for claim in claims),
        total=sum(request.line_count for request in waiting),
        is_switched_off=not SETTINGS[entity]().is_enabled,
    )


def _claim(request: Request) -> Claim:
    return Claim(
        request.pk,
        request.message_id,
        request.fence,
        request.lines,
        request.created_at,
        request.attempts,
        request.operation,
    )


def _shortened(claims: Iterable[Claim]) -> list[Claim]:
    """Return as many claims and lines as a preview may take its time for."""
    left = MOST_LINES
    kept = []
    for claim in claims:
        if left <= 0:
            break
        kept.append(replace(claim, lines=claim.lines[:left]))
        left -= len(claim.lines)
    return kept


def _stock_of(claims: Iterable[Claim]) -> Stock:
    """Return the quantities as they are, by SKU and source."""
    aliases = sku_aliases()
    lines = [meant_by(read_line(stored), aliases) for claim in claims for stored in claim.lines]
    items = SourceItem.objects.filter(
        product__sku_key__in={line.sku for line in lines},
        source__in={line.source for line in lines},
    )
    return {
        (sku, source): quantity
        for sku, source, quantity in items.values_list("product__sku", "source_id", "quantity")
    }


def _lines(reports: Sequence[Import], before: Stock) -> list[Decided]:
    """Return the lines just written, each stock figure with the one it would replace."""
    by_id = {report.pk: report for report in reports}
    stock = dict(before)
    decided = []
    for line in ImportLine.objects.filter(parent__in=by_id).order_by("id")[:LINES_SHOWN]:
        line.parent = by_id[line.parent_id]
        key = (line.reference, line.source_code)
        is_applied = line.result == Result.SUCCESS and line.units_applied is not None
        decided.append(
            Decided(
                line.reference,
                line.source_code,
                line.sequence_id,
                Result(line.result),
                line.message,
                stock.get(key),
                line.units_applied if is_applied else None,
            )
        )
        if is_applied and line.units_applied is not None:
            stock[key] = line.units_applied
    return decided


def _statuses(numbers: Collection[str]) -> dict[str, str]:
    orders = Order.objects.filter(numbered(numbers))
    return {order.increment_id: order.status_label for order in orders}


def _mails(numbers: Collection[str]) -> dict[int, str]:
    """Return the e-mails about these orders: recipients by id."""
    mails = OutgoingMail.objects.filter(reference__in=set(numbers) - {""})
    return dict(mails.values_list("pk", "recipient"))


def _shipments(claims: Iterable[Claim], statuses: Mapping[str, str]) -> list[Sent]:
    """Return the shipments just made."""
    made = (
        Shipment.objects.filter(
            order__increment_id__in=statuses,
            despatch__request_id__in=[claim.id for claim in claims],
        )
        .select_related("order")
        .prefetch_related("items", "tracks")
        .order_by("id")
    )
    return [
        Sent(
            shipment.order.increment_id,
            shipment.source_code,
            tuple((item.sku, item.qty) for item in shipment.items.all()),
            tuple(track.track_number for track in shipment.tracks.all()),
            statuses[shipment.order.increment_id],
            shipment.order.status_label,
        )
        for shipment in made
    ]
