"""OrderFlow Imports → Waiting SKUs and SKU Aliases: what OrderFlow counts and the shop lacks."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from imports.inventory.unknown_skus import ignore, stop_ignoring
from imports.models import IgnoredSku, ImportLine, SkuAlias, WaitingSku
from imports.waiting_products import create_selected, product_file
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.filters import DateRange, NumberRange, Text, yes_or_no
from orderflow_bridge.console.inlines import PartInline
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally, carry_out
from orderflow_bridge.console.page_parts import PageParts, add_parts
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
    sku_link,
    table,
    time_cell,
    unbroken,
    units,
)
from orderflow_bridge.orderflow_screens.addresses import arrow, new_window
from orderflow_bridge.orderflow_screens.links import url_of_figure
from orderflow_bridge.request_queue.reports import result_badge

IGNORE = "imports.ignore_waitingsku"
ADD_PRODUCT = "catalog.add_product"
ADD_ALIAS = "imports.add_skualias"
LINES_SHOWN = 20
NEXT_RUN = "Its figure is applied by the next run of the inventory import."
_STEP = 500


@admin.register(WaitingSku)
class WaitingSkuAdmin(RecordAdmin):
    """OrderFlow Imports → Waiting SKUs."""

    missing_text = "This SKU no longer waits: its figure was handed to the inventory import."
    act_right = IGNORE
    list_display = (
        "sku_text",
        "source_code",
        "figure",
        "sequence",
        "count_text",
        "first",
        "last",
        "state",
        "orderflow",
        "action_links",
    )
    list_display_links = ("sku_text",)
    more_columns = ("message_id",)
    row_record_actions = ("ignore", "heed")
    filters = (
        Text("sku_key", "SKU", "sku", lookup="startswith"),
        Text("source_code", "Source", "source"),
        yes_or_no(
            "sku_key",
            "State",
            "state",
            yes="Ignored",
            no="Waiting",
            match=lambda: Q(sku_key__in=IgnoredSku.objects.values("sku_key")),
        ),
        NumberRange("count", "Lines"),
        DateRange("first_seen", "First Seen", "first"),
        DateRange("last_seen", "Last Seen", "last"),
    )
    actions = ("ignore_selected", "heed_selected", create_selected, product_file)
    search_fields = ("sku_key__startswith",)
    search_help_text = "SKU begins with…"
    empty_title = "No SKU waits"
    empty_text = "Figures of SKUs that the shop lacks wait here until the product is there."

    sku_text = column("SKU", "sku", unbroken, ordering="sku_key")
    figure = column("OrderFlow's Figure", "quantity", units)
    sequence = column("Sequence ID", "sequence_id", number_cell)
    count_text = column("Lines", "count", number_cell)
    first = column("First Seen", "first_seen", time_cell)
    last = column("Last Seen", "last_seen", time_cell)
    state = column("State", lambda row: _state(row))
    orderflow = column(
        "OrderFlow", lambda row: arrow(url_of_figure(row.sku), f"the stock of {row.sku}")
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
                "Ignore",
                "Ignore this SKU? Its figures go on waiting, and are no problem any more.",
                self.ignore_one,
                lambda row: not row.is_ignored,
                "visibility_off",
            ),
            RecordAction(
                "heed",
                "Stop Ignoring",
                "Stop ignoring this SKU? It is a problem until the product is there.",
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

    @admin.action(description="Ignore", permissions=["act"])
    def ignore_selected(
        self, request: HttpRequest, queryset: QuerySet[WaitingSku]
    ) -> HttpResponse | None:
        """Ask, then ignore the selected SKUs."""
        question = "Ignore the selected SKUs? Their figures go on waiting without a problem."
        action = ConfirmedMassAction(
            "Ignore", question, _ignore, lambda http, tally: _tell_ignored(http, tally.done), _STEP
        )
        return carry_out(self, request, queryset, action)

    @admin.action(description="Stop ignoring", permissions=["act"])
    def heed_selected(
        self, request: HttpRequest, queryset: QuerySet[WaitingSku]
    ) -> HttpResponse | None:
        """Ask, then stop ignoring the selected SKUs."""
        question = "Stop ignoring the selected SKUs? They are problems until they are known."

        def tell(http: HttpRequest, tally: Tally) -> None:
            _tell_heeded(http, tally.done)

        action = ConfirmedMassAction("Stop Ignoring", question, _heed, tell, _STEP)
        return carry_out(self, request, queryset, action)

    def row_actions(self, request: HttpRequest, record: WaitingSku) -> list[RowAction]:
        """Offer the page, and everything that ends the waiting."""
        page = RowAction("View", admin_url(self._url_name("change"), record.pk))
        ways = [RowAction(each.title, each.url) for each in self.buttons(request, record)]
        return [page, *ways, *self.record_row_actions(request, record)]

    def buttons(self, request: HttpRequest, record: WaitingSku) -> list[Button]:
        """Offer to make the product, and to say which one it is, to those who may."""
        offers = (
            (ADD_PRODUCT, "Create Product", "admin:catalog_product_add", "add"),
            (ADD_ALIAS, "Alias", "admin:imports_skualias_add", "link"),
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
            ("Source", record.source_code),
            ("OrderFlow's Figure", units(record.quantity)),
            ("Sequence ID", record.sequence_id),
            ("Message ID", link(record.message_id, _request_page(record))),
            ("Lines", record.count),
            ("First Seen", time_cell(record.first_seen)),
            ("Last Seen", time_cell(record.last_seen)),
            ("State", _state(record)),
        ]
        if screen := url_of_figure(record.sku):
            facts.append(("In OrderFlow", new_window(screen)))
        what = Card("Waiting for the Product", facts)
        return [
            cards("information", "Information", what),
            table("lines", "Import Lines", _lines_of(record)),
        ]


def _state(row: Any) -> Any:
    return badge("Ignored") if row.is_ignored else badge("Waiting", "warning")


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
            offer("View Import", admin_url("imports_inventoryimport_change", line.parent_id)),
        )
        for line in lines
    ]
    columns = ("Processed", "Source", "Sequence ID", "Units", "Result", "Message", "Import")
    empty = "The log cleaning has deleted the lines."
    return Table(columns, rows, empty=empty, note=f"The last {LINES_SHOWN} lines are shown.")


def _ignore(request: HttpRequest, keys: Sequence[int]) -> int:
    user: Any = request.user
    return ignore(WaitingSku.objects.filter(pk__in=keys), by=user)


def _heed(request: HttpRequest, keys: Sequence[int]) -> int:
    return stop_ignoring(WaitingSku.objects.filter(pk__in=keys))


def _tell_ignored(request: HttpRequest, count: int) -> None:
    messages.success(request, f"SKUs that are ignored from now on: {count}.")


def _tell_heeded(request: HttpRequest, count: int) -> None:
    messages.success(request, f"SKUs that are no longer ignored: {count}.")


@admin.register(SkuAlias)
class SkuAliasAdmin(BridgeAdmin):
    """OrderFlow Imports → SKU Aliases: this SKU of OrderFlow's is that product."""

    list_display = ("sku_text", "product_sku", "product_name", "created")
    list_display_links = ("sku_text",)
    list_select_related = ("product",)
    filters = (
        Text("sku_key", "OrderFlow's SKU", "sku", lookup="startswith"),
        Text("product__sku_key", "Product's SKU", "product", lookup="startswith"),
        DateRange("created_at", "Created", "created"),
    )
    fields = ("sku", "product")
    autocomplete_fields = ("product",)
    search_fields = ("sku_key__startswith", "product__sku_key__startswith")
    search_help_text = "SKU begins with…"
    empty_title = "No aliases yet"
    empty_text = "An alias says which product OrderFlow means by a SKU that the shop lacks."

    sku_text = column("OrderFlow's SKU", "sku", unbroken, ordering="sku_key")
    product_sku = column("Product's SKU", "product.sku", sku_link, ordering="product__sku_key")
    product_name = column("Product", "product.name")
    created = column("Created", "created_at", time_cell)

    def save_model(self, request: HttpRequest, obj: SkuAlias, form: Any, change: bool) -> None:
        """Save the alias, and say what follows for a figure that waits."""
        super().save_model(request, obj, form, change)
        if WaitingSku.objects.filter(sku_key=obj.sku).exists():
            messages.info(request, NEXT_RUN)


class SkuAliasInline(PartInline):
    """The SKUs by which OrderFlow means this product too."""

    model = SkuAlias
    extra = 0
    tab = True
    fields = ("sku",)
    verbose_name_plural = "OrderFlow's SKUs"


add_parts(Product, PageParts(inlines=(SkuAliasInline,)))
