"""Which rows of an order a despatch books: pure (wire.md §8; reference.md F95, F159, B-17).

OrderFlow names SKUs, an order has rows. A variant's SKU books its parent row; the parts of a bundle
that ships as one book whole bundles; several rows of one SKU are filled in turn.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from orderflow_bridge.common.exceptions import NotShippable
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import OrderItem

_ONE = Decimal(1)
_SMALLEST = Decimal("0.0001")  # what a quantity column can hold


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
"""How many units of which SKUs make one unit of a row."""


def allocate(rows: Sequence[OrderItem], lines: Iterable[Line]) -> list[Units]:
    """Spread the lines of one message over the rows of its order.

    Raises NotShippable, naming the SKU, if one line does not fit: a despatch is all or nothing.
    """
    open_units = {row.pk: states.to_ship(row) for row in states.shippable_rows(rows)}
    units: list[Units] = []
    for source_code, wanted in _by_source(lines).items():
        for row, recipe in _recipes(rows):
            qty = _fitting(recipe, wanted, open_units.get(row.pk, states.NOTHING))
            if qty > 0:
                open_units[row.pk] -= qty
                for sku, each in recipe.items():
                    wanted[sku] -= qty * each
                units.append(Units(row, qty, source_code))
        for sku, left in wanted.items():
            if left >= _SMALLEST:
                raise NotShippable(_refusal(rows, sku))
    return units


def everything_open(rows: Sequence[OrderItem]) -> list[Units]:
    """Return all units that can still be shipped."""
    return [Units(row, states.to_ship(row)) for row in states.shippable_rows(rows)]


def stocked_units(rows: Sequence[OrderItem], units: Units) -> dict[int, Decimal]:
    """Return what leaves the shelf with these units: quantities by product id.

    A parent row stands for its parts; a product that was deleted has no stock.
    """
    parts = _parts(rows, units.row) or [units.row]
    stocked: dict[int, Decimal] = {}
    for part in parts:
        if part.product_id and not part.is_virtual:
            qty = (units.qty * _per_parent(part, units.row)).quantize(_SMALLEST)
            stocked[part.product_id] = stocked.get(part.product_id, states.NOTHING) + qty
    return stocked


def _by_source(lines: Iterable[Line]) -> dict[str, dict[str, Decimal]]:
    """Add up the lines, sources and SKUs in the order they are first named."""
    wanted: dict[str, dict[str, Decimal]] = {}
    for line in lines:
        skus = wanted.setdefault(line.source_code, {})
        skus[line.sku] = skus.get(line.sku, states.NOTHING) + line.qty
    return wanted


def _recipes(rows: Sequence[OrderItem]) -> list[tuple[OrderItem, Recipe]]:
    """Return what each row is made of, sets of several parts first, then in the order of the rows.

    Sets come first because a lone part may belong to a row of its own, a whole set hardly does.
    """
    recipes = [(row, recipe) for row in states.shipping_rows(rows) for recipe in _ways(rows, row)]
    return sorted(recipes, key=lambda pair: (-len(pair[1]), pair[0].pk))


def _ways(rows: Sequence[OrderItem], row: OrderItem) -> Iterator[Recipe]:
    """Yield the ways to name one unit of a row: its own SKU, or its parts' SKUs."""
    yield {row.sku: _ONE}
    recipe: dict[str, Decimal] = {}
    for part in _parts(rows, row):
        if not part.is_virtual:
            recipe[part.sku] = recipe.get(part.sku, states.NOTHING) + _per_parent(part, row)
    if recipe and set(recipe) != {row.sku} and all(recipe.values()):
        yield recipe


def _parts(rows: Sequence[OrderItem], row: OrderItem) -> list[OrderItem]:
    return [part for part in rows if part.parent_item_id == row.pk]


def _per_parent(part: OrderItem, row: OrderItem) -> Decimal:
    """Return how many units of the part make one unit of the row; 1 for the row itself."""
    if part is row or not row.qty_ordered:
        return _ONE
    return part.qty_ordered / row.qty_ordered


def _fitting(recipe: Recipe, wanted: Mapping[str, Decimal], limit: Decimal) -> Decimal:
    """Return how many units of a row the wanted SKUs make up: whole sets of several parts."""
    units = min(wanted.get(sku, states.NOTHING) / each for sku, each in recipe.items())
    if any(each != _ONE for each in recipe.values()) or len(recipe) > 1:
        units = units.to_integral_value(rounding=ROUND_FLOOR)
    return max(min(units, limit), states.NOTHING)


def _refusal(rows: Sequence[OrderItem], sku: str) -> str:
    """Return why (more of) a SKU cannot be shipped."""
    named = [row for row in rows if row.sku == sku]
    if not named:
        return f'Order Item with SKU: "{sku}" does not exist.'
    if all(row.is_virtual for row in named):
        return f'Product SKU "{sku}" is virtual and is not shipped.'
    by_id = {row.pk: row for row in rows}
    parents = [by_id.get(row.parent_item_id or 0) for row in named]
    if all(parent and not parent.ship_separately and parent.sku != sku for parent in parents):
        bundle = next(parent.sku for parent in parents if parent)
        return f'Product SKU "{sku}" is only shipped in whole units of "{bundle}".'
    return (
        "The quantity to ship must not be greater than the unshipped quantity"
        f' for product SKU "{sku}".'
    )
