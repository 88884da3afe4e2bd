"""The variants of a configurable product's row: `sku=A-S,size=S|sku=A-M,size=M`.

As in Magento a row adds variants to those that a product has. The variants themselves are rows, of
this file before or of the shop.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderflow_bridge.catalog.attributes import KNOWN, Attribute
from orderflow_bridge.catalog.columns import WRITABLE
from orderflow_bridge.catalog.models import Product, ProductRelation
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.file_transfer.product_cells import join_list, split_pairs, split_parts

COLUMNS = ("configurable_variations", "configurable_variation_labels")
_NUMBERS = {str(attribute.attribute_id): attribute.code for attribute in KNOWN}

Option = Mapping[str, Any]


@dataclass(frozen=True)
class Variations:
    """SKUs of variants with the values that tell them apart, and what the attributes are called."""

    variants: Sequence[tuple[str, Mapping[str, str]]]
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        """The attributes by which the variants differ, in the order in which they are named."""
        return list(dict.fromkeys(code for _, values in self.variants for code in values))

    @property
    def keys(self) -> set[str]:
        """The keys of the variants' SKUs."""
        return {sku_key(sku) for sku, _ in self.variants}


def variations_of(cells: Mapping[str, str], *, is_enclosed: bool) -> Variations | None:
    """Read a row's cells; None if it names no variants. Raises ValueError."""
    column, label_column = COLUMNS
    variants = []
    for part in split_parts(cells.get(column, "").strip(), is_enclosed=is_enclosed):
        pairs = split_pairs(column, part, is_enclosed=is_enclosed)
        values = {code: value.strip() for code, value in pairs.items()}
        sku = values.pop("sku", "")
        if not sku:
            raise ValueError(f'{column} "{part[:100]}" names no sku.')
        variants.append((sku, values))
    labels = split_pairs(label_column, cells.get(label_column, ""), is_enclosed=is_enclosed)
    return Variations(variants, labels) if variants else None


def options_wanted(variations: Variations, there: Any) -> dict[str, Any] | None:
    """Return the options of a configurable product as they are kept; None if they stay.

    `there` are those that it has.
    """
    before = sorted(there.values(), key=_place) if isinstance(there, Mapping) else []
    options = [dict(option) for option in before]
    for code in variations.codes:
        values = dict.fromkeys(each.get(code) for _, each in variations.variants)
        number, label = _number(code), variations.labels.get(code)
        option = next((each for each in options if each["attribute_id"] == number), None)
        if option is None:
            option = {
                "id": max((each["id"] for each in options), default=0) + 1,
                "attribute_id": number,
                "label": label or code.replace("_", " ").title(),
                "values": [],
                "position": max((each["position"] for each in options), default=-1) + 1,
                "is_use_default": False,
            }
            options.append(option)
        known = [str(value) for value in option["values"]]
        added = [value for value in values if value and value not in known]
        option |= {"label": label or option["label"], "values": [*option["values"], *added]}
    return None if options == before else {str(each["id"]): each for each in options}


def _place(option: Option) -> tuple[int, int]:
    return option.get("position") or 0, option["id"]


def _number(code: str) -> str:
    return str(Attribute(code, "").attribute_id)


def found_variants(keys: Collection[str]) -> dict[str, tuple[int, Mapping[str, Any]]]:
    """Return the ids and further attributes of products, by their SKUs' keys: one query."""
    if not keys:
        return {}
    found = Product.objects.filter(sku_key__any_of=keys).order_by()
    rows = found.values_list("sku_key", "pk", "custom_attributes")
    return {key: (pk, attributes) for key, pk, attributes in rows}


def missing_value(values: Mapping[str, str], attributes: Mapping[str, Any]) -> str:
    """Return the first attribute that a variant is told apart by and has no value for, or ""."""
    missing = (code for code in values if code not in WRITABLE and not attributes.get(code))
    return next(missing, "")


def link_variants(wanted: Mapping[int, Iterable[int]]) -> dict[int, int]:
    """Add variants, product ids by their parent's; return how many each parent got. Two queries."""
    if not wanted:
        return {}
    there = set(
        ProductRelation.objects.filter(parent_id__any_of=wanted).values_list("parent", "child")
    )
    rows = [
        ProductRelation(parent_id=parent, child_id=child)
        for parent, children in wanted.items()
        for child in dict.fromkeys(children)
        if (parent, child) not in there
    ]
    ProductRelation.objects.bulk_create(rows)
    added: dict[int, int] = {}
    for row in rows:
        added[row.parent_id] = added.get(row.parent_id, 0) + 1
    return added


def missing_links(wanted: Mapping[int, Iterable[int]]) -> dict[int, int]:
    """Return how many variants `link_variants` would add to each parent: one query."""
    there = set(
        ProductRelation.objects.filter(parent_id__any_of=wanted).values_list("parent", "child")
    )
    return {
        parent: count
        for parent, children in wanted.items()
        if (count := sum((parent, child) not in there for child in dict.fromkeys(children)))
    }


def variation_cells(
    options: Any, variants: Iterable[tuple[str, Mapping[str, Any]]]
) -> tuple[str, str]:
    """Return the cells of `COLUMNS`. `variants` are SKUs and further attributes.

    An option of a number that no attribute here has is left out.
    """
    kept = sorted(options.values(), key=_place) if isinstance(options, Mapping) else []
    variants = list(variants)
    codes = dict(_NUMBERS)
    codes |= {_number(code): code for _, attributes in variants for code in attributes}
    named = {codes[each["attribute_id"]]: each for each in kept if each["attribute_id"] in codes}
    parts = [
        join_list(
            [
                f"sku={sku}",
                *(f"{code}={text}" for code in named if (text := _said(attributes, code))),
            ]
        )
        for sku, attributes in variants
    ]
    labels = [f"{code}={option['label']}" for code, option in named.items()]
    return join_list(parts, "|") if parts else "", join_list(labels) if parts and labels else ""


def _said(attributes: Mapping[str, Any], code: str) -> str:
    value = attributes.get(code)
    return "" if value is None or isinstance(value, list | dict) else str(value)
