"""What stock adds to pages from downstairs: the products grid and form, and cancelling an order."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from orderflow_bridge.catalog.admin import ProductAdmin
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.pages import moment, units
from orderflow_bridge.inventory.models import SourceItem

_CARRIERS = (Product.Type.SIMPLE, Product.Type.VIRTUAL, Product.Type.DOWNLOADABLE)


class SourceItemInline(TabularInline):  # type: ignore[misc]  # unfold is not typed
    """A product's quantities, to look at; they are corrected under Inventory → Stock."""

    model = SourceItem
    extra = 0
    tab = True
    can_delete = False
    show_change_link = True
    fields = ("source", "units_on_hand", "status", "sequence", "changed")
    readonly_fields = fields
    verbose_name_plural = "Stock"

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


admin.site.unregister(Product)


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
        if product.type_id not in _CARRIERS:
            return ""
        return units(sum((item.quantity for item in product.source_items.all()), Decimal(0)))
