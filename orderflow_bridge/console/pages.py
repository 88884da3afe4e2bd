"""What the admin's detail pages are made of: sections, cards of facts, tables, and their cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.formats import get_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from orderflow_bridge.common.choices import ExportStatus, Result
from orderflow_bridge.common.formats import datetime_text, number_text
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.grids.columns import NumberCell, Shown
from orderflow_bridge.console.reader import may_open

PENDING = gettext_lazy("Pending")

Tones = Mapping[Any, str]

RESULT_TONES: Tones = {
    Result.SUCCESS: "success",
    Result.DUPLICATE: "info",
    Result.SUPERSEDED: "warning",
    Result.FAILURE: "danger",
    Result.DISCARDED: "warning",
}
EXPORT_TONES: Tones = {
    ExportStatus.PENDING: "warning",
    ExportStatus.QUEUED: "info",
    ExportStatus.EXPORTED: "success",
    ExportStatus.FAILED: "danger",
}
_ON_THE_WAY = (ExportStatus.PENDING, ExportStatus.QUEUED)


@dataclass(frozen=True)
class Card:
    """A titled list of facts: pairs of label and value."""

    title: str
    facts: Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Table:
    """Rows under named columns. `empty` is said when there are none; `note` stands below."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    empty: str = gettext_lazy("Nothing here.")
    note: str = ""

    @property
    def labelled_rows(self) -> list[list[tuple[str, Any]]]:
        """Each cell with its column's name, which a phone shows beside it."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Section:
    """A part of a detail page; its slug is the tab's deep link."""

    slug: str
    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Button:
    """A link at the head of a page."""

    title: str
    url: str
    icon: str = "arrow_forward"


def cards(slug: str, title: str, *content: Card) -> Section:
    """Return a section of fact cards."""
    return Section(slug, title, "bridge/cards.html", {"cards": content})


def table(slug: str, title: str, content: Table, **context: Any) -> Section:
    """Return a section with one table."""
    return Section(slug, title, "bridge/table.html", {"table": content, **context})


def paged_table(
    slug: str, title: str, content: Table, page: "Page[Any]", *, search: str, search_label: str
) -> Section:
    """Return a section with one page of a long table, and a search field above it."""
    context = {"table": content, "page": page, "search": search, "search_label": search_label}
    return Section(slug, title, "bridge/paged_table.html", context)


def page_of(request: HttpRequest, paginator: "Paginator[Any]") -> "Page[Any]":
    """Return the page that the address asks for; an impossible one gives the nearest."""
    return paginator.get_page(request.GET.get("page"))


def admin_url(name: str, *args: Any) -> str:
    """Return an admin page's address; "" if there is none, or the reader may not open it."""
    try:
        url = reverse(f"admin:{name}", args=args)
    except NoReverseMatch:
        return ""
    return url if may_open(name, url) else ""


def link(text: Any, url: str) -> Any:
    """Return the text as a link, or plain where there is nowhere to go."""
    markup = format_html('<a class="bridge-link" href="{}">{}</a>', url, text) if url else ""
    return Shown(markup, text) if url else text


def offer(text: Any, url: str) -> Any:
    """Return a link to something that can be done, or nothing where there is nowhere to go."""
    return link(text, url) if url else ""


def badge(text: Any, tone: str = "") -> SafeString:
    """Return a coloured label; tones are success, info, warning, danger or none."""
    markup = format_html('<span class="bridge-badge" data-tone="{}">{}</span>', tone, text)
    return Shown(markup, text)


def live(cell: Any, key: str, state: object, *, waits: bool) -> Any:
    """Return a cell that the page keeps up to date while it waits (console/live.py).

    `key` names its record, "sales.order:12"; `state` is compared with what it has become.
    """
    text = getattr(cell, "value", str(cell))
    flag = mark_safe(" data-waits") if waits else ""
    markup = format_html('<span data-live="{}" data-state="{}"{}>{}</span>', key, state, flag, cell)
    return Shown(markup, text)


def live_status(record: Any, tones: Tones, *waiting: str) -> Any:
    """Return a record's `status` as a coloured label, kept up to date while it is a waiting one.

    Its kind is followed by `live.by_status`, or by a reader that tells the same states.
    """
    pill = badge(record.get_status_display(), tones.get(record.status, ""))
    key = f"{record._meta.label_lower}:{record.pk}"
    return live(pill, key, record.status, waits=record.status in waiting)


def status_pill(status: str, *, never: object = False, is_held: bool = False, key: str = "") -> Any:
    """Return an export status as a coloured label; one that was never touched is Pending.

    With the `key` of its record the page follows it while it is on its way to OrderFlow.

    What is Pending and `never` exported reads "–": nobody has to wait for it. What a rule holds
    reads Held.
    """
    known = ExportStatus(status or ExportStatus.PENDING)
    if never and known == ExportStatus.PENDING:
        return "–"
    if is_held:
        return badge(_("Held"), EXPORT_TONES[ExportStatus.PENDING])
    pill = badge(known.label, EXPORT_TONES.get(known, ""))
    return live(pill, key, known.value, waits=known in _ON_THE_WAY) if key else pill


def time_cell(value: datetime | None, *, empty: str = "") -> str:
    """Return a time as a cell that does not break into two lines."""
    if value is None:
        return empty
    markup = format_html('<time datetime="{}">{}</time>', value.isoformat(), datetime_text(value))
    return Shown(markup, value)


def unbroken(text: Any) -> SafeString:
    """Return a cell whose text, a SKU for example, does not break at its hyphens."""
    return Shown(format_html('<span class="bridge-unbroken">{}</span>', text), text)


def sku_link(sku: str) -> Any:
    """Return a SKU as a link to its product; a product that is gone says so when it is followed."""
    return link(unbroken(sku), admin_url("catalog_product_by_sku", sku)) if sku else ""


def order_link(number: str) -> Any:
    """Return an order's number as a link to it; one that is gone says so when it is followed."""
    return link(unbroken(number), admin_url("sales_order_by_number", number)) if number else ""


def checkbox(name: str, value: Any, label: str) -> SafeString:
    """Return a cell to choose a row with."""
    return format_html(
        '<input type="checkbox" class="bridge-choice" name="{}" value="{}" aria-label="{}">',
        name,
        value,
        label,
    )


def folded(title: str, *texts: tuple[str, str]) -> SafeString | str:
    """Return a cell's further texts, each under its name, out of the way until asked for."""
    shown = [(name, text) for name, text in texts if text]
    if not shown:
        return ""
    bodies = format_html_join("", '<h5>{}</h5><pre tabindex="0">{}</pre>', shown)
    return format_html(
        '<details class="bridge-folded"><summary>{}</summary>{}</details>', title, bodies
    )


def units(value: Decimal | None) -> str:
    """Return a quantity plainly, 90 and not 90.0000; a missing one counts as 0."""
    number = value or Decimal(0)
    return NumberCell(plain(number).replace(".", get_format("DECIMAL_SEPARATOR")), number)


def money(amount: Decimal | None, currency: str = "USD") -> str:
    """Return an amount with its currency: $37.00, £5.00, 12.00 CHF."""
    if amount is None:
        return ""
    sign = {"USD": "$", "GBP": "£", "EUR": "€"}.get(currency)
    text = number_text(round(abs(amount), 2), 2)
    minus = "-" if amount < 0 else ""
    return NumberCell(f"{minus}{sign}{text}" if sign else f"{minus}{text} {currency}", amount)
