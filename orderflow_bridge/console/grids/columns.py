"""The columns of a list: declared, chosen (Magento's "Columns"), and what their cells show.

Cells remember what they show: a download holds numbers and times, not their texts. In the last
column stands what one may do with a row: a menu of links, each to a page or a question.
"""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

Value = str | int | float | Decimal | datetime
ACTIONS_COLUMN = "action_links"


@dataclass(frozen=True)
class ListColumn:
    """A column as Django's lists and forms ask for one: called with a row, it returns the cell."""

    short_description: str
    source: str | Callable[[Any], Any]
    shown: Callable[[Any], Any] | None
    admin_order_field: str | None
    boolean: bool

    def __call__(self, record: Any) -> Any:
        """Return the cell of a row."""
        value = record
        if callable(self.source):
            value = self.source(record)
        else:
            for name in self.source.split("."):
                value = getattr(value, name)
        return value if self.shown is None else self.shown(value)


def column(
    title: str,
    source: str | Callable[[Any], Any],
    shown: Callable[[Any], Any] | None = None,
    *,
    ordering: str | None = None,
    boolean: bool = False,
) -> ListColumn:
    """Return a column: `created = column("Created", "created_at", time_cell)`.

    `source` is a field ("order.created_at" is one of what the row belongs to) or a function of the
    row; `shown` makes a cell of the value. A field is also what the list is sorted by: `ordering`
    names another one, or "" for none. What a function returns is sorted only by an `ordering`.
    """
    if ordering is None and isinstance(source, str):
        ordering = source.replace(".", "__")
    return ListColumn(title, source, shown, ordering or None, boolean)


@dataclass(frozen=True)
class Column:
    """A column on offer: its name in the address, its title, and whether it is shown now."""

    name: str
    title: str
    is_shown: bool


def chosen(asked: Sequence[str], offered: Sequence[str], usual: Sequence[str]) -> list[str]:
    """Return the columns to show: those asked for that exist, in that order, else the usual ones.

    A name that is asked for twice counts once; a list always keeps at least one column.
    """
    wanted = [name for name in dict.fromkeys(asked) if name in offered]
    return wanted or list(usual)


def in_order(shown: Sequence[str], offered: Sequence[str]) -> list[str]:
    """Return all columns on offer as the chooser lists them: those shown first, in their order."""
    return [*shown, *(name for name in offered if name not in shown)]


class Shown(SafeString):
    """Markup that remembers the value behind it."""

    value: Any

    def __new__(cls, markup: str, value: Any) -> "Shown":
        """Return the markup, which must be safe already, with its value."""
        shown = super().__new__(cls, markup)
        shown.value = value
        return shown


class NumberCell(str):
    """A text that remembers the number it stands for: "$37.00" and 37."""

    number: int | Decimal

    def __new__(cls, text: str, number: int | Decimal) -> "NumberCell":
        """Return the text with its number."""
        number_cell = super().__new__(cls, text)
        number_cell.number = number
        return number_cell


def number_cell(number: int) -> NumberCell:
    """Return a whole number as a cell; unlike the number itself, 0 is shown as 0."""
    return NumberCell(str(number), number)


def plain_value(cell: Any) -> Value:
    """Return what a cell shows without markup: a number, a time in the shop's zone, or a text."""
    match cell:
        case None:
            return ""
        case Shown():
            return plain_value(cell.value)
        case NumberCell():
            return cell.number
        case bool():
            return _("Yes") if cell else _("No")
        case int() | float() | Decimal():
            return cell
        case datetime():
            local = timezone.localtime(cell) if timezone.is_aware(cell) else cell
            return local.replace(tzinfo=None, microsecond=0)
        case SafeString():
            return html.unescape(strip_tags(cell)).strip()
    return str(cell)


@dataclass(frozen=True)
class RowAction:
    """A link: its text, and where it leads."""

    title: str
    url: str


def action_links(actions: Sequence[RowAction], record: Any) -> SafeString:
    """Return a row's menu of links; a screen reader hears with each what it is about."""
    offered = [one for one in actions if one.url]
    if not offered:
        return Shown("", "")
    links = format_html_join(
        "",
        '<a class="bridge-link" href="{}" aria-label="{}">{}</a>',
        ((one.url, f"{one.title}: {record}", one.title) for one in offered),
    )
    name = f"acts-{record._meta.model_name}-{slugify(record.pk)}"
    markup = format_html(
        '<button type="button" class="bridge-acts-button" popovertarget="{}" aria-label="{}"'
        ' data-acts>⋯</button><div id="{}" class="bridge-row-actions" popover>{}</div>',
        *(name, _("Actions: %(record)s") % {"record": record}, name, links),
    )
    return Shown(markup, "")
