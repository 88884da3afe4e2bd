"""Which rows of an order a despatch books: pure (docs/contract/shop-rules.md, "Despatches").

OrderFlow names SKUs, in whatever case of letters; an order has rows. A variant's SKU books its
parent row; the parts of a bundle that ships as one book whole bundles, and themselves where they
leave apart; several rows of one SKU are filled in turn.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from orderflow_bridge.common.exceptions import NotShippable, SkuNotOrdered
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import OrderItem
from orderflow_bridge.sales.states import (
    SMALLEST,
    ahead,
    assembled,
    parts_of,
    per_unit,
    sent_parts,
)

_ONE = Decimal(1)


@dataclass(frozen=True)
class Line:
    """Units of a SKU that left a source. An empty source code means: not named."""

    sku: str
    qty: Decimal
    source_code: str = ""


@dataclass(frozen=True)
class Units:
    """Units of one order row that left a source."""

    row: OrderItem
    qty: Decimal
    source_code: str = ""


Recipe = Mapping[str, Decimal]
"""How many units of which SKUs, by their keys, make one unit of a row."""


class _Open:
    """What can still be booked of each row and each part, while units are taken."""

    def __init__(self, rows: Sequence[OrderItem]) -> None:
        self._left: dict[int, Decimal] = {}
        self._parts: dict[int, list[OrderItem]] = {}
        for row in states.shippable_rows(rows):
            self._left[row.pk] = units = states.to_ship(row)
            parts = parts_of(rows, row)
            self._parts[row.pk] = sent = sent_parts(row, parts)
            for part in sent:
                needed = (units * per_unit(part, row)).quantize(SMALLEST)
                self._left[part.pk] = max(needed - ahead(part, row, parts), states.NOTHING)

    def whole(self, row: OrderItem) -> Decimal:
        """Return the units of a row of which no part has left: whole ones if it was begun."""
        units = self._left.get(row.pk, states.NOTHING)
        complete = min(
            (self.of(part) / per_unit(part, row) for part in self._parts.get(row.pk, ())),
            default=units,
        ).quantize(SMALLEST)
        return units if complete >= units else complete.to_integral_value(rounding=ROUND_FLOOR)

    def of(self, part: OrderItem) -> Decimal:
        """Return the units of a part that may leave by themselves."""
        return self._left.get(part.pk, states.NOTHING)

    def parts(self, row: OrderItem) -> list[OrderItem]:
        """Return the parts of a row that may leave by themselves."""
        return self._parts.get(row.pk, [])

    def take(self, row: OrderItem, qty: Decimal) -> None:
        """Take units of a row, or of a part alone."""
        self._left[row.pk] -= qty
        for part in self.parts(row):
            self._left[part.pk] -= qty * per_unit(part, row)


def allocate(rows: Sequence[OrderItem], lines: Iterable[Line]) -> list[Units]:
    """Spread the lines of one message over the rows of its order.

    Raises NotShippable, naming the SKU, if one line does not fit: a despatch is all or nothing.
    """
    lines = list(lines)
    left = _Open(rows)
    units: list[Units] = []
    for source_code, wanted in _by_source(lines).items():
        for row, recipe in _recipes(rows):
            qty = _fitting(recipe, wanted, left.whole(row))
            if qty > 0:
                left.take(row, qty)
                for key, each in recipe.items():
                    wanted[key] -= qty * each
                units.append(Units(row, qty, source_code))
        units += _apart(rows, wanted, left, source_code)
        for line in lines:
            if line.source_code == source_code and wanted[sku_key(line.sku)] >= SMALLEST:
                raise _refusal(rows, line.sku)
    return units


def _apart(
    rows: Sequence[OrderItem], wanted: dict[str, Decimal], left: _Open, source_code: str
) -> list[Units]:
    """Book what is no whole set on the parts themselves: a set may leave in several parcels."""
    units = []
    for row in states.shipping_rows(rows):
        for part in left.parts(row):
            key = sku_key(part.sku)
            qty = min(wanted.get(key, states.NOTHING), left.of(part)).quantize(SMALLEST)
            if qty > 0:
                left.take(part, qty)
                wanted[key] -= qty
                units.append(Units(part, qty, source_code))
    return units


def everything_open(rows: Sequence[OrderItem]) -> list[Units]:
    """Return all units that can still be shipped."""
    left = _Open(rows)
    open_rows = states.shippable_rows(rows)
    return [units for row in open_rows for units in _of_row(row, states.to_ship(row), rows, left)]


def row_units(rows: Sequence[OrderItem], row: OrderItem, qty: Decimal) -> list[Units]:
    """Return units of one row; of those that were begun, the parts that have not left."""
    return _of_row(row, qty, rows, _Open(rows))


def _of_row(row: OrderItem, qty: Decimal, rows: Sequence[OrderItem], left: _Open) -> list[Units]:
    whole = min(qty, left.whole(row))
    units = [Units(row, whole)] if whole > 0 else []
    if whole < qty:
        parts = parts_of(rows, row)
        target = assembled(row, parts) + qty - whole
        for part in left.parts(row):
            missing = (target * per_unit(part, row)).quantize(SMALLEST) - part.qty_shipped
            if missing > 0:
                units.append(Units(part, missing))
    return units


def _by_source(lines: Iterable[Line]) -> dict[str, dict[str, Decimal]]:
    """Add up the lines by source and SKU's key, in the order they are first named."""
    wanted: dict[str, dict[str, Decimal]] = {}
    for line in lines:
        skus = wanted.setdefault(line.source_code, {})
        key = sku_key(line.sku)
        skus[key] = skus.get(key, states.NOTHING) + line.qty
    return wanted


def _recipes(rows: Sequence[OrderItem]) -> list[tuple[OrderItem, Recipe]]:
    """Return what each row is made of, sets of several parts first, then in the order of the rows.

    Sets come first because a lone part may belong to a row of its own, a whole set hardly does.
    """
    recipes = [(row, recipe) for row in states.shipping_rows(rows) for recipe in _ways(rows, row)]
    return sorted(recipes, key=lambda pair: (-len(pair[1]), pair[0].pk))


def _ways(rows: Sequence[OrderItem], row: OrderItem) -> Iterator[Recipe]:
    """Yield the ways to name one unit of a row: its own SKU, or its parts' SKUs."""
    own = sku_key(row.sku)
    yield {own: _ONE}
    recipe: dict[str, Decimal] = {}
    for part in parts_of(rows, row):
        if not part.is_virtual:
            key = sku_key(part.sku)
            recipe[key] = recipe.get(key, states.NOTHING) + per_unit(part, row)
    if recipe and set(recipe) != {own} and all(recipe.values()):
        yield recipe


def _fitting(recipe: Recipe, wanted: Mapping[str, Decimal], limit: Decimal) -> Decimal:
    """Return how many units of a row the wanted SKUs make up: whole sets of several parts."""
    units = min(wanted.get(key, states.NOTHING) / each for key, each in recipe.items())
    if any(each != _ONE for each in recipe.values()) or len(recipe) > 1:
        units = units.to_integral_value(rounding=ROUND_FLOOR)
    return max(min(units, limit), states.NOTHING)


def _refusal(rows: Sequence[OrderItem], sku: str) -> NotShippable:
    """Return why (more of) a SKU cannot be shipped."""
    key = sku_key(sku)
    named = [row for row in rows if sku_key(row.sku) == key]
    if not named:
        return SkuNotOrdered(sku)
    if all(row.is_virtual for row in named):
        return NotShippable(f'Product SKU "{sku}" is virtual and is not shipped.')
    return NotShippable(
        "The quantity to ship must not be greater than the unshipped quantity"
        f' for product SKU "{sku}".'
    )
