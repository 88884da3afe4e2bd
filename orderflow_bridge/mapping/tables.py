"""The table of a part as people see it: every key, what is sent under it, and who says so."""

from collections.abc import Iterator
from dataclasses import dataclass

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.mapping.rows import Part, Row
from orderflow_bridge.mapping.selectors import Stored, scope_name
from orderflow_bridge.mapping.system_rows import (
    DECLARED_KEYS,
    FIXED_KEYS,
    SYSTEM_ROWS,
    system_row,
)
from orderflow_bridge.stores.models import Website

SYSTEM_VALUE = _("System value")


@dataclass(frozen=True)
class TableRow:
    """A key in one scope. `value` is "" where nothing is sent."""

    key: str
    value: str
    source: str
    is_custom: bool
    is_own: bool
    formats: str = ""

    @property
    def is_code(self) -> bool:
        """Whether the value is a path or a template, not a text in words."""
        return "{" in self.value or ("." in self.value and " " not in self.value)


def keys_of(part: Part, stored: Stored) -> list[str]:
    """Return the keys of a part: OrderFlow's own, the system's custom ones, and the added ones."""
    fixed = FIXED_KEYS[part]
    added = [key for _, at, key in stored if at is part]
    known = (*DECLARED_KEYS[part], *(row.key for row in SYSTEM_ROWS[part]), *added)
    return [key for key in dict.fromkeys(known) if key not in fixed]


def table_of(part: Part, stored: Stored, website: Website | None) -> list[TableRow]:
    """Return the rows of a part in a scope; a website does not see what only another one added."""
    return list(_rows(part, stored, website))


def _rows(part: Part, stored: Stored, website: Website | None) -> Iterator[TableRow]:
    for key in keys_of(part, stored):
        own = stored.get((website.pk, part, key)) if website else None
        wide = stored.get((None, part, key))
        row = own or wide
        is_custom = key not in DECLARED_KEYS[part]
        if row is None and is_custom and system_row(part, key) is None:
            continue
        value = row_value(row) if row else _system(part, key)
        formats = ", ".join(row.formats) if row else ""
        source = scope_name(website if own else None) if row else str(SYSTEM_VALUE)
        is_own = (own if website else wide) is not None
        yield TableRow(key, value, source, is_custom, is_own, formats)


def row_value(row: Row) -> str:
    """Return a changed row's value without its format."""
    if row.use == "system":
        return _system(row.part, row.key)
    return Row(row.part, row.key, row.use, row.value).says


def _system(part: Part, key: str) -> str:
    row = system_row(part, key)
    return str(row.path or row.says) if row else ""
