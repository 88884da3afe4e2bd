"""The invoices grid and the invoice page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
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

    missing_text = gettext_lazy("This invoice no longer exists.")
    list_display = ("increment_id", "state", "invoice_date", "order_link", "quantity", "amount")
    list_display_links = ("increment_id",)
    list_select_related = ("order",)
    filters = (
        Text("increment_id", gettext_lazy("Invoice #"), lookup="startswith"),
        Text("order__increment_id", gettext_lazy("Order #"), "order", lookup="startswith"),
        Choices(
            "state", gettext_lazy("Status"), choices=Invoice._meta.get_field("state").flatchoices
        ),
        NumberRange("grand_total", gettext_lazy("Amount"), is_decimal=True),
        DateRange("created_at", gettext_lazy("Invoice Date"), "created"),
    )
    search_fields = ("increment_id", "order__increment_id")
    search_help_text = gettext_lazy("Invoice or order number")
    empty_title = gettext_lazy("No invoices yet")
    empty_text = gettext_lazy("Invoices come with the orders, through the REST API.")

    invoice_date = column(gettext_lazy("Invoice Date"), "created_at", time_cell)

    @admin.display(description=gettext_lazy("Order"), ordering="order__increment_id")
    def order_link(self, invoice: Invoice) -> Any:
        """Lead to the order."""
        url = admin_url("sales_order_change", invoice.order_id)
        return link(invoice.order.increment_id, url)

    quantity = column(gettext_lazy("Total Quantity"), "total_qty", units)
    amount = column(
        gettext_lazy("Amount"),
        lambda invoice: money(invoice.grand_total, invoice.order.order_currency_code),
        ordering="grand_total",
    )

    def record_title(self, record: Invoice) -> str:
        """Return "Invoice #000000003"."""
        return _("Invoice #%(number)s") % {"number": record.increment_id}

    def sections(self, request: HttpRequest, record: Invoice) -> list[Section]:
        """Return the invoice and its rows."""
        details = [
            (_("Invoice"), record.increment_id),
            (_("Order"), self.order_link(record)),
            (_("Invoice Date"), time_cell(record.created_at)),
            (_("Status"), record.get_state_display()),
            (_("Total Quantity"), units(record.total_qty)),
            (_("Amount"), self.amount(record)),
        ]
        currency = record.order.order_currency_code
        rows = [
            (item.name, sku_link(item.sku), units(item.qty), money(item.row_total, currency))
            for item in record.items.order_by("id")
        ]
        columns = (_("Product"), "SKU", _("Qty Invoiced"), _("Row Total"))
        return [
            cards("information", _("Information"), Card(_("Invoice Details"), details)),
            table("items", _("Items Invoiced"), Table(columns, rows)),
        ]
