"""Asking plugins for other quantities than those that a batch would write.

Called when the batch's lines are judged and adjusted by the configuration, once per batch, and only
if a plugin takes the hook: two statements then, one to read the lines and one to write what has
changed. A plugin that fails stops the batch, so that no wrong stock is written; its messages wait.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from orderflow_bridge.common.numbers import plain
from orderflow_bridge.plugins.events import StockQuantity
from orderflow_bridge.plugins.hooks import Hook, taken

HOOK = "adjust_quantities"
ADJUST_IN_POSTGRESQL = """
UPDATE inventory_line l SET units_set = a.units, reason = a.reason
FROM unnest(%(ords)s::integer[], %(units)s::numeric[], %(reasons)s::text[])
    AS a(ord, units, reason)
WHERE a.ord = l.ord
"""
ADJUST_IN_SQLITE = "UPDATE inventory_line SET units_set = %s, reason = %s WHERE ord = %s"
LARGEST = Decimal("99999999.9999")
_PLACES = Decimal("0.0001")
_LONGEST_REASON = 500


class Adjusted(NamedTuple):
    """A line that plugins have changed: its `ord`, what to write, and who changed it."""

    ord: int
    units: Decimal
    reason: str


def is_asked() -> bool:
    """Tell whether a plugin adjusts quantities."""
    return bool(taken(HOOK))


def adjusted(rows: Iterable[Sequence[Any]]) -> list[Adjusted]:
    """Return the lines that plugins have changed.

    `rows` are (ord, sku, source, received, quantity, before) of the lines that are about to be
    written. Each plugin gets what the ones before it have made. Raises PluginFailed.
    """
    quantities = {
        row[0]: StockQuantity(row[0], row[1], row[2], *(_exact(each) for each in row[3:]))
        for row in rows
    }
    if not quantities:
        return []
    reasons: dict[int, list[str]] = {}
    for hook in taken(HOOK):
        about = f"{len(quantities)} lines from {next(iter(quantities.values())).sku} on"
        answer = hook(about=about, lines=tuple(quantities.values()))
        for number, units in _read(hook, about, answer, quantities).items():
            before = quantities[number]
            if units != before.quantity:
                quantities[number] = replace(before, quantity=units)
                reasons.setdefault(number, []).append(
                    f"{hook.plugin.title} set {plain(units)} in place of {plain(before.quantity)}."
                )
    return [
        Adjusted(number, quantities[number].quantity, " ".join(said)[:_LONGEST_REASON])
        for number, said in reasons.items()
    ]


def _read(
    hook: Hook, about: str, answer: Any, quantities: Mapping[int, StockQuantity]
) -> dict[int, Decimal]:
    """Return a plugin's answer with four places. Raises PluginFailed for one that is no use."""
    if answer is None:
        return {}
    if not isinstance(answer, Mapping) or not quantities.keys() >= answer.keys():
        raise hook.refuse(about, "It answers something else than quantities by numbers of lines.")
    found = {}
    for number, units in answer.items():
        # Without the value: not everything can be written down.
        if isinstance(units, bool) or not isinstance(units, int | Decimal):
            raise hook.refuse(about, f"It answers no whole or decimal number for line {number}.")
        if not Decimal(units).is_finite() or abs(Decimal(units)) > LARGEST:
            raise hook.refuse(about, f"It answers no quantity for line {number}.")
        found[number] = Decimal(units).quantize(_PLACES)
    return found


def _exact(number: Any) -> Decimal:
    """Return a number as the databases give it; SQLite has floats."""
    return Decimal(str(number or 0)).quantize(_PLACES)
