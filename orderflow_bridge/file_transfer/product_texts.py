"""What becomes of a product's row, in words for the dry run and the result. Pure functions."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from orderflow_bridge.catalog.changes import BUNDLE_OPTIONS, VARIANT_OPTIONS, Verdict
from orderflow_bridge.catalog.groups import LINKS
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.file_transfer.product_pictures import GALLERY
from orderflow_bridge.inventory.quantities import StockQuantity
from orderflow_bridge.inventory.quantities import Verdict as StockVerdict

_LONGEST_SHOWN = 80
_COUNTED = {
    GALLERY: "pictures",
    VARIANT_OPTIONS: "options",
    BUNDLE_OPTIONS: "options",
    LINKS: "links",
}


def creation(columns: Mapping[str, Any], stock_quantity: StockQuantity | None) -> str:
    """Say what kind of product is new, and how much of it lies there."""
    text = f"new {columns.get('type_id') or 'simple'} product “{shown(columns.get('name'))}”"
    return f"{text}, qty {plain(stock_quantity.quantity)}" if stock_quantity else text


def differences(verdict: Verdict, websites: Mapping[str, int]) -> list[str]:
    """Say what changes: "price 10 → 12" and so on, one text for each column or attribute."""
    texts = []
    for name, after in verdict.columns.items():
        before = verdict.before.get(name)
        if name == "custom_attributes":
            texts += _attribute_differences(before or {}, after)
        else:
            texts.append(f"{name} {shown(before)} → {shown(after)}")
    if verdict.website_ids is not None:
        codes = {pk: code for code, pk in websites.items()}
        joined = verdict.website_ids - set(verdict.before.get("website_ids", ()))
        texts += [f"website +{codes.get(pk, pk)}" for pk in sorted(joined)]
    if verdict.category_positions is not None:
        there = set(verdict.before.get("category_ids", ()))
        count = len(verdict.category_positions.keys() - there)
        texts.append(f"{count} more categor{'y' if count == 1 else 'ies'}")
    return texts


def view_differences(verdict: Verdict, codes: Mapping[int, str]) -> Iterable[str]:
    """Say what changes in store views; `codes` are the views' by id."""
    before = verdict.before.get("view_values", {})
    for (view, code), value in verdict.view_values.items():
        after = "(default)" if value is None else shown(value)
        yield f"{codes.get(view, view)}: {code} {shown(before.get((view, code)))} → {after}"


def stock_difference(verdict: StockVerdict, stock_quantity: StockQuantity) -> str:
    """Say what becomes of the quantity."""
    before = verdict.before.partition(",")[0] or "none"
    return f"qty {before} → {plain(stock_quantity.quantity)}"


def setting_differences(changed: Mapping[str, Any], stored: Mapping[str, Any]) -> Iterable[str]:
    """Say what becomes of stock settings; one without a value follows the configuration."""
    for name, value in changed.items():
        yield f"{name} {_setting(stored.get(name))} → {_setting(value)}"


def more_variants(count: int) -> str:
    """Say how many variants are added."""
    return f"{count} more variant{'' if count == 1 else 's'}"


def more_parts(count: int) -> str:
    """Say how many products a group or a bundle gets."""
    return f"{count} more part{'' if count == 1 else 's'}"


def no_view(code: str, views: Mapping[str, Any]) -> str:
    """Say that there is no store view of this code; `views` are those that there are, by code."""
    if not views:
        return (
            "store_view_code: the shop has one store view only, so products have default values"
            " only. Leave the cell empty in the row that counts."
        )
    return (
        f'store_view_code: there is no store view "{code[:100]}". There are {", ".join(views)};'
        " more are made under Stores → Store Views."
    )


def _setting(value: Any) -> str:
    return "(configuration)" if value is None else shown(value)


def shown(value: Any) -> str:
    """Return a value as it is shown: short, and without needless zeros."""
    if value in (None, "", []):
        return "(empty)"
    text = plain(value) if isinstance(value, Decimal) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _attribute_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [
        f"{_COUNTED.get(code, code)} {_said(code, before)} → {_said(code, after)}"
        for code in sorted(before.keys() | after.keys())
        if before.get(code) != after.get(code)
    ]


def _said(code: str, attributes: Mapping[str, Any]) -> str:
    value = attributes.get(code)
    return str(len(value or ())) if code in _COUNTED else shown(value)
