"""Stock in the admin: source items (to be corrected by hand), sources, stocks, reservations.

And what stock adds to pages from downstairs: the products grid and form, and refunding an order.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import ReadOnlyAdmin
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.columns import column, number_cell
from orderflow_bridge.console.grids.filters import Choices, DateRange, NumberRange, Text, yes_or_no
from orderflow_bridge.console.inlines import PartInline
from orderflow_bridge.console.page_parts import add_parts
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
from orderflow_bridge.inventory.product_parts import PRODUCT_PARTS
from orderflow_bridge.inventory.selectors import source_choices
from orderflow_bridge.inventory.services import refund_and_release
from orderflow_bridge.orderflow_screens.addresses import new_window
from orderflow_bridge.orderflow_screens.links import first_website, stock_arrow, url_of_stock_row
from orderflow_bridge.sales.admin.creditmemo import credit_memo_page
from orderflow_bridge.sales.models import Order

REPLACED = gettext_lazy(
    "OrderFlow's next figure for this SKU and source replaces the quantity written here."
)


@admin.register(SourceItem)
class SourceItemAdmin(FormAdmin):
    """Inventory → Stock: one row per SKU and source."""

    list_display = (
        "sku",
        "status_label",
        "units_on_hand",
        "product_name",
        "source",
        "sequence",
        "changed",
        "orderflow",
    )
    list_display_links = ("sku",)
    list_select_related = ("product", "source")
    filters = (
        Text("product__sku_key", "SKU", "sku", lookup="startswith"),
        Choices("source", gettext_lazy("Source"), choices=source_choices),
        NumberRange("quantity", gettext_lazy("Quantity"), is_decimal=True),
        Choices("status", gettext_lazy("Status"), choices=SourceItem.Status.choices),
        NumberRange("last_sequence_id", gettext_lazy("Last Sequence ID"), "sequence"),
        DateRange("updated_at", gettext_lazy("Updated"), "updated"),
    )
    search_fields = ("product__sku_key__startswith", "product__name")
    search_help_text = gettext_lazy("SKU begins with…, or name")
    autocomplete_fields = ("product",)
    empty_title = gettext_lazy("No stock yet")
    empty_text = gettext_lazy(
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
    in_orderflow = column(
        gettext_lazy("In OrderFlow"), lambda item: new_window(url_of_stock_row(item))
    )

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

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Say beside the field what becomes of a quantity written by hand."""
        return super().get_form(request, obj, change, help_texts={"quantity": REPLACED}, **kwargs)

    sku = column("SKU", "product.sku", unbroken, ordering="product__sku_key")
    product_name = column(
        gettext_lazy("Name"),
        lambda item: link(item.product.name, admin_url("catalog_product_change", item.product_id)),
        ordering="product__name",
    )
    units_on_hand = column(gettext_lazy("Quantity"), "quantity", units)

    @admin.display(description=gettext_lazy("Status"), ordering="status")
    def status_label(self, item: SourceItem) -> Any:
        """Show the status in its colour."""
        tone = "success" if item.status == SourceItem.Status.IN_STOCK else "danger"
        return badge(item.get_status_display(), tone)

    status_text = column(
        gettext_lazy("Status"),
        lambda item: (
            _("%(status)s (follows from the quantity)") % {"status": item.get_status_display()}
        ),
    )
    sequence = column(
        gettext_lazy("Last Sequence ID"),
        lambda item: "" if item.last_sequence_id is None else number_cell(item.last_sequence_id),
        ordering="last_sequence_id",
    )
    changed = column(gettext_lazy("Updated"), "updated_at", time_cell)

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
class SourceAdmin(FormAdmin):
    """Inventory → Sources."""

    list_display = ("source_code", "name", "enabled", "country_id", "postcode")
    filters = (
        yes_or_no(
            "enabled",
            gettext_lazy("Enabled"),
            yes=gettext_lazy("Enabled"),
            no=gettext_lazy("Disabled"),
            match=lambda: Q(enabled=True),
        ),
    )
    search_fields = ("source_code", "name")
    empty_text = gettext_lazy(
        "A source is a place that holds stock. OrderFlow names it in its messages."
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code of an existing source: stock rows hang on it."""
        return ("source_code",) if obj else ()


class StockSourceInline(PartInline):
    """The sources a stock draws from."""

    model = StockSourceLink
    extra = 0
    verbose_name = "source"
    verbose_name_plural = gettext_lazy("Sources, lowest priority number first")


@admin.register(Stock)
class StockAdmin(FormAdmin):
    """Inventory → Stocks."""

    list_display = ("id", "name", "source_names", "website_names")
    list_display_links = ("id", "name")
    search_fields = ("name",)
    autocomplete_fields = ("websites",)
    inlines = (StockSourceInline,)
    empty_text = gettext_lazy(
        "A stock is what one or more websites sell from: the sum of its sources."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stock]:
        """Read sources and websites along."""
        return super().get_queryset(request).prefetch_related("sources", "websites")

    source_names = column(
        gettext_lazy("Sources"),
        lambda stock: ", ".join(source.source_code for source in stock.sources.all()),
    )
    website_names = column(
        gettext_lazy("Websites"),
        lambda stock: ", ".join(website.name for website in stock.websites.all()),
    )


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    """Inventory → Reservations."""

    list_display = ("number", "sku", "stock", "promised", "event", "order_link", "created")
    list_display_links = ("number",)
    list_select_related = ("product", "stock")
    filters = (
        Text("product__sku_key", "SKU", "sku", lookup="startswith"),
        NumberRange("quantity", gettext_lazy("Quantity"), is_decimal=True),
        Text("event", gettext_lazy("Event"), lookup="startswith"),
        DateRange("created_at", gettext_lazy("Created"), "created"),
    )
    search_fields = ("product__sku_key__startswith",)
    search_help_text = gettext_lazy("SKU begins with…")
    fields = ("stock", "sku", "promised", "event", "order_link", "created")
    empty_title = gettext_lazy("No reservations yet")
    empty_text = gettext_lazy(
        "Units promised to orders are listed here when multi-source stock is in use."
    )

    number = column("ID", "pk", number_cell, ordering="id")
    sku = column("SKU", "product.sku", sku_link, ordering="product__sku_key")
    promised = column(gettext_lazy("Quantity"), "quantity", units)

    @admin.display(description=gettext_lazy("Order"), ordering="order_id")
    def order_link(self, reservation: Reservation) -> Any:
        """Lead to the order that made the promise."""
        if reservation.order_id is None:
            return ""
        url = admin_url("sales_order_change", reservation.order_id)
        return offer(_("View Order"), url)

    created = column(gettext_lazy("Created"), "created_at", time_cell)


add_parts(Product, PRODUCT_PARTS)
add_parts(Order, credit_memo_page(refund_and_release))
