"""Making a part's values by its changed rows. Pure: plain values in, a document's values out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from orderflow_bridge.client.documents import Value
from orderflow_bridge.common.exceptions import BridgeError, TemplateRefused
from orderflow_bridge.common.sandboxed_templates import SandboxedTemplate, compiled
from orderflow_bridge.common.template_filters import FILTERS, number_of, text_of
from orderflow_bridge.mapping.fields import SYSTEM
from orderflow_bridge.mapping.rows import Row, Use
from orderflow_bridge.mapping.values import Roots

_BETWEEN = ", "


class MappingFailed(BridgeError):
    """A row makes no value of an entity; the text names the row and says why."""


def apply_rows(rows: Sequence[Row], system: Mapping[str, Value], roots: Roots) -> dict[str, Value]:
    """Return a part's values: the system's, with those of the rows in their place or behind them.

    What has no value is left out. Raises MappingFailed.
    """
    asked = {path.partition(".")[0] for row in rows for path in paths_of(row)}
    values: dict[str, Any] = {name: root() for name, root in roots.items() if name in asked}
    values[SYSTEM] = dict(system)
    made = dict(system)
    for row in rows:
        try:
            if row.when and not condition(row.when).render(values).strip():
                continue
            value = _formatted(row, _value(row, values))
        except (TemplateRefused, ValueError) as error:
            reason = str(error)[:1].upper() + str(error)[1:].rstrip(".")
            raise MappingFailed(
                f"The mapping of {row.key} ({row.part.label}) makes no value: {reason}."
            ) from error
        if value in (None, ""):
            made.pop(row.key, None)
        else:
            made[row.key] = value
    return made


def paths_of(row: Row) -> Iterator[str]:
    """Yield the paths that a row asks for; none of a template that cannot be used."""
    if row.use is Use.FIELD:
        yield row.value
    with suppress(TemplateRefused):
        if row.use is Use.TEMPLATE:
            yield from compiled(row.value).names
        if row.when:
            yield from condition(row.when).names


def condition(when: str) -> SandboxedTemplate:
    """Return a condition as a template that writes something where it holds."""
    return compiled("{{ 1 if (" + when + ") }}")


def look_up(values: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path, None if there is nothing (fields.py says what paths mean)."""
    found: Any = values
    for name in path.split("."):
        if isinstance(found, list) and name in ("first", "last"):
            found = found[0 if name == "first" else -1] if found else None
        elif isinstance(found, list):
            found = [each.get(name) for each in found if isinstance(each, dict)]
        else:
            found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _value(row: Row, values: Mapping[str, Any]) -> Any:
    match row.use:
        case Use.OFF:
            return None
        case Use.CONSTANT:
            return row.value
        case Use.TEMPLATE:
            return compiled(row.value).render(values).strip()
        case Use.FIELD:
            return look_up(values, row.value)
    return values[SYSTEM].get(row.key)


def _formatted(row: Row, value: Any) -> Value:
    """Return a value in the row's format. Raises ValueError if it does not fit."""
    if row.use is Use.OFF:
        return None
    if isinstance(value, list):
        value = _BETWEEN.join(_texts(value))
    if value is None or value == "":
        return row.default or None
    if row.yes or row.no:
        value = FILTERS["yesno"](value, row.yes, row.no)
    if row.date:
        value = FILTERS["date"](value, row.date)
    if row.decimals is not None:
        value = FILTERS["round"](value, row.decimals)
    if row.length:
        value = text_of(value)[: row.length]
    return _plain(value)


def _texts(values: Iterable[Any]) -> list[str]:
    return [text for each in values if (text := text_of(each))]


def _plain(value: Any) -> Value:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float | Decimal):
        number_of(value)
        return value
    if isinstance(value, date):
        return text_of(value)
    text_of(value)  # which says what is wrong with it
    return None
