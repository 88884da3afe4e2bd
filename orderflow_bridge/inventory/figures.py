"""Stock figures from doors other than OrderFlow's: REST and files (docs/stock.md).

Figures are judged together, in three queries however many; those that can be written are written in
one statement. `last_sequence_id` is left alone: a figure from here does not make OrderFlow's next
one stale, and that one replaces it (docs/decisions/sequence-marks.md). No product becomes Pending.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common import clock
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.updates import update_rows
from orderflow_bridge.documents.input_errors import Complaint, empty
from orderflow_bridge.inventory.figure_sql import (
    ChangedItem,
    NewItem,
    insert_items,
    update_items,
)
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.inventory.selectors import CARRIERS, existing_sources
from orderflow_bridge.inventory.stock_settings import floors

LARGEST = Decimal("99999999.9999")
_SMALLEST = Decimal("0.0001")

Key = tuple[int, str]


class Figure(NamedTuple):
    """How much of a product lies at a source. Without a status, it follows from the quantity."""

    sku: str
    source_code: str
    quantity: Decimal
    status: int | None = None


class Change(Enum):
    """What writing a figure does to the source item."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Verdict:
    """What becomes of a figure: its place and what changes there, or why it cannot be written.

    `before` says what was there, for people; empty for a new source item.
    """

    key: Key | None = None
    change: Change = Change.UNCHANGED
    before: str = ""
    complaint: Complaint | None = None


class Standing(NamedTuple):
    """What a source item says."""

    id: int
    quantity: Decimal
    status: int


def judge_figures(figures: Sequence[Figure]) -> list[Verdict]:
    """Say what would become of each figure, and write nothing: three queries.

    Of several figures for one source item the last one counts, as in Magento.
    """
    keys = place_figures(figures)
    figures = _with_statuses(figures, keys)
    standings = _standings(_items({key for key in keys if not isinstance(key, Complaint)}))
    return _verdicts(figures, keys, standings)


@transaction.atomic
def save_figures(figures: Sequence[Figure]) -> list[Verdict]:
    """Write the figures that can be written, and say what became of each."""
    keys = place_figures(figures)
    figures = _with_statuses(figures, keys)
    wanted = {
        key: figure
        for key, figure in zip(keys, figures, strict=True)
        if not isinstance(key, Complaint)
    }
    return _verdicts(figures, keys, write_figures(wanted))


def place_figures(figures: Sequence[Figure]) -> list[Key | Complaint]:
    """Return where each figure belongs, or why it cannot be written: two queries."""
    rows = Product.objects.filter(sku_key__any_of={each.sku for each in figures}).order_by()
    products = {
        key: (pk, type_id) for key, pk, type_id in rows.values_list("sku_key", "pk", "type_id")
    }
    sources = existing_sources({each.source_code for each in figures})
    return [_key(figure, products.get(sku_key(figure.sku)), sources) for figure in figures]


@transaction.atomic
def write_figures(wanted: Mapping[Key, Figure]) -> dict[Key, Standing]:
    """Write figures by their places; return what the source items that were there said before.

    Existing ones are locked in the order of their ids, as the stock import does, so that nobody
    waits crosswise; only those that change are written. Missing ones are made.
    """
    if not wanted:
        return {}
    now = clock.now()
    settled = _with_statuses(list(wanted.values()), list(wanted))
    figures = {key: _rounded(figure) for key, figure in zip(wanted, settled, strict=True)}
    before = standings = _locked(figures)
    new = [
        NewItem(*key, figures[key].quantity, status_of(figures[key]))
        for key in sorted(figures.keys() - standings.keys())
    ]
    if insert_items(new, now=now) < len(new):  # somebody else has made some of them meanwhile
        standings = _locked(figures)
    update_items(list(_changed(figures, standings)), now=now)
    return before


@transaction.atomic
def remove_items(places: Sequence[tuple[str, str]]) -> int:
    """Take source items away, pairs of SKU and source code; return how many there were.

    A row that remembers one of OrderFlow's figures is emptied and kept: without its memory an old
    message, sent again, would bring the old stock back (docs/decisions/sequence-marks.md).
    """
    wanted = {(sku_key(sku), source_code) for sku, source_code in places}
    products = Product.objects.filter(sku_key__in={key for key, _ in wanted})
    ids = dict(products.values_list("sku_key", "pk"))
    keys = {(ids[key], source_code) for key, source_code in wanted if key in ids}
    locked = [
        item
        for item in _items(keys).order_by("pk").select_for_update(of=("self",), no_key=True)
        if (item.product_id, item.source_id) in keys
    ]
    forgettable = [item.pk for item in locked if item.last_sequence_id is None]
    SourceItem.objects.filter(pk__in=forgettable).delete()
    remembered = [item for item in locked if item.last_sequence_id is not None]
    now = clock.now()
    for item in remembered:
        item.quantity, item.status, item.updated_at = Decimal(0), 0, now
    update_rows(remembered, "quantity", "status", "updated_at")
    return len(locked)


def _with_statuses(figures: Sequence[Figure], keys: Sequence[Key | Complaint]) -> list[Figure]:
    """Return the figures with a status where backorders keep a product in stock: one query."""
    open_keys = [
        key
        for key, figure in zip(keys, figures, strict=True)
        if figure.status is None and figure.quantity <= 0 and not isinstance(key, Complaint)
    ]
    run_out = floors({product_id for product_id, _ in open_keys}) if open_keys else {}
    return [
        figure._replace(status=int(figure.quantity > run_out[key[0]]))
        if figure.status is None and not isinstance(key, Complaint) and key[0] in run_out
        else figure
        for key, figure in zip(keys, figures, strict=True)
    ]


def status_of(figure: Figure) -> int:
    """Return the status a figure means: its own, else in stock above zero."""
    return int(figure.quantity > 0) if figure.status is None else figure.status


def _rounded(figure: Figure) -> Figure:
    """Return a figure as the column holds it; one too large for it is refused later."""
    if abs(figure.quantity) > LARGEST:
        return figure
    rounded = figure.quantity.quantize(_SMALLEST)
    return figure if rounded == figure.quantity else figure._replace(quantity=rounded)


def _key(figure: Figure, product: tuple[int, str] | None, sources: set[str]) -> Key | Complaint:
    if not figure.sku:
        return empty("sku")
    if not figure.source_code:
        return empty("source_code")
    if product is None:
        text = 'Product with requested "%field": "%value" was not found.'
        return Complaint(text, {"field": "sku", "value": figure.sku})
    product_id, type_id = product
    if type_id not in CARRIERS:
        return Complaint('Product type "%type" does not hold stock.', {"type": type_id})
    if figure.source_code not in sources:
        return Complaint('Source with code "%value" does not exist.', {"value": figure.source_code})
    if not -LARGEST <= figure.quantity <= LARGEST:
        return Complaint('"%field" is out of range.', {"field": "quantity"})
    return product_id, figure.source_code


def _verdicts(
    figures: Sequence[Figure], keys: Sequence[Key | Complaint], before: Mapping[Key, Standing]
) -> list[Verdict]:
    """Say what becomes of each figure, one after the other, on what was there before."""
    standings = dict(before)
    verdicts = []
    for key, figure in zip(keys, map(_rounded, figures), strict=True):
        if isinstance(key, Complaint):
            verdicts.append(Verdict(complaint=key))
            continue
        now = standings.get(key)
        verdicts.append(_verdict(key, figure, now))
        standings[key] = Standing(now.id if now else 0, figure.quantity, status_of(figure))
    return verdicts


def _verdict(key: Key, figure: Figure, now: Standing | None) -> Verdict:
    if now is None:
        return Verdict(key, Change.CREATED)
    before = f"{plain(now.quantity)}, {SourceItem.Status(now.status).label.lower()}"
    is_same = (now.quantity, now.status) == (figure.quantity, status_of(figure))
    return Verdict(key, Change.UNCHANGED if is_same else Change.UPDATED, before)


def _changed(
    wanted: Mapping[Key, Figure], standings: Mapping[Key, Standing]
) -> Iterator[ChangedItem]:
    """Yield the source items that say something else, with their new figure."""
    for key, now in standings.items():
        figure = wanted.get(key)
        if figure and (now.quantity, now.status) != (figure.quantity, status_of(figure)):
            yield ChangedItem(now.id, figure.quantity, status_of(figure))


def _locked(keys: Collection[Key]) -> dict[Key, Standing]:
    """Lock source items in the order of their ids; return what they say."""
    return _standings(_items(keys).order_by("pk").select_for_update(of=("self",), no_key=True))


def _standings(items: QuerySet[SourceItem]) -> dict[Key, Standing]:
    """Return what source items say: those of the places asked for, and perhaps of others."""
    rows = items.values_list("product_id", "source_id", "pk", "quantity", "status")
    return {
        (product_id, source_code): Standing(pk, quantity, status)
        for product_id, source_code, pk, quantity, status in rows
    }


def _items(keys: Collection[Key]) -> QuerySet[SourceItem]:
    """Return the source items of these products at these sources, in no order."""
    products = {product_id for product_id, _ in keys}
    sources = {source for _, source in keys}
    items = SourceItem.objects.filter(product_id__any_of=products, source__in=sources)
    return items.order_by()
