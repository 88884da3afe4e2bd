"""Related products, cross-sells and up-sells, as a product's row names them in Magento's syntax.

SKUs with commas, and their positions in the same order beside them. As in Magento a row adds to
what a product has, gives what is named again its position, and passes over the product itself and
SKUs that there are not. Pure functions, but for the one that looks for products.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orderflow_bridge.catalog.changes import Known, ProductChange
from orderflow_bridge.catalog.groups import LINKS
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.file_transfer.product_cells import EMPTIED, join_list, split_cells
from orderflow_bridge.file_transfer.product_parts import Found

# The types of links by the columns of their SKUs, and the columns of their positions.
_TYPES = {"related_skus": "related", "crosssell_skus": "crosssell", "upsell_skus": "upsell"}
_POSITIONS = {column: f"{link_type}_position" for column, link_type in _TYPES.items()}
COLUMNS = tuple(name for pair in _POSITIONS.items() for name in pair)
_LARGEST = 2**31

Link = Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """A product that is named: its SKU, its place in the cell from 1 on, and a position if any."""

    sku: str
    place: int
    position: int | None

    @property
    def key(self) -> str:
        """The key of the product's SKU."""
        return sku_key(self.sku)


Targets = Mapping[str, Sequence[Target] | None]
"""What a row names, by the column of the SKUs; None takes all links of the type away."""


def targets_of(cells: Mapping[str, str]) -> Targets:
    """Read a row's cells: only what they name. Raises ValueError."""
    targets: dict[str, Sequence[Target] | None] = {}
    for column, beside in _POSITIONS.items():
        cell = cells.get(column, "").strip()
        if cell == EMPTIED:
            targets[column] = None
        elif cell:
            positions = _positions(beside, cells.get(beside, "").strip())
            targets[column] = [
                Target(sku.strip(), place, positions.get(place))
                for place, sku in enumerate(split_cells(cell), start=1)
                if sku.strip()
            ]
    return targets


def _positions(column: str, cell: str) -> dict[int, int]:
    """Return positions by their places in the cell."""
    texts = enumerate(split_cells("" if cell == EMPTIED else cell), start=1)
    return {place: _position(column, text.strip()) for place, text in texts if text.strip()}


def _position(column: str, text: str) -> int:
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 11 and int(digits) < _LARGEST:
        return int(text)
    raise ValueError(f'{column} "{text[:100]}" is not a whole number.')


def keys_of(targets: Iterable[Targets]) -> set[str]:
    """Return the keys of the SKUs that rows name."""
    return {each.key for row in targets for named in row.values() for each in named or ()}


def with_links(
    change: ProductChange, targets: Targets, known: Known | None, found: Mapping[str, Found]
) -> tuple[ProductChange, list[str]]:
    """Return a row's change with its links, and what is said of SKUs that there are not.

    `known` is the product as it is, `found` are all products that are named and can be linked.
    """
    there = known.columns["custom_attributes"].get(LINKS) if known else None
    before = change.attributes.get(LINKS, there)
    sku = known.columns["sku"] if known else change.sku
    links = [dict(each) for each in before] if isinstance(before, list) else []
    notes = []
    for column, named in targets.items():
        if named is None:
            links = [each for each in links if each.get("link_type") != _TYPES[column]]
            continue
        others = [each for each in named if each.key != sku_key(sku)]
        _add(links, sku, _TYPES[column], [each for each in others if each.key in found], found)
        if missing := [each.sku[:100] for each in others if each.key not in found]:
            notes.append(f"{column}: there is no product {', '.join(missing)}: not linked.")
    if links == (before or []):
        return change, notes
    return replace(change, attributes={**change.attributes, LINKS: links}), notes


def _add(
    links: list[dict[str, Any]],
    sku: str,
    link_type: str,
    targets: Iterable[Target],
    found: Mapping[str, Found],
) -> None:
    """Add links of a type, or give those that there are the positions that are named."""
    own: dict[str, dict[str, Any]] = {}
    for each in links:
        if each.get("link_type") == link_type:
            own.setdefault(_key(each), each)
    for target in targets:
        link = own.get(target.key)
        if link is None:
            linked = found[target.key]
            own[target.key] = added = {
                "sku": sku,
                "link_type": link_type,
                "linked_product_sku": linked.sku,
                "linked_product_type": linked.type_id,
                "position": target.place if target.position is None else target.position,
            }
            links.append(added)
        elif target.position is not None and _place(link) != target.position:
            link["position"] = target.position


def _key(link: Link) -> str:
    return sku_key(str(link.get("linked_product_sku") or ""))


def _place(link: Link) -> int:
    position = link.get("position")
    return int(position) if isinstance(position, int) else 0


def _links(product: Product) -> Collection[Link]:
    links = product.custom_attributes.get(LINKS)
    listed = links if isinstance(links, list) else []
    return [each for each in listed if each.get("link_type") in _TYPES.values()]


def linked_skus(products: Iterable[Product]) -> dict[str, str]:
    """Return the SKUs of what products are linked with, by key: one query, none without links."""
    keys = {_key(link) for product in products for link in _links(product)}
    if not keys:
        return {}
    found = Product.objects.filter(sku_key__any_of=keys).order_by()
    return dict(found.values_list("sku_key", "sku"))


def link_cells(product: Product, skus: Mapping[str, str]) -> list[str]:
    """Return the cells of `COLUMNS`; a link to a product that is gone is left out."""
    own = sku_key(product.sku)
    cells = []
    for link_type in _TYPES.values():
        links: dict[str, int] = {}
        for each in _links(product):
            key = _key(each)
            if each.get("link_type") == link_type and key in skus and key != own:
                links.setdefault(key, _place(each))
        listed = sorted(links.items(), key=lambda pair: pair[1])
        cells.append(join_list(skus[key] for key, _ in listed))
        cells.append(join_list(str(place) for _, place in listed))
    return cells
