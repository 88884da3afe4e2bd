"""Putting the old figures back: what stood there before stock lines were applied (docs/stock.md).

Only where nothing newer was written since, by OrderFlow or by a person. What was sold meanwhile
stays sold. The marks of sequence ids stay, so old messages stay old and OrderFlow's next figure
replaces what was put back.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from imports.history import ensure_partitions
from imports.models import Import, ImportLine
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, Operation, Result
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.statements import insert_rows, update_rows
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.inventory.selectors import floors
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.outbox.webhooks.selectors import listening_to
from orderflow_bridge.outbox.webhooks.services import StockEvent, announce_stock

# Why a figure is passed over: compared as they are, shown in the reader's language.
GONE = gettext_noop("The product or its stock has been deleted.")
NOT_KNOWN = gettext_noop("What was there before is not known.")
SAME = gettext_noop("The figure changed nothing.")
NEWER = gettext_noop("A newer figure of OrderFlow has been applied since.")
CHANGED = gettext_noop(
    "The quantity has been written since: by a person, a correction, or putting it back."
)
NOTHING = gettext_noop("Nothing was put back.")

_Reader = Callable[[set[int], set[str]], Iterable[SourceItem]]


@dataclass(frozen=True)
class PutBack:
    """A line whose old figure can be put back: what its item says now, and what it will say."""

    line: ImportLine
    item: SourceItem
    product: Product
    quantity: Decimal


@dataclass(frozen=True)
class Restoration:
    """What putting back does: to which items, and how many lines were passed over for what reason.

    `report` is the import that records it.
    """

    put_back: Sequence[PutBack] = ()
    passed_over: Mapping[str, int] = field(default_factory=dict)
    report: Import | None = None

    def __str__(self) -> str:
        text = _("%(done)s put back, %(left)s passed over") % {
            "done": number_text(len(self.put_back)),
            "left": number_text(sum(self.passed_over.values())),
        }
        reasons = "; ".join(
            f"{number_text(count)}: {_(why)}" for why, count in self.passed_over.items()
        )
        return f"{text} ({reasons})" if reasons else f"{text}."


def why_not(line: ImportLine, item: SourceItem | None) -> str:
    """Say why a line's old figure cannot be put back; "" if it can. Pure.

    A figure that stands has the line's sequence id and time: whoever writes a figure writes its
    time, while selling leaves it alone.
    """
    if item is None:
        return GONE
    if item.last_sequence_id != line.sequence_id:
        return NEWER
    if item.updated_at != line.created_at:
        return CHANGED
    if line.units_before is None:
        return NOT_KNOWN
    return SAME if line.units_before == line.units_applied else ""


def restorable_lines(report: Import) -> QuerySet[ImportLine]:
    """Return the lines of a stock import that wrote a figure."""
    return ImportLine.objects.filter(
        parent=report, created_at=report.created_at, result=Result.SUCCESS
    )


def preview_restoration(lines: QuerySet[ImportLine]) -> Restoration:
    """Return what putting back would do now, and write nothing."""
    return _judge(list(lines), _items)


def restore(lines: QuerySet[ImportLine], *, message_id: str = "", by: str) -> Restoration:
    """Put back what stood there before these lines, as an import of operation Restore.

    `message_id` is that of the message whose figures go, `by` the user who asked. Source items are
    locked in the order of their ids, as a stock import does. Raises ActionNotAvailable if there is
    nothing to put back; the text says why.
    """
    now = clock.now()
    ensure_partitions(now.date())
    with transaction.atomic():
        done = _judge(list(lines), _locked)
        if not done.put_back:
            raise ActionNotAvailable(f"{_(NOTHING)} {_reasons(done)}".strip())
        _write(done.put_back, now)
        report = Import.objects.create(
            entity=Entity.INVENTORY,
            operation=Operation.RESTORE,
            message_id=message_id,
            successes=len(done.put_back),
            created_at=now,
        )
        insert_rows([_history(each, report, by) for each in done.put_back])
        announce_stock(_events(done.put_back), at=now)
    return Restoration(done.put_back, done.passed_over, report)


def _reasons(done: Restoration) -> str:
    return " ".join(_(why) for why in done.passed_over)


def _judge(lines: Sequence[ImportLine], read: _Reader) -> Restoration:
    keys = {sku_key(line.reference) for line in lines}
    products = {
        product.sku_key: product
        for product in Product.objects.filter(sku_key__any_of=keys)
        .order_by()
        .only("sku", "sku_key")
    }
    ids = {product.pk for product in products.values()}
    items = {
        (item.product_id, item.source_id): item
        for item in read(ids, {line.source_code for line in lines})
    }
    put_back, passed_over = [], Counter[str]()
    for line in lines:
        product = products.get(sku_key(line.reference))
        item = items.get((product.pk, line.source_code)) if product else None
        reason = why_not(line, item)
        if reason or item is None or product is None:
            passed_over[reason] += 1
            continue
        lost = (line.units_before or Decimal(0)) - (line.units_applied or Decimal(0))
        put_back.append(PutBack(line, item, product, item.quantity + lost))
    return Restoration(put_back, dict(passed_over))


def _items(product_ids: set[int], sources: set[str]) -> QuerySet[SourceItem]:
    return SourceItem.objects.filter(product__any_of=product_ids, source__in=sources).order_by("pk")


def _locked(product_ids: set[int], sources: set[str]) -> QuerySet[SourceItem]:
    return _items(product_ids, sources).select_for_update(of=("self",), no_key=True)


def _write(put_back: Iterable[PutBack], now: datetime) -> None:
    rows = list(put_back)
    run_out = floors({each.item.product_id for each in rows})
    for each in rows:
        each.item.quantity = each.quantity
        floor = run_out.get(each.item.product_id, Decimal(0))
        each.item.status = SourceItem.Status(int(each.quantity > floor))
        each.item.updated_at = now
    update_rows([each.item for each in rows], "quantity", "status", "updated_at")


def _events(put_back: Sequence[PutBack]) -> list[StockEvent]:
    """Return what the shop's own systems are told, if anybody listens."""
    if not listening_to(Kind.STOCK_CHANGED):
        return []
    ids = {each.product.pk for each in put_back}
    rows = ProductWebsite.objects.filter(product__any_of=ids).order_by()
    websites: dict[int, list[int]] = {}
    for product_id, website_id in rows.values_list("product_id", "website_id"):
        websites.setdefault(product_id, []).append(website_id)
    return [
        StockEvent(
            frozenset(websites.get(each.product.pk, ())),
            each.product.sku,
            each.item.source_id,
            each.quantity,
            bool(each.item.status),
            each.item.last_sequence_id,
        )
        for each in put_back
    ]


def _history(each: PutBack, report: Import, by: str) -> ImportLine:
    """Return the line of history. It has no sequence id: it is no figure of OrderFlow's."""
    zero = Decimal(0)
    return ImportLine(
        parent=report,
        result=Result.SUCCESS,
        reference=each.product.sku,
        source_code=each.item.source_id,
        reason=by,
        units_received=each.quantity,
        units_quoted=zero,
        units_unsent=zero,
        units_applied=each.quantity,
        created_at=report.created_at,
    )
