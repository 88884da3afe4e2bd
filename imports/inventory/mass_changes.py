"""Mass changes: finding out that a batch would take too much out of stock, and holding it.

What a batch writes tells in the same statement what ran out by it; only when that comes near a
limit are the source's items counted, one worker at a time (docs/stock.md, "Mass changes"). It is
found in the transaction that must not commit; the messages are held after that was rolled back.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet, Sum
from django.urls import reverse

from imports.inventory.lines import Batch
from imports.models import Import, ImportLine, MassChange, StockWatch
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Result
from orderflow_bridge.common.exceptions import BridgeError, LeaseLost
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.statements import take_turns
from orderflow_bridge.common.worded import worded
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.problems.kinds import MASS_CHANGE
from orderflow_bridge.problems.services import Finding, raise_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import Claim, give_back_claims, hold_claims
from orderflow_bridge.sales.models import OrderItem

# For so long a count of a source's items is good enough to tell whether to look closer.
COUNTED_FOR = timedelta(minutes=15)
# A batch is looked at closer from this part of a limit on: half of it altogether, because the count
# may be some minutes old; an eighth by itself, because other workers' batches do not show yet.
_ALTOGETHER, _BY_ITSELF = 2, 8
LARGEST_SHOWN = 200
SOLD_WITHIN = timedelta(days=30)
# Its key: one worker after the other looks and holds.
LOOKING = 250_716
logger = logging.getLogger(__name__)


class RanOut(NamedTuple):
    """Items of a source that went from above zero to zero or below.

    `items` did in a batch, `earlier` before it within the window; `in_stock` is how many the source
    had when it was last counted, None if that is too long ago.
    """

    source_code: str
    items: int
    earlier: int
    in_stock: int | None


@dataclass(frozen=True)
class Limits:
    """Both limits of a mass change: a share in per cent, and a number of items; 0 is none."""

    share: int
    at_least: int

    def are_reached(self, gone: int, in_stock: int) -> bool:
        """Tell whether `gone` items are a mass change for a source that had `in_stock`."""
        return gone > 0 and gone >= self.at_least and gone * 100 >= self.share * in_stock

    def may_be_reached(self, ran_out: RanOut) -> bool:
        """Tell from what is known without counting whether a batch must be looked at closer."""
        limit = max(self.at_least, self.share * (ran_out.in_stock or 0) / 100)
        altogether = ran_out.items + ran_out.earlier
        return altogether * _ALTOGETHER >= limit or ran_out.items * _BY_ITSELF >= limit


@dataclass(frozen=True)
class SourceChange:
    """What a source would have lost `since` a time (ISO): `gone` of the items it had in stock,
    `earlier` of them before this batch.
    """

    source_code: str
    gone: int
    in_stock: int
    earlier: int
    since: str


@dataclass(frozen=True)
class Loss:
    """What a batch alone would take out of stock; `largest` begins with what sells most."""

    items: int = 0
    units: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    largest: list[dict[str, Any]] = field(default_factory=list)


class MassChangeFound(BridgeError):
    """A batch would take too much out of stock. Whoever applies it must roll it back."""

    def __init__(self, sources: Sequence[SourceChange], loss: Loss, minutes: int) -> None:
        self.sources, self.loss = sources, loss
        super().__init__(describe(sources, minutes))


def describe(sources: Sequence[SourceChange], minutes: int) -> str:
    """Say in one sentence what would run out."""
    parts = [
        f"{each.gone:,} of {each.in_stock:,} items in stock at source {each.source_code}"
        for each in sources
    ]
    within = f" within {minutes} minutes" if minutes else ""
    return f"{' and '.join(parts)} would run out{within}: a mass change, which is held."


def refuse_mass_changes(batch: Batch, reports: Sequence[Import], ran_out: Sequence[RanOut]) -> None:
    """Raise MassChangeFound if this batch, which has just been written, reaches both limits.

    Costs nothing unless what ran out comes near them.
    """
    limits = Limits(batch.settings.mass_change_share, batch.settings.mass_change_at_least)
    near = sorted(each.source_code for each in ran_out if limits.may_be_reached(each))
    if not near:
        return
    take_turns(LOOKING)
    looked = [_look(batch, reports, source_code) for source_code in near]
    found = [each for each in looked if limits.are_reached(each.gone, each.in_stock)]
    if found:
        own = gone_lines(batch.since).filter(parent__in=reports)
        loss = _loss(own.filter(source_code__in=[each.source_code for each in found]), batch.now)
        raise MassChangeFound(found, loss, batch.settings.mass_change_within)


def gone_lines(since: datetime) -> QuerySet[ImportLine]:
    """Return the lines by which source items ran out; what safety stock keeps back is no loss."""
    gone = ImportLine.objects.filter(
        result=Result.SUCCESS, units_before__gt=0, units_applied__lte=0, created_at__gte=since
    )
    return gone.exclude(units_safety__gt=0).order_by()


def hold(found: MassChangeFound, claims: Sequence[Claim]) -> MassChange | None:
    """Hold these messages and raise the problem, in a transaction of its own.

    None if they are not held: another worker holds some already, so these wait in order, or has
    taken them over, or somebody has approved meanwhile. What cannot be written now is found again
    when the leases have ended.
    """
    try:
        with transaction.atomic():
            take_turns(LOOKING)
            if held_mass_change() is not None or _is_approved(found):
                give_back_claims(claims)
                return None
            hold_claims(claims)
            change = _record(found, claims)
            raise_problems([finding_of(change)])
    except (LeaseLost, DatabaseError):
        logger.exception("mass_change_not_held")
        return None
    logger.warning(
        "mass_change_held",
        extra={"mass_change": change.pk, "requests": change.request_ids, "items": change.items},
    )
    return change


def finding_of(change: MassChange) -> Finding:
    """Return what the list of problems says of a held mass change."""
    return Finding(
        MASS_CHANGE,
        ", ".join(change.source_codes)[:255],
        change.summary,
        worded(
            "Look at what would change; then apply it, or discard it and let OrderFlow send its"
            " stock again."
        ),
        reverse("admin:imports_masschange_change", args=(change.pk,)),
        count=sum(each["gone"] for each in change.sources),
        evidence={"mass_change": change.pk, "requests": change.request_ids},
    )


def held_mass_change() -> MassChange | None:
    """Return the mass change that nobody has decided on: while there is one, all stock waits."""
    return MassChange.objects.filter(decision=MassChange.Decision.OPEN).order_by("pk").first()


def _look(batch: Batch, reports: Sequence[Import], source_code: str) -> SourceChange:
    """Count what a source has lost: items that ran out within the window, and still are out."""
    watch = StockWatch.objects.filter(pk=source_code).first()
    # What somebody has approved does not count.
    since = max(batch.since, (watch and watch.approved_until) or batch.since)
    lines = gone_lines(since).filter(source_code=source_code)
    items = SourceItem.objects.filter(source=source_code).order_by()
    out = items.filter(quantity__lte=0)
    gone = out.filter(product__sku__in=lines.values("reference")).count()
    own = out.filter(product__sku__in=lines.filter(parent__in=reports).values("reference")).count()
    in_stock = gone + items.filter(quantity__gt=0).count()
    StockWatch.objects.update_or_create(
        pk=source_code, defaults={"in_stock": in_stock, "counted_at": batch.now}
    )
    return SourceChange(source_code, gone, in_stock, gone - own, since.isoformat())


def _loss(lines: QuerySet[ImportLine], now: datetime) -> Loss:
    """Add up what these lines would take, and name what sells most."""
    before = {
        (sku_key(sku), source): units
        for sku, source, units in lines.values_list("reference", "source_code", "units_before")
    }
    keys = {key for key, _ in before}
    products = {
        product.pk: product
        for product in Product.objects.filter(sku_key__any_of=keys)
        .order_by()
        .only("sku", "sku_key", "name", "price")
    }
    sold = _units_sold(products, now - SOLD_WITHIN)
    rows = []
    items = SourceItem.objects.filter(product__any_of=set(products), quantity__lte=0).order_by()
    for product_id, source in items.values_list("product_id", "source_id"):
        product = products[product_id]
        if units := before.get((product.sku_key, source)):
            value = units * (product.price or 0)
            rows.append((sold.get(product_id, Decimal(0)), value, units, source, product))
    rows.sort(key=lambda row: (-row[0], -row[1], row[4].sku))
    return Loss(
        len(rows),
        sum((units for _, _, units, _, _ in rows), Decimal(0)),
        sum((value for _, value, _, _, _ in rows), Decimal(0)),
        [
            {
                "sku": product.sku,
                "name": product.name,
                "source_code": source,
                "units": str(units),
                "value": str(value),
                "sold": str(units_sold),
            }
            for units_sold, value, units, source, product in rows[:LARGEST_SHOWN]
        ],
    )


def _units_sold(product_ids: Collection[int], since: datetime) -> dict[int, Decimal]:
    rows = (
        OrderItem.objects.filter(product__any_of=set(product_ids), order__created_at__gte=since)
        .order_by()
        .values_list("product_id")
        .annotate(units=Sum(F("qty_ordered") - F("qty_canceled")))
    )
    return dict(rows)


def _is_approved(found: MassChangeFound) -> bool:
    """Tell whether somebody has approved of all that was found since it was judged."""
    codes = [each.source_code for each in found.sources]
    approved = StockWatch.objects.filter(pk__in=codes, approved_until__gt=clock.now())
    return approved.count() == len(codes)


def _record(found: MassChangeFound, claims: Sequence[Claim]) -> MassChange:
    ids = [claim.id for claim in claims]
    senders = Request.objects.filter(pk__in=ids).order_by("received_by")
    return MassChange.objects.create(
        held_at=clock.now(),
        summary=str(found),
        sources=[asdict(each) for each in found.sources],
        items=found.loss.items,
        units=found.loss.units,
        value=found.loss.value,
        largest=found.loss.largest,
        request_ids=ids,
        message_ids=", ".join(claim.message_id for claim in claims if claim.message_id),
        received_by=", ".join(
            filter(None, senders.values_list("received_by", flat=True).distinct())
        ),
    )
