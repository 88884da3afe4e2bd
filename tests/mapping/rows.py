"""Changing rows of the mapping in tests, and what OrderFlow then gets."""

from typing import Any

from orderflow_bridge.mapping.checking import check_row
from orderflow_bridge.mapping.rows import Part, Row, Use
from orderflow_bridge.mapping.services import write_row
from orderflow_bridge.stores.models import Website


def change(part: Part, key: str, *, website: Website | None = None, **definition: Any) -> None:
    """Change a row as the page would: `field`, `constant` or `template` name the value."""
    for use in (Use.FIELD, Use.CONSTANT, Use.TEMPLATE):
        if use in definition:
            definition |= {"use": use, "value": definition.pop(use)}
    verdict = check_row(Row.of(part, key, definition), is_of_website=website is not None)
    assert verdict.errors == {}
    write_row(part, key, definition, website=website)
