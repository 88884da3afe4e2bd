"""Stock figures from endpoints other than OrderFlow's: REST and files (docs/stock.md).

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
from orderflow_bridge.common.exceptions import ItemError, empty
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.statements import update_rows
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.inventory.quantity_sql import (
    ChangedItem,
    NewItem,
    insert_items,
    update_items,
)
from orderflow_bridge.inventory.selectors import CARRIERS, existing_sources, floors

LARGEST = Decimal("99999999.9999")
SMALLEST = Decimal("0.0001")

Key = tuple[int, str]


class StockQuantity(NamedTuple):
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
    item_error: ItemError | None = None


class StockLevel(NamedTuple):
    """What a source item says."""

    id: int
    quantity: Decimal
    status: int


def check_quantities(quantities: Sequence[StockQuantity]) -> list[Verdict]:
    """Say what would become of each figure, and write nothing: three queries.

    Of several figures for one source item the last one counts, as in Magento.
    """
    keys = place_quantities(quantities)
    quantities = _with_statuses(quantities, keys)
    stock_levels = _stock_levels(_items({key for key in keys if not isinstance(key, ItemError)}))
    return _verdicts(quantities, keys, stock_levels)


@transaction.atomic
def save_quantities(quantities: Sequence[StockQuantity]) -> list[Verdict]:
    """Write the figures that can be written, and say what became of each."""
    keys = place_quantities(quantities)
    quantities = _with_statuses(quantities, keys)
    wanted = {
        key: stock_quantity
        for key, stock_quantity in zip(keys, quantities, strict=True)
        if not isinstance(key, ItemError)
    }
    return _verdicts(quantities, keys, write_quantities(wanted))


def place_quantities(quantities: Sequence[StockQuantity]) -> list[Key | ItemError]:
    """Return where each figure belongs, or why it cannot be written: two queries."""
    rows = Product.objects.filter(sku_key__any_of={each.sku for each in quantities}).order_by()
    products = {
        key: (pk, type_id) for key, pk, type_id in rows.values_list("sku_key", "pk", "type_id")
    }
    sources = existing_sources({each.source_code for each in quantities})
    return [
        _key(stock_quantity, products.get(sku_key(stock_quantity.sku)), sources)
        for stock_quantity in quantities
    ]


@transaction.atomic
def write_quantities(wanted: Mapping[Key, StockQuantity]) -> dict[Key, StockLevel]:
    """Write figures by their places; return what the source items that were there said before.

    Existing ones are locked in the order of their ids, as the stock import does, so that nobody
    waits crosswise; only those that change are written. Missing ones are made.
    """
    if not wanted:
        return {}
    now = clock.now()
    settled = _with_statuses(list(wanted.values()), list(wanted))
    quantities = {
        key: _rounded(stock_quantity) for key, stock_quantity in zip(wanted, settled, strict=True)
    }
    before = stock_levels = _locked(quantities)
    new = [
        NewItem(*key, quantities[key].quantity, status_of(quantities[key]))
        for key in sorted(quantities.keys() - stock_levels.keys())
    ]
    if insert_items(new, now=now) < len(new):  # somebody else has made some of them meanwhile
        stock_levels = _locked(quantities)
    update_items(list(_changed(quantities, stock_levels)), now=now)
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


def _with_statuses(
    quantities: Sequence[StockQuantity], keys: Sequence[Key | ItemError]
) -> list[StockQuantity]:
    """Return the figures with a status where backorders keep a product in stock: one query."""
    open_keys = [
        key
        for key, stock_quantity in zip(keys, quantities, strict=True)
        if stock_quantity.status is None
        and stock_quantity.quantity <= 0
        and not isinstance(key, ItemError)
    ]
    run_out = floors({product_id for product_id, _ in open_keys}) if open_keys else {}
    return [
        stock_quantity._replace(status=int(stock_quantity.quantity > run_out[key[0]]))
        if stock_quantity.status is None and not isinstance(key, ItemError) and key[0] in run_out
        else stock_quantity
        for key, stock_quantity in zip(keys, quantities, strict=True)
    ]


def status_of(stock_quantity: StockQuantity) -> int:
    """Return the status a figure means: its own, else in stock above zero."""
    return (
        int(stock_quantity.quantity > 0) if stock_quantity.status is None else stock_quantity.status
    )


def status_word(status: int) -> str:
    """Return a status as it is kept in what became of a row: in English."""
    return SourceItem.Status(status).name.replace("_", " ").lower()


def _rounded(stock_quantity: StockQuantity) -> StockQuantity:
    """Return a figure as the column holds it; one too large for it is refused later."""
    if abs(stock_quantity.quantity) > LARGEST:
        return stock_quantity
    rounded = stock_quantity.quantity.quantize(SMALLEST)
    return (
        stock_quantity
        if rounded == stock_quantity.quantity
        else stock_quantity._replace(quantity=rounded)
    )


def _key(
    stock_quantity: StockQuantity, product: tuple[int, str] | None, sources: set[str]
) -> Key | ItemError:
    if not stock_quantity.sku:
        return empty("sku")
    if not stock_quantity.source_code:
        return empty("source_code")
    if product is None:
        text = 'Product with requested "%field": "%value" was not found.'
        return ItemError(text, {"field": "sku", "value": stock_quantity.sku})
    product_id, type_id = product
    if type_id not in CARRIERS:
        return ItemError('Product type "%type" does not hold stock.', {"type": type_id})
    if stock_quantity.source_code not in sources:
        return ItemError(
            'Source with code "%value" does not exist.', {"value": stock_quantity.source_code}
        )
    if not -LARGEST <= stock_quantity.quantity <= LARGEST:
        return ItemError('"%field" is out of range.', {"field": "quantity"})
    return product_id, stock_quantity.source_code


def _verdicts(
    quantities: Sequence[StockQuantity],
    keys: Sequence[Key | ItemError],
    before: Mapping[Key, StockLevel],
) -> list[Verdict]:
    """Say what becomes of each figure, one after the other, on what was there before."""
    stock_levels = dict(before)
    verdicts = []
    for key, stock_quantity in zip(keys, map(_rounded, quantities), strict=True):
        if isinstance(key, ItemError):
            verdicts.append(Verdict(item_error=key))
            continue
        now = stock_levels.get(key)
        verdicts.append(_verdict(key, stock_quantity, now))
        stock_levels[key] = StockLevel(
            now.id if now else 0, stock_quantity.quantity, status_of(stock_quantity)
        )
    return verdicts


def _verdict(key: Key, stock_quantity: StockQuantity, now: StockLevel | None) -> Verdict:
    if now is None:
        return Verdict(key, Change.CREATED)
    before = f"{plain(now.quantity)}, {status_word(now.status)}"
    is_same = (now.quantity, now.status) == (stock_quantity.quantity, status_of(stock_quantity))
    return Verdict(key, Change.UNCHANGED if is_same else Change.UPDATED, before)


def _changed(
    wanted: Mapping[Key, StockQuantity], stock_levels: Mapping[Key, StockLevel]
) -> Iterator[ChangedItem]:
    """Yield the source items that say something else, with their new figure."""
    for key, now in stock_levels.items():
        stock_quantity = wanted.get(key)
        if stock_quantity and (now.quantity, now.status) != (
            stock_quantity.quantity,
            status_of(stock_quantity),
        ):
            yield ChangedItem(now.id, stock_quantity.quantity, status_of(stock_quantity))


def _locked(keys: Collection[Key]) -> dict[Key, StockLevel]:
    """Lock source items in the order of their ids; return what they say."""
    return _stock_levels(_items(keys).order_by("pk").select_for_update(of=("self",), no_key=True))


def _stock_levels(items: QuerySet[SourceItem]) -> dict[Key, StockLevel]:
    """Return what source items say: those of the places asked for, and perhaps of others."""
    rows = items.values_list("product_id", "source_id", "pk", "quantity", "status")
    return {
        (product_id, source_code): StockLevel(pk, quantity, status)
        for product_id, source_code, pk, quantity, status in rows
    }


def _items(keys: Collection[Key]) -> QuerySet[SourceItem]:
    """Return the source items of these products at these sources, in no order."""
    products = {product_id for product_id, _ in keys}
    sources = {source for _, source in keys}
    items = SourceItem.objects.filter(product_id__any_of=products, source__in=sources)
    return items.order_by()
