"""The quotes grid and the quote page."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column, number_cell
from orderflow_bridge.console.grids.filters import DateRange, NumberRange, Text, yes_or_no
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    link,
    money,
    sku_link,
    table,
    time_cell,
    units,
)
from orderflow_bridge.sales.models import Quote


@admin.register(Quote)
class QuoteAdmin(RecordAdmin):
    """Sales → Quotes."""

    missing_text = "This quote no longer exists."
    list_display = (
        "number",
        "store",
        "customer_email",
        "item_count",
        "active",
        "created",
        "changed",
    )
    list_display_links = ("number",)
    list_select_related = ("store",)
    filters = (
        NumberRange("id", "ID"),
        Text("customer_email", "Customer E-mail"),
        yes_or_no(
            "is_active", "Active", yes="Active", no="Inactive", match=lambda: Q(is_active=True)
        ),
        DateRange("created_at", "Created", "created"),
        DateRange("updated_at", "Last Changed", "changed"),
    )
    search_fields = ("customer_email", "reserved_order_id", "items__sku__sku_key__icontains")
    search_help_text = "E-mail, order number or SKU"
    empty_title = "No quotes yet"
    empty_text = "Quotes are the baskets of customers who have not ordered yet."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quote]:
        """Count the rows along."""
        rows: QuerySet[Quote] = super().get_queryset(request)
        return rows.annotate(rows=Count("items"))

    number = column("ID", "pk", number_cell, ordering="id")
    item_count = column("Items", "rows", number_cell)
    active = column(
        "Active",
        lambda quote: badge("Active", "success") if quote.is_active else badge("Inactive"),
        ordering="is_active",
    )
    # The Active Quote Cutoff asks for that.
    created = column("Created", "created_at", time_cell)
    changed = column("Last Changed", "updated_at", time_cell)

    def sections(self, request: HttpRequest, record: Quote) -> list[Section]:
        """Return the quote and its rows."""
        order = record.reserved_order_id
        details = [
            ("Store", record.store.name),
            ("Customer Email", record.customer_email),
            ("State", self.active(record)),
            ("Order", link(order, admin_url("sales_order_by_number", order)) if order else ""),
            ("Created", time_cell(record.created_at)),
            ("Last Changed", time_cell(record.updated_at)),
        ]
        rows = [
            (
                f"↳ {item.name}" if item.parent_item_id else item.name,
                sku_link(item.sku),
                units(item.qty),
                money(item.price, record.currency_code),
            )
            for item in record.items.order_by("id")
        ]
        columns = ("Product", "SKU", "Qty", "Price")
        return [
            cards("information", "Information", Card("Quote Details", details)),
            table("items", "Items", Table(columns, rows, empty="This quote has no items.")),
        ]
