"""The table of a list: what stands in its cells, how wide and how important each is.

Rows are one line high. So a column tells by what it holds whether it may be cut (long texts), is
aligned to the right (numbers), or keeps its width (times, labels).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin.utils import lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import ManyToOneRel
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from unfold.templatetags.unfold_list import result_headers
from unfold.utils import display_for_field, display_for_value

from orderflow_bridge.common.translation import titled
from orderflow_bridge.console.grids.changelist import CHECKBOX, CHOICE, Grid
from orderflow_bridge.console.grids.columns import ACTIONS_COLUMN, NumberCell, Shown

CUT_FROM = 16
"""Texts of more letters may be cut: shorter ones are rather given their room."""
_WIDEST = 60
_FACTS = 2
_NUMBERS = (NumberCell, int, float, Decimal)
_BADGE = 'class="bridge-badge"'


@dataclass(frozen=True)
class Cell:
    """What a row shows in a column: its markup, the value behind it and its text."""

    markup: SafeString
    value: Any
    text: str


@dataclass(frozen=True)
class TableColumn:
    """A column as it is drawn. `kind` is check, acts, number, text or fixed.

    `weight` is its share of the room that the other kinds leave, in letters. `role` is what a phone
    shows of it: title, status, fact or nothing.
    """

    header: dict[str, Any]
    name: str
    kind: str
    weight: int = 0
    role: str = ""

    @property
    def classes(self) -> str:
        """The class names of its cells."""
        name = "action-checkbox" if self.name == CHECKBOX else f"field-{self.name}"
        role = f" bridge-as-{self.role}" if self.role else ""
        return f"bridge-cell {name} bridge-is-{self.kind}{role}"


@dataclass(frozen=True)
class GridTable:
    """Columns and rows, ready to be written down."""

    columns: list[TableColumn]
    rows: list[SafeString]
    num_sorted_fields: int

    @property
    def widths(self) -> list[int]:
        """Each column's percentage of what is left, 0 for those that take what they need."""
        weights = sum(column.weight for column in self.columns)
        return [round(100 * column.weight / weights) if weights else 0 for column in self.columns]


def table_of(grid: Grid) -> GridTable:
    """Return a list's table."""
    names = [name if isinstance(name, str) else name.__name__ for name in grid.list_display]
    headers = [
        _titled(header, name) for header, name in zip(result_headers(grid), names, strict=True)
    ]
    links = _linked(grid, names)
    cells = [[_cell(grid, row, name) for name in grid.list_display] for row in grid.result_list]
    columns = _in_roles(
        [
            _column(header, name, [row[index] for row in cells], is_title=name in links)
            for index, (header, name) in enumerate(zip(headers, names, strict=True))
        ],
        links,
        cells,
    )
    rows = [
        _row(grid, record, columns, each, links)
        for record, each in zip(grid.result_list, cells, strict=True)
    ]
    return GridTable(columns, rows, sum(bool(header.get("sorted")) for header in headers))


def _titled(header: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a column's heading as files and the menu of columns have it; a box has no words."""
    is_box = name in (CHECKBOX, CHOICE)
    return header if is_box else {**header, "text": titled(str(header["text"]))}


def _linked(grid: Grid, names: Sequence[str]) -> list[str]:
    """Return the columns that lead to the record; none of the chosen ones: the first does."""
    if grid.list_display_links is None:
        return []
    found = [name for name in names if name in grid.list_display_links]
    return found or [name for name in names if name not in (CHECKBOX, CHOICE, ACTIONS_COLUMN)][:1]


def _cell(grid: Grid, record: Any, name: Any) -> Cell:
    """Return a cell as Django shows it."""
    empty = grid.model_admin.get_empty_value_display()
    try:
        field, attribute, value = lookup_field(name, record, grid.model_admin)
    except ObjectDoesNotExist:
        return Cell(empty, None, "")
    shown: Any
    empty = getattr(attribute, "empty_value_display", empty)
    if field is None or field.auto_created:
        shown = display_for_value(value, empty, getattr(attribute, "boolean", False))
        if isinstance(value, SafeString | NumberCell):
            shown = value
    elif isinstance(field.remote_field, ManyToOneRel):
        shown = value = getattr(record, field.name)
        shown = empty if shown is None else shown
    else:
        shown = display_for_field(value, field, empty)
        value = str(shown) if field.choices and value is not None else value
    markup = conditional_escape(shown)
    text = strip_tags(markup) if "<" in markup else str(shown)
    if isinstance(value, bool):
        text = ""  # what stands there is the name of an icon
    return Cell(markup, value.value if isinstance(value, Shown) else value, text)


def _column(
    header: dict[str, Any], name: str, cells: Sequence[Cell], *, is_title: bool
) -> TableColumn:
    """Return a column by what its cells hold."""
    if name in (CHECKBOX, CHOICE):
        return TableColumn(header, name, "check")
    if name == ACTIONS_COLUMN:
        return TableColumn(header, name, "acts")
    told = [cell for cell in cells if cell.text and cell.value is not None]
    if told and all(_is_number(cell.value) for cell in told) and not is_title:
        return TableColumn(header, name, "number")
    is_kept = any(isinstance(cell.value, datetime) or _BADGE in cell.markup for cell in told)
    longest = max((len(cell.text) for cell in told), default=0)
    if longest <= CUT_FROM or is_kept:
        return TableColumn(header, name, "fixed")
    return TableColumn(header, name, "text", min(longest, _WIDEST))


def _is_number(value: Any) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def _in_roles(
    columns: Sequence[TableColumn], links: Sequence[str], cells: Sequence[Sequence[Cell]]
) -> list[TableColumn]:
    """Say what of a row a phone shows: its title, its status and two facts."""
    ordinary = [each for each in columns if each.kind not in ("check", "acts")]
    title = next((each.name for each in ordinary if each.name in links), "")
    title = title or next((each.name for each in ordinary), "")
    of = {column.name: index for index, column in enumerate(columns)}
    status = next(
        (each.name for each in ordinary if _is_status(cells, of[each.name]) and each.name != title),
        "",
    )
    others = [each.name for each in ordinary if each.name not in (title, status, "thumbnail")]
    roles = {title: "title", status: "status", **dict.fromkeys(others[:_FACTS], "fact")}
    return [
        TableColumn(each.header, each.name, each.kind, each.weight, roles.get(each.name, ""))
        for each in columns
    ]


def _is_status(cells: Sequence[Sequence[Cell]], index: int) -> bool:
    return any(_BADGE in row[index].markup for row in cells)


def _row(
    grid: Grid,
    record: Any,
    columns: Sequence[TableColumn],
    cells: Sequence[Cell],
    links: Sequence[str],
) -> SafeString:
    """Return a row. A keyboard's focus may be put on it; Enter opens its first link."""
    parts = "".join(_parts(grid, record, columns, cells, links))
    return mark_safe(f'<tr class="data-row" data-row tabindex="-1">{parts}</tr>')  # noqa: S308


def _parts(
    grid: Grid,
    record: Any,
    columns: Sequence[TableColumn],
    cells: Sequence[Cell],
    links: Sequence[str],
) -> Iterator[str]:
    url = _address(grid, record) if links else ""
    for column, cell in zip(columns, cells, strict=True):
        is_link = bool(url) and column.name in links
        tag = "th" if is_link and column.name == links[0] else "td"
        scope = ' scope="row"' if tag == "th" else ""
        markup = cell.markup
        if is_link:
            opener = format_html(' data-popup-opener="{}"', record.pk) if grid.is_popup else ""
            markup = format_html(
                '<a href="{}" class="bridge-row-link"{}>{}</a>', url, opener, markup
            )
        whole = ""
        if column.kind == "text" and len(cell.text) > CUT_FROM:
            whole = format_html(' title="{}"', cell.text)
        label = ""
        if column.name != CHECKBOX:
            label = format_html(' data-label="{}"', column.header["text"])
        yield f'<{tag}{scope} class="{column.classes}"{label}{whole}>{markup}</{tag}>'


def _address(grid: Grid, record: Any) -> str:
    """Return the address of a record's page, which knows the list that it was opened from."""
    try:
        url: str = grid.url_for_result(record)
    except NoReverseMatch:
        return ""
    return f"{url}?{grid.preserved_filters}" if grid.preserved_filters else url
