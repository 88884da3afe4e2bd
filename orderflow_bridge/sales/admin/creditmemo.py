"""The credit memos grid and the credit memo page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, DateRange
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    cards,
    link,
    money,
    table,
    time_cell,
    unbroken,
    units,
)
from orderflow_bridge.sales.models import CreditMemo


@admin.register(CreditMemo)
class CreditMemoAdmin(RecordAdmin):
    """Sales → Credit Memos. New ones are made on the order's page."""

    missing_text = "This credit memo no longer exists."
    list_display = ("increment_id", "created", "order_link", "order_date", "state", "refunded")
    list_display_links = ("increment_id",)
    list_select_related = ("order",)
    filters = (
        Choices("state", "Status", choices=CreditMemo._meta.get_field("state").flatchoices),
        DateRange("created_at", "Created", "created"),
    )
    search_fields = ("increment_id", "order__increment_id")
    search_help_text = "Credit memo or order number"
    empty_title = "No credit memos yet"
    empty_text = "Open an order that has been invoiced and choose Credit Memo to refund it."

    def record_queryset(self, request: HttpRequest) -> QuerySet[CreditMemo]:
        """Read the order along."""
        return self.get_queryset(request).select_related("order")

    created = column("Created", "created_at", time_cell)
    order_link = column(
        "Order",
        lambda memo: link(memo.order.increment_id, admin_url("sales_order_change", memo.order_id)),
        ordering="order__increment_id",
    )
    order_date = column("Order Date", "order.created_at", time_cell)
    refunded = column(
        "Refunded",
        lambda memo: money(memo.grand_total, memo.order.order_currency_code),
        ordering="grand_total",
    )

    def record_title(self, record: CreditMemo) -> str:
        """Return "Credit Memo #000000003"."""
        return f"Credit Memo #{record.increment_id}"

    def sections(self, request: HttpRequest, record: CreditMemo) -> list[Section]:
        """Return the memo, its rows and the remarks on it."""
        details = [
            ("Credit Memo", record.increment_id),
            ("Order", self.order_link(record)),
            ("Order Date", self.order_date(record)),
            ("Created", time_cell(record.created_at)),
            ("Status", record.get_state_display()),
            ("Total Quantity", units(record.total_qty)),
        ]
        totals = Card("Credit Memo Totals", _totals(record))
        information = cards("information", "Information", Card("Credit Memo", details), totals)
        return [information, _items(record), _comments(record)]


def _totals(memo: CreditMemo) -> list[tuple[str, Any]]:
    amounts = (
        ("Subtotal", memo.subtotal),
        ("Discount", -memo.discount_amount),
        ("Tax", memo.tax_amount),
        ("Shipping & Handling", memo.shipping_amount),
        ("Adjustment Refund", memo.adjustment_positive),
        ("Adjustment Fee", memo.adjustment_negative),
        ("Grand Total", memo.grand_total),
    )
    return [(label, money(amount, memo.order.order_currency_code)) for label, amount in amounts]


def _items(memo: CreditMemo) -> Section:
    currency = memo.order.order_currency_code
    rows = [
        (
            item.name,
            unbroken(item.sku),
            money(item.price, currency),
            units(item.qty),
            money(item.row_total, currency),
            money(item.tax_amount, currency),
            money(item.discount_amount, currency),
        )
        for item in memo.items.order_by("id")
    ]
    columns = ("Product", "SKU", "Price", "Qty Refunded", "Row Total", "Tax", "Discount")
    empty = "No units were refunded, only an amount."
    return table("items", "Items Refunded", Table(columns, rows, empty=empty))


def _comments(memo: CreditMemo) -> Section:
    rows = [(time_cell(one.created_at), one.comment) for one in memo.comments.order_by("id")]
    content = Table(("Date", "Comment"), rows, empty="There are no comments.")
    return table("comments", "Comments", content)
