"""Stock in the admin: source items (to be corrected by hand), sources, stocks, reservations.

And what stock adds to pages from downstairs: the products grid and form, and refunding an order.
"""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.console.admin import ReadOnlyAdmin
from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.grids.columns import column, number_cell
from orderflow_bridge.console.grids.filters import Choices, DateRange, NumberRange, Text, yes_or_no
from orderflow_bridge.console.inlines import PartInline
from orderflow_bridge.console.page_parts import FIRST, PageParts, add_parts
from orderflow_bridge.console.pages import (
    admin_url,
    badge,
    link,
    offer,
    sku_link,
    time_cell,
    unbroken,
    units,
)
from orderflow_bridge.inventory.models import (
    Reservation,
    Source,
    SourceItem,
    Stock,
    StockSourceLink,
)
from orderflow_bridge.inventory.selectors import CARRIERS, source_choices
from orderflow_bridge.inventory.services import refund_and_release
from orderflow_bridge.orderflow_screens.addresses import new_window
from orderflow_bridge.orderflow_screens.links import first_website, stock_arrow, url_of_stock_row
from orderflow_bridge.sales.admin.creditmemo import credit_memo_page
from orderflow_bridge.sales.models import Order

REPLACED = "OrderFlow's next figure for this SKU and source replaces the quantity written here."


@admin.register(SourceItem)
class SourceItemAdmin(BridgeAdmin):
    """Inventory → Stock: one row per SKU and source."""

    list_display = (
        "sku",
        "product_name",
        "source",
        "units_on_hand",
        "status_label",
        "sequence",
        "changed",
        "orderflow",
    )
    list_display_links = ("sku",)
    list_select_related = ("product", "source")
    filters = (
        Text("product__sku_key", "SKU", "sku", lookup="startswith"),
        Choices("source", "Source", choices=source_choices),
        NumberRange("quantity", "Quantity", is_decimal=True),
        Choices("status", "Status", choices=SourceItem.Status.choices),
        NumberRange("last_sequence_id", "Last Sequence ID", "sequence"),
        DateRange("updated_at", "Updated", "updated"),
    )
    search_fields = ("product__sku_key__startswith", "product__name")
    search_help_text = "SKU begins with…, or name"
    autocomplete_fields = ("product",)
    empty_title = "No stock yet"
    empty_text = (
        "A row is made when OrderFlow's first figure for a product has been processed,"
        " or here with “Add”."
    )
    fieldsets = (
        (
            None,
            {
                "fields": ("product", "source", "quantity", "status_text", "sequence", "changed"),
                "description": REPLACED,
            },
        ),
    )

    orderflow = column("OrderFlow", stock_arrow)
    in_orderflow = column("In OrderFlow", lambda item: new_window(url_of_stock_row(item)))

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceItem]:
        """Read along whose OrderFlow has the product."""
        rows: QuerySet[SourceItem] = super().get_queryset(request)
        return rows.annotate(in_orderflow=first_website())

    def get_fieldsets(self, request: HttpRequest, obj: SourceItem | None = None) -> Any:
        """Lead to OrderFlow's screen of a row, once OrderFlow has the product."""
        if obj is None or not url_of_stock_row(obj):
            return super().get_fieldsets(request, obj)
        [(title, options)] = super().get_fieldsets(request, obj)
        return [(title, {**options, "fields": (*options["fields"], "in_orderflow")})]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: the row remembers which of OrderFlow's figures were applied."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep product and source of an existing row: they are its identity."""
        fixed = ("product", "source") if obj else ()
        return (*fixed, "status_text", "sequence", "changed", "in_orderflow")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Say beside the field what becomes of a quantity written by hand."""
        return super().get_form(request, obj, help_texts={"quantity": REPLACED}, **kwargs)

    sku = column("SKU", "product.sku", unbroken, ordering="product__sku_key")
    product_name = column(
        "Name",
        lambda item: link(item.product.name, admin_url("catalog_product_change", item.product_id)),
        ordering="product__name",
    )
    units_on_hand = column("Quantity", "quantity", units)

    @admin.display(description="Status", ordering="status")
    def status_label(self, item: SourceItem) -> Any:
        """Show the status in its colour."""
        tone = "success" if item.status == SourceItem.Status.IN_STOCK else "danger"
        return badge(item.get_status_display(), tone)

    status_text = column(
        "Status", lambda item: f"{item.get_status_display()} (follows from the quantity)"
    )
    sequence = column(
        "Last Sequence ID",
        lambda item: "" if item.last_sequence_id is None else number_cell(item.last_sequence_id),
        ordering="last_sequence_id",
    )
    changed = column("Updated", "updated_at", time_cell)

    def save_model(
        self, request: HttpRequest, obj: SourceItem, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        """Write quantity, status and time alone: a stock import may run at this moment."""
        obj.status = SourceItem.Status(int(obj.quantity > 0))
        obj.updated_at = timezone.now()
        if change:
            obj.save(update_fields=("quantity", "status", "updated_at"))
        else:
            obj.save()
        messages.warning(request, REPLACED)


@admin.register(Source)
class SourceAdmin(BridgeAdmin):
    """Inventory → Sources."""

    list_display = ("source_code", "name", "enabled", "country_id", "postcode")
    filters = (
        yes_or_no(
            "enabled", "Enabled", yes="Enabled", no="Disabled", match=lambda: Q(enabled=True)
        ),
    )
    search_fields = ("source_code", "name")
    empty_text = "A source is a place that holds stock. OrderFlow names it in its messages."

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code of an existing source: stock rows hang on it."""
        return ("source_code",) if obj else ()


class StockSourceInline(PartInline):
    """The sources a stock draws from."""

    model = StockSourceLink
    extra = 0
    verbose_name = "source"
    verbose_name_plural = "Sources, lowest priority number first"


@admin.register(Stock)
class StockAdmin(BridgeAdmin):
    """Inventory → Stocks."""

    list_display = ("id", "name", "source_names", "website_names")
    list_display_links = ("id", "name")
    search_fields = ("name",)
    autocomplete_fields = ("websites",)
    inlines = (StockSourceInline,)
    empty_text = "A stock is what one or more websites sell from: the sum of its sources."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stock]:
        """Read sources and websites along."""
        return super().get_queryset(request).prefetch_related("sources", "websites")

    source_names = column(
        "Sources", lambda stock: ", ".join(source.source_code for source in stock.sources.all())
    )
    website_names = column(
        "Websites", lambda stock: ", ".join(website.name for website in stock.websites.all())
    )


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    """Inventory → Reservations."""

    list_display = ("number", "sku", "stock", "promised", "event", "order_link", "created")
    list_display_links = ("number",)
    list_select_related = ("product", "stock")
    filters = (
        Text("product__sku_key", "SKU", "sku", lookup="startswith"),
        NumberRange("quantity", "Quantity", is_decimal=True),
        Text("event", "Event", lookup="startswith"),
        DateRange("created_at", "Created", "created"),
    )
    search_fields = ("product__sku_key__startswith",)
    search_help_text = "SKU begins with…"
    fields = ("stock", "sku", "promised", "event", "order_link", "created")
    empty_title = "No reservations yet"
    empty_text = "Units promised to orders are listed here when multi-source stock is in use."

    number = column("ID", "pk", number_cell, ordering="id")
    sku = column("SKU", "product.sku", sku_link, ordering="product__sku_key")
    promised = column("Quantity", "quantity", units)

    @admin.display(description="Order", ordering="order_id")
    def order_link(self, reservation: Reservation) -> Any:
        """Lead to the order that made the promise."""
        if reservation.order_id is None:
            return ""
        url = admin_url("sales_order_change", reservation.order_id)
        return offer("View Order", url)

    created = column("Created", "created_at", time_cell)


class SourceItemInline(PartInline):
    """A product's quantities, to look at; they are corrected under Inventory → Stock."""

    model = SourceItem
    extra = 0
    tab = True
    can_delete = False
    show_change_link = True
    fields = ("source", "units_on_hand", "status", "sequence", "changed")
    readonly_fields = fields
    verbose_name_plural = "Stock"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceItem]:
        """Read product and source along."""
        rows: QuerySet[SourceItem] = super().get_queryset(request)
        return rows.select_related("product", "source")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: OrderFlow's figures make these rows."""
        return False

    units_on_hand = column("Quantity", "quantity", units, ordering="")
    sequence = column(
        "Last Sequence ID",
        lambda item: "–" if item.last_sequence_id is None else str(item.last_sequence_id),
    )
    changed = column("Updated", "updated_at", time_cell, ordering="")


@admin.display(description="Quantity")
def quantity(product: Product) -> str:
    """Show the sum of all sources; only the types that hold stock have one."""
    if product.type_id not in CARRIERS:
        return ""
    return units(sum((item.quantity for item in product.source_items.all()), Decimal(0)))


add_parts(
    Product,
    PageParts(
        columns={"quantity": quantity},
        prefetch=("source_items",),
        inlines=(SourceItemInline,),
        places={"quantity": "price_text", "SourceItemInline": FIRST},
    ),
)
add_parts(Order, credit_memo_page(refund_and_release))
