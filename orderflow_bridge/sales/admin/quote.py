"""The quotes grid and the quote page."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from orderflow_bridge.common.admin import RecordAdmin
from orderflow_bridge.common.grids.cells import figure
from orderflow_bridge.common.grids.filters import Text, yes_or_no
from orderflow_bridge.common.grids.ranges import DateRange, NumberRange
from orderflow_bridge.common.pages import (
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    link,
    moment,
    money,
    table,
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
        return super().get_queryset(request).annotate(rows=Count("items"))

    @admin.display(description="ID", ordering="id")
    def number(self, quote: Quote) -> str:
        """Show the row's number."""
        return figure(quote.pk)

    @admin.display(description="Items", ordering="rows")
    def item_count(self, quote: Any) -> str:
        """Show the number of rows."""
        return figure(quote.rows)

    @admin.display(description="Active", ordering="is_active")
    def active(self, quote: Quote) -> Any:
        """Show whether it may still become an order."""
        return badge("Active", "success") if quote.is_active else badge("Inactive")

    @admin.display(description="Created", ordering="created_at")
    def created(self, quote: Quote) -> str:
        """Show when it was begun: the Active Quote Cutoff asks for that."""
        return moment(quote.created_at)

    @admin.display(description="Last Changed", ordering="updated_at")
    def changed(self, quote: Quote) -> str:
        """Show when the customer last changed it."""
        return moment(quote.updated_at)

    def sections(self, request: HttpRequest, record: Quote) -> list[Section]:
        """Return the quote and its rows."""
        order = record.reserved_order_id
        details = [
            ("Store", record.store.name),
            ("Customer Email", record.customer_email),
            ("State", self.active(record)),
            ("Order", link(order, admin_url("sales_order_by_number", order)) if order else ""),
            ("Created", moment(record.created_at)),
            ("Last Changed", moment(record.updated_at)),
        ]
        rows = [
            (
                f"↳ {item.name}" if item.parent_item_id else item.name,
                item.sku,
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
