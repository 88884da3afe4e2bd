"""What callers want of products, and what becomes of it: pure judgement, no database."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from django.utils.translation import gettext_noop

from orderflow_bridge.catalog.columns import (
    WRITABLE,
    clean_columns,
    clean_sku,
    fits_attribute,
    invalid,
)
from orderflow_bridge.catalog.scopes import PER_VIEW
from orderflow_bridge.catalog.view_changes import ViewValues, of_view, written_values
from orderflow_bridge.common.exceptions import ItemError, empty

# Codes that are no custom attributes: what is not for callers to say, and lists of their own.
VARIANT_OPTIONS = "configurable_product_options"
BUNDLE_OPTIONS = "bundle_product_options"
NOT_ATTRIBUTES = frozenset((
    "id", "entity_id", "sku", "created_at", "updated_at", "orderflow_export_status",
    "orderflow_export_date", "media_gallery", "media_gallery_entries", "product_links", "options",
    "tier_prices", VARIANT_OPTIONS, "configurable_product_links", BUNDLE_OPTIONS,
))  # fmt: skip
IMAGE_ROLES = ("small_image", "thumbnail")


class Change(Enum):
    """What saving does to a product."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class ProductChange:
    """What is wanted of one product; what is not given stays as it is.

    `columns` are by the names of catalog/columns.py. `attributes` are further ones by code, texts
    or lists of texts; None takes one away. `website_ids` and `category_positions` (by category id;
    None keeps a position) are the whole set; None leaves it. `joins` are the websites of a product
    that is new and names none. `store_id` is the store view whose values are meant, of those that
    may differ by view; None, and a product that is new, means the default values.
    """

    sku: str
    columns: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    website_ids: Collection[int] | None = None
    category_positions: Mapping[int, int | None] | None = None
    joins: Collection[int] = ()
    store_id: int | None = None


def with_attributes(change: ProductChange, given: Iterable[tuple[str, Any]]) -> ProductChange:
    """Return a change with attributes by code, as Magento's custom attributes have them.

    Columns and categories may come as one; what the change says of them already counts more. What
    is not for callers to say is passed over.
    """
    columns, attributes = dict(change.columns), dict(change.attributes)
    positions = change.category_positions
    for code, value in given:
        if code == "category_ids":
            positions = _listed(value) if positions is None else positions
        elif code in WRITABLE:
            columns.setdefault(code, value)
        elif code not in NOT_ATTRIBUTES:
            attributes[code] = value
    return replace(change, columns=columns, attributes=attributes, category_positions=positions)


def _listed(value: Any) -> dict[int, int | None]:
    """Return the categories of `category_ids`, a list or a comma list."""
    ids = value if isinstance(value, list) else str(value or "").split(",")
    return {category_id(each): None for each in ids if str(each).strip()}


def category_id(value: Any) -> int:
    """Return a category's id; what is no number is no category that there could be."""
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


@dataclass(frozen=True)
class Known:
    """A product as it is: `columns` by name, `sku` and `custom_attributes` among them.

    `view_values` are read when a change is made in a store view.
    """

    product_id: int
    columns: Mapping[str, Any]
    website_ids: frozenset[int] = frozenset()
    category_positions: Mapping[int, int] = field(default_factory=dict)
    view_values: ViewValues = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a change: the columns to be written, the memberships, or an error.

    `before` holds the former values of what changes. `product_id` is None until a new product is
    written. `sku` is as the product has it, however the change spells it.
    """

    sku: str
    change: Change = Change.UNCHANGED
    product_id: int | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    website_ids: frozenset[int] | None = None
    category_positions: Mapping[int, int] | None = None
    view_values: ViewValues = field(default_factory=dict)
    item_error: ItemError | None = None


@dataclass(frozen=True)
class Surroundings:
    """The websites and categories that there are, and of each store view those of its website."""

    website_ids: frozenset[int]
    category_ids: frozenset[int]
    siblings: Mapping[int, frozenset[int]] = field(default_factory=dict)


def decide(change: ProductChange, known: Known | None, around: Surroundings) -> Verdict:
    """Say what becomes of a change to a product that is as `known` says, None if it is new."""
    sku = clean_sku(change.sku)
    in_view: dict[str, Any] | ItemError = {}
    if known is not None and change.store_id in around.siblings:
        in_view = of_view(change.columns, change.attributes)
        change = _default_part(change)
    if isinstance(in_view, ItemError):
        return Verdict(change.sku, item_error=in_view)
    columns = clean_columns(change.columns)
    item_error = _item_error(sku, columns, change, known, around)
    if item_error or isinstance(sku, ItemError) or isinstance(columns, ItemError):
        return Verdict(change.sku, item_error=item_error)
    if known is None:
        return _creation(sku, columns, change)
    verdict = _update(columns, change, known)
    return _in_view(verdict, in_view, change.store_id, known, around) if in_view else verdict


def _default_part(change: ProductChange) -> ProductChange:
    """Return what a change in a store view says of values that are the same in all views."""
    columns, attributes = (
        {code: value for code, value in each.items() if code not in PER_VIEW}
        for each in (change.columns, change.attributes)
    )
    return replace(change, columns=columns, attributes=attributes)


def _in_view(
    verdict: Verdict,
    wanted: Mapping[str, Any],
    store_id: int | None,
    known: Known,
    around: Surroundings,
) -> Verdict:
    default = {**known.columns["custom_attributes"], **known.columns}
    siblings = around.siblings[store_id or 0]
    there = known.view_values
    written = written_values(wanted, store_id or 0, siblings, there, default)
    if not written:
        return verdict
    before = {key: there.get(key, default.get(key[1])) for key in written}
    return replace(
        verdict,
        change=Change.UPDATED,
        before={**verdict.before, "view_values": before},
        view_values=written,
    )


def _item_error(
    sku: str | ItemError,
    columns: dict[str, Any] | ItemError,
    change: ProductChange,
    known: Known | None,
    around: Surroundings,
) -> ItemError | None:
    there = known.columns["custom_attributes"] if known else {}
    for decided in (sku, columns):
        if isinstance(decided, ItemError):
            return decided
    for code, value in change.attributes.items():
        if not 0 < len(code) <= 255 or "\0" in code + str(value):
            return ItemError(
                gettext_noop('The attribute code "%code" is invalid.'), {"code": code[:100]}
            )
        # Who saves what he has read changes nothing.
        if not fits_attribute(code, value) and value != there.get(code):
            return invalid(code, value)
    unknown = {*(change.website_ids or ()), *change.joins} - around.website_ids
    if unknown:
        text = gettext_noop(
            "The website with id %id that was requested wasn't found. Verify the website."
        )
        return ItemError(text, {"id": min(unknown)})
    unknown = set(change.category_positions or ()) - around.category_ids
    if unknown:
        text = gettext_noop("The category with id %id doesn't exist.")
        return ItemError(text, {"id": min(unknown)})
    return None


def _creation(sku: str, columns: dict[str, Any], change: ProductChange) -> Verdict:
    if not columns.get("name"):
        return Verdict(change.sku, item_error=empty("name"))
    attributes = _merged({}, change.attributes, columns.get("image", ""))
    if attributes:
        columns["custom_attributes"] = attributes
    websites = change.joins if change.website_ids is None else change.website_ids
    positions = change.category_positions or {}
    return Verdict(
        sku,
        Change.CREATED,
        columns=columns,
        website_ids=frozenset(websites),
        category_positions={pk: position or 0 for pk, position in positions.items()},
    )


def _update(columns: dict[str, Any], change: ProductChange, known: Known) -> Verdict:
    image = columns.get("image", known.columns["image"])
    columns["custom_attributes"] = _merged(
        known.columns["custom_attributes"], change.attributes, image
    )
    changed = {name: value for name, value in columns.items() if known.columns[name] != value}
    websites = None if change.website_ids is None else frozenset(change.website_ids)
    if websites == known.website_ids:
        websites = None
    positions: dict[int, int] | None = None
    if change.category_positions is not None:
        positions = {
            pk: known.category_positions.get(pk, 0) if position is None else position
            for pk, position in change.category_positions.items()
        }
        if positions == known.category_positions:
            positions = None
    before = {name: known.columns[name] for name in changed}
    if websites is not None:
        before["website_ids"] = sorted(known.website_ids)
    if positions is not None:
        before["category_ids"] = sorted(known.category_positions)
    is_same = not changed and websites is None and positions is None
    return Verdict(
        known.columns["sku"],
        Change.UNCHANGED if is_same else Change.UPDATED,
        known.product_id,
        changed,
        before,
        websites,
        positions,
    )


def _merged(there: Mapping[str, Any], wanted: Mapping[str, Any], image: str) -> Mapping[str, Any]:
    """Return the attributes with the wanted ones in place.

    One that says the same on the wire stays as it is kept, and so do the roles of the picture that
    merely follow from the product having one: who saves what he has read changes nothing.
    """
    merged = dict(there)
    for code, value in wanted.items():
        if value in (None, "", []):
            merged.pop(code, None)
        elif code in IMAGE_ROLES and code not in there and value == image:
            continue
        elif code not in there or _worded(there[code]) != _worded(value):
            merged[code] = value
    return merged


def _worded(value: Any) -> Any:
    """Return a value as callers read it: numbers and switches are texts."""
    if isinstance(value, list):
        return [_worded(entry) for entry in value]
    if isinstance(value, Mapping):
        return {name: _worded(entry) for name, entry in value.items()}
    return str(int(value)) if isinstance(value, bool) else str(value)
