"""The invoices grid and the invoice page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, DateRange, NumberRange, Text
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    cards,
    link,
    money,
    sku_link,
    table,
    time_cell,
    units,
)
from orderflow_bridge.sales.models import Invoice


@admin.register(Invoice)
class InvoiceAdmin(RecordAdmin):
    """Sales → Invoices."""

    missing_text = "This invoice no longer exists."
    list_display = ("increment_id", "invoice_date", "order_link", "state", "quantity", "amount")
    list_display_links = ("increment_id",)
    list_select_related = ("order",)
    filters = (
        Text("increment_id", "Invoice #", lookup="startswith"),
        Text("order__increment_id", "Order #", "order", lookup="startswith"),
        Choices("state", "Status", choices=Invoice._meta.get_field("state").flatchoices),
        NumberRange("grand_total", "Amount", is_decimal=True),
        DateRange("created_at", "Invoice Date", "created"),
    )
    search_fields = ("increment_id", "order__increment_id")
    search_help_text = "Invoice or order number"
    empty_title = "No invoices yet"
    empty_text = "Invoices come with the orders, through the REST API."

    invoice_date = column("Invoice Date", "created_at", time_cell)

    @admin.display(description="Order", ordering="order__increment_id")
    def order_link(self, invoice: Invoice) -> Any:
        """Lead to the order."""
        url = admin_url("sales_order_change", invoice.order_id)
        return link(invoice.order.increment_id, url)

    quantity = column("Total Quantity", "total_qty", units)
    amount = column(
        "Amount",
        lambda invoice: money(invoice.grand_total, invoice.order.order_currency_code),
        ordering="grand_total",
    )

    def record_title(self, record: Invoice) -> str:
        """Return "Invoice #000000003"."""
        return f"Invoice #{record.increment_id}"

    def sections(self, request: HttpRequest, record: Invoice) -> list[Section]:
        """Return the invoice and its rows."""
        details = [
            ("Invoice", record.increment_id),
            ("Order", self.order_link(record)),
            ("Invoice Date", time_cell(record.created_at)),
            ("Status", record.get_state_display()),
            ("Total Quantity", units(record.total_qty)),
            ("Amount", self.amount(record)),
        ]
        currency = record.order.order_currency_code
        rows = [
            (item.name, sku_link(item.sku), units(item.qty), money(item.row_total, currency))
            for item in record.items.order_by("id")
        ]
        columns = ("Product", "SKU", "Qty Invoiced", "Row Total")
        return [
            cards("information", "Information", Card("Invoice Details", details)),
            table("items", "Items Invoiced", Table(columns, rows)),
        ]
