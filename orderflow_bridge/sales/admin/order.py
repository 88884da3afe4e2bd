"""The orders grid (reference.md F133) and the order page."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path

from orderflow_bridge.common.admin import RecordAdmin
from orderflow_bridge.common.grids.cells import figure
from orderflow_bridge.common.grids.filters import Choices, Text
from orderflow_bridge.common.grids.ranges import DateRange, NumberRange
from orderflow_bridge.common.grids.row_actions import RowAction
from orderflow_bridge.common.grids.standing import export_status
from orderflow_bridge.common.pages import Section, admin_url, moment, money, unbroken, units
from orderflow_bridge.sales import states
from orderflow_bridge.sales.admin import deeds, order_page
from orderflow_bridge.sales.models import Order, OrderAddress
from orderflow_bridge.sales.order_numbers import find_order
from orderflow_bridge.stores.order_statuses import status_choices
from orderflow_bridge.stores.selectors import website_choices


@admin.register(Order)
class OrderAdmin(RecordAdmin):
    """Sales → Orders."""

    missing_text = "Order Not Found."
    list_display: tuple[str, ...] = (
        "order_number",
        "purchase_point",
        "purchase_date",
        "bill_to",
        "ship_to",
        "base_total",
        "total",
        "status_label",
        "export_label",
        "action_links",
    )
    more_columns = (
        "number",
        "purchase_from",
        "order_currency_code",
        "customer_email",
        "units_ordered",
        "shipping_description",
        "last_exported",
        "last_error",
    )
    list_display_links = ("order_number",)
    list_select_related = ("store__website",)
    own_deeds = (deeds.HOLD, deeds.UNHOLD)
    filters = (
        Text("increment_id", "Order #", lookup="startswith"),
        Choices("website", "Purchase Point", choices=website_choices),
        DateRange("created_at", "Purchase Date", "created"),
        Text("customer_email", "Customer E-mail"),
        Text("addresses__lastname", "Last Name", "last_name", lookup="istartswith"),
        NumberRange("base_grand_total", "Grand Total (Base)", "base_total", is_decimal=True),
        NumberRange("grand_total", "Grand Total (Purchased)", "total", is_decimal=True),
        Choices("status", "Status", choices=status_choices),
        export_status(states.not_for_warehouse),
        DateRange("orderflow_export_date", "Last Exported", "exported"),
    )
    search_fields = ("increment_id__startswith", "customer_email", "customer_lastname")
    search_help_text = "Order number begins with…, e-mail or last name"
    empty_title = "No orders yet"
    empty_text = "Orders come through the REST API, or with the demo data (make demo)."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Read the addresses along: bill-to and ship-to."""
        return super().get_queryset(request).prefetch_related("addresses")

    def record_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Read what the page shows along."""
        orders = self.get_queryset(request).select_related(
            "website", "store__website", "store__group"
        )
        return orders.select_related("payment").prefetch_related("items", "status_histories")

    def get_urls(self) -> list[URLPattern]:
        """Add an address by order number, for links from imports."""
        view = path(
            "by-number/<path:increment_id>/",
            self._wrapped(self.by_number_view),
            name="sales_order_by_number",
        )
        return [view, *super().get_urls()]

    @admin.display(description="ID", ordering="increment_id")
    def order_number(self, order: Order) -> str:
        """Show the order's number."""
        return unbroken(order.increment_id)

    @admin.display(description="Purchase Point", ordering="store")
    def purchase_point(self, order: Order) -> str:
        """Show the website."""
        return order.store.website.name

    @admin.display(description="Purchase Date", ordering="created_at")
    def purchase_date(self, order: Order) -> str:
        """Show when it was placed."""
        return moment(order.created_at)

    @admin.display(description="Bill-to Name")
    def bill_to(self, order: Order) -> str:
        """Show who pays."""
        return order_page.person(order_page.address_of(order, OrderAddress.Type.BILLING))

    @admin.display(description="Ship-to Name")
    def ship_to(self, order: Order) -> str:
        """Show who receives."""
        return order_page.person(order_page.address_of(order, OrderAddress.Type.SHIPPING))

    @admin.display(description="Purchased From", ordering="store")
    def purchase_from(self, order: Order) -> str:
        """Show the store view."""
        return order.store.name

    @admin.display(description="Row ID", ordering="id")
    def number(self, order: Order) -> str:
        """Show the row's number."""
        return figure(order.pk)

    @admin.display(description="Units", ordering="total_qty_ordered")
    def units_ordered(self, order: Order) -> str:
        """Show how many units were ordered."""
        return units(order.total_qty_ordered)

    @admin.display(description="Last Exported", ordering="orderflow_export_date")
    def last_exported(self, order: Order) -> str:
        """Show when OrderFlow fetched it last."""
        return moment(order.orderflow_export_date)

    @admin.display(description="Last Error")
    def last_error(self, order: Order) -> str:
        """Show why OrderFlow has not got it."""
        return order.orderflow_last_error

    @admin.display(description="Grand Total (Base)", ordering="base_grand_total")
    def base_total(self, order: Order) -> str:
        """Show the total in the shop's own currency."""
        return money(order.base_grand_total, order.base_currency_code)

    @admin.display(description="Grand Total (Purchased)", ordering="grand_total")
    def total(self, order: Order) -> str:
        """Show the total in the currency of the order."""
        return money(order.grand_total, order.order_currency_code)

    @admin.display(description="Status", ordering="status")
    def status_label(self, order: Order) -> Any:
        """Show the status in its colour."""
        return order_page.status_badge(order)

    @admin.display(description="Export Status (OF)", ordering="orderflow_export_status")
    def export_label(self, order: Order) -> Any:
        """Show the export status in its colour."""
        return order_page.export_badge(order)

    def record_title(self, record: Order) -> str:
        """Return "Order #000000005"."""
        return f"Order #{record.increment_id}"

    def sections(self, request: HttpRequest, record: Order) -> list[Section]:
        """Return the tabs of the guide's order view."""
        return [
            order_page.information(record),
            order_page.invoices(record),
            order_page.shipments(record),
            order_page.creditmemos(record),
            order_page.comments(record),
        ]

    def row_actions(self, request: HttpRequest, record: Order) -> list[RowAction]:
        """Offer the page, and what other rooms offer."""
        page = RowAction("View", admin_url("sales_order_change", record.pk))
        return [page, *self.deed_actions(request, record)]

    def by_number_view(self, request: HttpRequest, increment_id: str) -> HttpResponse:
        """Go to the order with this number; say so when there is none."""
        found = find_order(increment_id, Order.objects.only("increment_id"))
        if found is None:
            messages.warning(request, f"Order {increment_id} does not exist.")
            return HttpResponseRedirect(admin_url("sales_order_changelist"))
        return HttpResponseRedirect(admin_url("sales_order_change", found.pk))
