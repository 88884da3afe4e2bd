"""What stock adds to pages from downstairs: the products grid and form, and cancelling an order."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from orderflow_bridge.catalog.admin import ProductAdmin
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.deeds import Deed
from orderflow_bridge.common.inlines import PartInline
from orderflow_bridge.common.pages import moment, units
from orderflow_bridge.inventory.fulfilment import cancel
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.inventory.selectors import CARRIERS
from orderflow_bridge.inventory.services import refund_and_release
from orderflow_bridge.sales.admin import OrderAdmin, deeds
from orderflow_bridge.sales.models import CreditMemo, Order
from orderflow_bridge.sales.refunding import Refund


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
        return super().get_queryset(request).select_related("product", "source")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: OrderFlow's figures make these rows."""
        return False

    @admin.display(description="Quantity")
    def units_on_hand(self, item: SourceItem) -> str:
        """Show the quantity plainly."""
        return units(item.quantity)

    @admin.display(description="Last Sequence ID")
    def sequence(self, item: SourceItem) -> str:
        """Show OrderFlow's record behind the figure."""
        return "–" if item.last_sequence_id is None else str(item.last_sequence_id)

    @admin.display(description="Updated")
    def changed(self, item: SourceItem) -> str:
        """Show when the figure was last written."""
        return moment(item.updated_at)


def cancel_order(request: HttpRequest, order: Order) -> None:
    """Cancel an order and give back what was promised to it."""
    deeds.say_canceled(request, is_canceled=cancel(order.pk))


# Redone here because the rooms below do not know stock (style.md §2, as with Django's UserAdmin).
admin.site.unregister((Product, Order))


@admin.register(Product)
class StockedProductAdmin(ProductAdmin):
    """Catalog → Products, with the quantity of all sources."""

    list_display = (
        *ProductAdmin.list_display[:6],
        "quantity",
        *ProductAdmin.list_display[6:],
    )
    inlines = (SourceItemInline, *ProductAdmin.inlines)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Read the stock rows along."""
        return super().get_queryset(request).prefetch_related("source_items")

    @admin.display(description="Quantity")
    def quantity(self, product: Any) -> str:
        """Show the sum of all sources; only the types that hold stock have one."""
        if product.type_id not in CARRIERS:
            return ""
        return units(sum((item.quantity for item in product.source_items.all()), Decimal(0)))


@admin.register(Order)
class StockedOrderAdmin(OrderAdmin):
    """Sales → Orders; cancelling gives back the stock that was promised."""

    def deeds(self) -> tuple[Deed, ...]:
        """Replace the cancel of downstairs."""
        kept = tuple(deed for deed in super().deeds() if deed is not deeds.CANCEL)
        return (*kept, replace(deeds.CANCEL, run=cancel_order))

    def make_refund(self, order: Order, refund: Refund) -> CreditMemo:
        """Refund, and give back what was promised to units that will not be shipped."""
        return refund_and_release(order.pk, refund)
