"""What one may do with a row of a list: links in its last column, each to a page or a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from orderflow_bridge.console.grids.cells import Shown

COLUMN = "action_links"


@dataclass(frozen=True)
class RowAction:
    """A link: its text, and where it leads."""

    title: str
    url: str


def action_links(actions: Sequence[RowAction], subject: Any) -> SafeString:
    """Return the links; a screen reader hears with each what it is about."""
    links = format_html_join(
        "",
        '<a class="bridge-link" href="{}" aria-label="{}">{}</a>',
        ((one.url, f"{one.title}: {subject}", one.title) for one in actions if one.url),
    )
    return Shown(format_html('<span class="bridge-row-actions">{}</span>', links), "")
