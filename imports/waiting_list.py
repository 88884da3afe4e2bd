"""OrderFlow Imports → Waiting SKUs: what OrderFlow counts and the shop lacks."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from imports.inventory.unknown_skus import ignore, stop_ignoring
from imports.models import IgnoredSku, ImportLine, WaitingSku
from imports.waiting_products import create_selected, product_file
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.filters import DateRange, NumberRange, Text, yes_or_no
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally, carry_out
from orderflow_bridge.console.pages import (
    Button,
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    link,
    offer,
    table,
    time_cell,
    unbroken,
    units,
)
from orderflow_bridge.orderflow_screens.addresses import arrow, new_window
from orderflow_bridge.orderflow_screens.links import url_of_quantity
from orderflow_bridge.request_queue.reports import result_badge

IGNORE = "imports.ignore_waitingsku"
ADD_PRODUCT = "catalog.add_product"
ADD_ALIAS = "imports.add_skualias"
LINES_SHOWN = 20
_STEP = 500


@admin.register(WaitingSku)
class WaitingSkuAdmin(RecordAdmin):
    """OrderFlow Imports → Waiting SKUs."""

    missing_text = gettext_lazy(
        "This SKU no longer waits: its figure was handed to the inventory import."
    )
    act_right = IGNORE
    list_display = (
        "sku_text",
        "state",
        "source_code",
        "figure",
        "sequence",
        "count_text",
        "first",
        "last",
        "orderflow",
        "action_links",
    )
    list_display_links = ("sku_text",)
    more_columns = ("message_id",)
    row_record_actions = ("ignore", "heed")
    filters = (
        Text("sku_key", "SKU", "sku", lookup="startswith"),
        Text("source_code", gettext_lazy("Source"), "source"),
        yes_or_no(
            "sku_key",
            gettext_lazy("State"),
            "state",
            yes=gettext_lazy("Ignored"),
            no=gettext_lazy("Waiting"),
            match=lambda: Q(sku_key__in=IgnoredSku.objects.values("sku_key")),
        ),
        NumberRange("count", gettext_lazy("Lines")),
        DateRange("first_seen", gettext_lazy("First Seen"), "first"),
        DateRange("last_seen", gettext_lazy("Last Seen"), "last"),
    )
    actions = ("ignore_selected", "heed_selected", create_selected, product_file)
    search_fields = ("sku_key__startswith",)
    search_help_text = gettext_lazy("SKU begins with…")
    empty_title = gettext_lazy("No SKU waits")
    empty_text = gettext_lazy(
        "Figures of SKUs that the shop lacks wait here until the product is there."
    )

    sku_text = column("SKU", "sku", unbroken, ordering="sku_key")
    figure = column(gettext_lazy("OrderFlow's Figure"), "quantity", units)
    sequence = column(gettext_lazy("Sequence ID"), "sequence_id", number_cell)
    count_text = column(gettext_lazy("Lines"), "count", number_cell)
    first = column(gettext_lazy("First Seen"), "first_seen", time_cell)
    last = column(gettext_lazy("Last Seen"), "last_seen", time_cell)
    state = column(gettext_lazy("State"), lambda row: _state(row))
    orderflow = column(
        "OrderFlow",
        lambda row: arrow(url_of_quantity(row.sku), _("the stock of %(sku)s") % {"sku": row.sku}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read along whether the SKU is ignored."""
        ignored = IgnoredSku.objects.filter(sku_key=OuterRef("sku_key"))
        rows: QuerySet[Any] = super().get_queryset(request).annotate(is_ignored=Exists(ignored))
        return rows

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to ignore the SKU, or to stop that."""
        return (
            RecordAction(
                "ignore",
                _("Ignore"),
                _("Ignore this SKU? Its figures go on waiting, and are no problem any more."),
                self.ignore_one,
                lambda row: not row.is_ignored,
                "visibility_off",
            ),
            RecordAction(
                "heed",
                _("Stop Ignoring"),
                _("Stop ignoring this SKU? It is a problem until the product is there."),
                self.heed_one,
                lambda row: row.is_ignored,
                "visibility",
            ),
        )

    def has_create_permission(self, request: HttpRequest) -> bool:
        """Allow to create products of SKUs to whoever may create one."""
        return bool(request.user.has_perm(ADD_PRODUCT))

    def ignore_one(self, request: HttpRequest, row: WaitingSku) -> None:
        """Ignore a SKU, and say so."""
        _tell_ignored(request, _ignore(request, [row.pk]))

    def heed_one(self, request: HttpRequest, row: WaitingSku) -> None:
        """Stop ignoring a SKU, and say so."""
        _tell_heeded(request, _heed(request, [row.pk]))

    @admin.action(description=gettext_lazy("Ignore"), permissions=["act"])
    def ignore_selected(
        self, request: HttpRequest, queryset: QuerySet[WaitingSku]
    ) -> HttpResponse | None:
        """Ask, then ignore the selected SKUs."""
        question = _("Ignore the selected SKUs? Their figures go on waiting without a problem.")
        action = ConfirmedMassAction(
            _("Ignore"),
            question,
            _ignore,
            lambda http, tally: _tell_ignored(http, tally.done),
            _STEP,
        )
        return carry_out(self, request, queryset, action)

    @admin.action(description=gettext_lazy("Stop ignoring"), permissions=["act"])
    def heed_selected(
        self, request: HttpRequest, queryset: QuerySet[WaitingSku]
    ) -> HttpResponse | None:
        """Ask, then stop ignoring the selected SKUs."""
        question = _("Stop ignoring the selected SKUs? They are problems until they are known.")

        def tell(http: HttpRequest, tally: Tally) -> None:
            _tell_heeded(http, tally.done)

        action = ConfirmedMassAction(_("Stop Ignoring"), question, _heed, tell, _STEP)
        return carry_out(self, request, queryset, action)

    def row_actions(self, request: HttpRequest, record: WaitingSku) -> list[RowAction]:
        """Offer the page, and everything that ends the waiting."""
        page = RowAction(_("View"), admin_url(self._url_name("change"), record.pk))
        ways = [RowAction(each.title, each.url) for each in self.buttons(request, record)]
        return [page, *ways, *self.record_row_actions(request, record)]

    def buttons(self, request: HttpRequest, record: WaitingSku) -> list[Button]:
        """Offer to make the product, and to say which one it is, to those who may."""
        offers = (
            (ADD_PRODUCT, _("Create Product"), "admin:catalog_product_add", "add"),
            (ADD_ALIAS, _("Alias"), "admin:imports_skualias_add", "link"),
        )
        return [
            Button(title, reverse(page, query={"sku": record.sku}), icon)
            for right, title, page, icon in offers
            if request.user.has_perm(right)
        ]

    def sections(self, request: HttpRequest, record: WaitingSku) -> list[Section]:
        """Return the figure, and the lines that named the SKU."""
        facts = [
            ("SKU", unbroken(record.sku)),
            (_("Source"), record.source_code),
            (_("OrderFlow's Figure"), units(record.quantity)),
            (_("Sequence ID"), record.sequence_id),
            (_("Message ID"), link(record.message_id, _request_page(record))),
            (_("Lines"), record.count),
            (_("First Seen"), time_cell(record.first_seen)),
            (_("Last Seen"), time_cell(record.last_seen)),
            (_("State"), _state(record)),
        ]
        if screen := url_of_quantity(record.sku):
            facts.append((_("In OrderFlow"), new_window(screen)))
        what = Card(_("Waiting for the Product"), facts)
        return [
            cards("information", _("Information"), what),
            table("lines", _("Import Lines"), _lines_of(record)),
        ]


def _state(row: Any) -> Any:
    return badge(_("Ignored")) if row.is_ignored else badge(_("Waiting"), "warning")


def _request_page(row: WaitingSku) -> str:
    return admin_url("imports_importrequest_change", row.request_id) if row.request_id else ""


def _lines_of(record: WaitingSku) -> Table:
    lines = (
        ImportLine.objects.filter(reference=record.sku).select_related("parent").order_by("-id")
    )[:LINES_SHOWN]
    rows = [
        (
            time_cell(line.created_at),
            line.source_code,
            line.sequence_id,
            units(line.units_received),
            result_badge(line),
            line.message,
            offer(_("View Import"), admin_url("imports_inventoryimport_change", line.parent_id)),
        )
        for line in lines
    ]
    columns = (
        _("Processed"),
        _("Source"),
        _("Sequence ID"),
        _("Units"),
        _("Result"),
        _("Message"),
        _("Import"),
    )
    empty = _("The log cleaning has deleted the lines.")
    note = _("The last %(count)s lines are shown.") % {"count": LINES_SHOWN}
    return Table(columns, rows, empty=empty, note=note)


def _ignore(request: HttpRequest, keys: Sequence[int]) -> int:
    user: Any = request.user
    return ignore(WaitingSku.objects.filter(pk__in=keys), by=user)


def _heed(request: HttpRequest, keys: Sequence[int]) -> int:
    return stop_ignoring(WaitingSku.objects.filter(pk__in=keys))


def _tell_ignored(request: HttpRequest, count: int) -> None:
    messages.success(request, _("SKUs that are ignored from now on: %(count)s.") % {"count": count})


def _tell_heeded(request: HttpRequest, count: int) -> None:
    messages.success(request, _("SKUs that are no longer ignored: %(count)s.") % {"count": count})
