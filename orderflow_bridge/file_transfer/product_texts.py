"""What a product row changes, in words for the person who looks at a dry run."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orderflow_bridge.catalog.changes import Verdict
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.inventory.quantities import StockQuantity
from orderflow_bridge.inventory.quantities import Verdict as StockVerdict

_LONGEST_VALUE = 80


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


def stock_difference(verdict: StockVerdict, stock_quantity: StockQuantity) -> str:
    """Say what becomes of the quantity."""
    before = verdict.before.partition(",")[0] or "none"
    return f"qty {before} → {plain(stock_quantity.quantity)}"


def shown(value: Any) -> str:
    """Return a value as it is shown: short, and without needless zeros."""
    if value in (None, "", []):
        return "(empty)"
    text = plain(value) if isinstance(value, Decimal) else str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _attribute_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [
        f"{code} {shown(before.get(code))} → {shown(after.get(code))}"
        for code in sorted(before.keys() | after.keys())
        if before.get(code) != after.get(code)
    ]
