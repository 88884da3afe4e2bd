"""What stock adds to pages from downstairs: the products grid and form, and refunding an order."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.inlines import PartInline
from orderflow_bridge.console.page_parts import FIRST, PageParts
from orderflow_bridge.console.pages import time_cell, units
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.inventory.selectors import CARRIERS
from orderflow_bridge.inventory.services import refund_and_release
from orderflow_bridge.sales.admin.creditmemo import credit_memo_page


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


PRODUCT_PARTS = PageParts(
    columns={"quantity": quantity},
    prefetch=("source_items",),
    inlines=(SourceItemInline,),
    places={"quantity": "price_text", "SourceItemInline": FIRST},
)
ORDER_PARTS = credit_memo_page(refund_and_release)
