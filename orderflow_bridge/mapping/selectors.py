"""Which rows hold for a website: its own, else those of Default Config, else the system's."""

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from django.utils.translation import gettext as _

from orderflow_bridge.common.memory import Memory
from orderflow_bridge.mapping.applying import paths_of
from orderflow_bridge.mapping.models import ChangedRow
from orderflow_bridge.mapping.rows import Part, Row
from orderflow_bridge.stores.models import Website

log = structlog.get_logger(__name__)

# The changed rows of every scope by (website's id, part, key); no id is Default Config's.
Stored = Mapping[tuple[int | None, Part, str], Row]
# What holds for one website: changed rows only. A part without any has its system values.
Rows = Mapping[Part, tuple[Row, ...]]
NO_ROWS: Rows = {}
_read = Memory(seconds=5.0)
forget = _read.forget


def rows_of(website_id: int | None) -> Rows:
    """Return the changed rows that hold for a website: one statement in five seconds."""
    known: Rows | None = _read.get(website_id)
    if known is None:
        known = rows_among(stored_rows(website_id), website_id)
        _read.keep(website_id, known)
    return known


def stored_rows(*websites: int | None) -> Stored:
    """Return the rows of Default Config and of these websites, or of all scopes."""
    rows: Iterable[ChangedRow] = ChangedRow.objects.all()
    if websites:
        own = ChangedRow.objects.filter(website__in=[each for each in websites if each])
        rows = own | ChangedRow.objects.filter(website=None)
    found: dict[tuple[int | None, Part, str], Row] = {}
    for each in rows:
        try:
            found[each.website_id, Part(each.part), each.key] = each.row
        except (ValueError, TypeError):
            log.warning("mapping_unreadable", part=each.part, key=each.key)
    return found


def rows_among(stored: Stored, website_id: int | None) -> Rows:
    """Return what holds for a website among the rows of all scopes, in the order of their adding.

    A row that says no more than the system does is none.
    """
    chosen: dict[tuple[Part, str], Row] = {}
    for scope in dict.fromkeys((None, website_id)):
        chosen |= {(part, key): row for (at, part, key), row in stored.items() if at == scope}
    parts: dict[Part, list[Row]] = {}
    for (part, key), row in chosen.items():
        if row != Row(part, key):
            parts.setdefault(part, []).append(row)
    return {part: tuple(rows) for part, rows in parts.items()}


def answered_keys() -> tuple[str, ...]:
    """Return what rows of any scope may add to fetched orders: one statement in five seconds."""
    known: tuple[str, ...] | None = _read.get("answered")
    if known is None:
        rows = stored_rows().values()
        parts = (Part.ORDER, Part.SHIPMENT)
        keys = (row.key for row in rows if row.in_answers and row.part in parts)
        known = tuple(dict.fromkeys(keys))
        _read.keep("answered", known)
    return known


def order_lookups(rows: Rows) -> list[str]:
    """Return what to read along with many orders, beyond what documents need, for these rows."""
    wanted = {
        ("items__product", Part.ORDER_LINE, "product"),
        *(("store", part, "store") for part in Part),
    }
    asked = {(part, path.partition(".")[0]) for part in rows for path in _paths(rows[part])}
    return sorted({lookup for lookup, part, name in wanted if (part, name) in asked})


def _paths(rows: Iterable[Row]) -> Iterable[str]:
    return (path for row in rows for path in paths_of(row))


def scope_name(website: Website | None) -> str:
    """Return what people call a scope."""
    return website.name if website else _("Default Config")


def definitions(stored: Stored, website_id: int | None) -> dict[str, Any]:
    """Return a scope's rows as they stand in a file: by part and key, in their order."""
    return {
        f"{part}/{key}": row.definition()
        for (at, part, key), row in stored.items()
        if at == website_id
    }
