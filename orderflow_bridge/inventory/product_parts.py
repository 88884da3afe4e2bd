"""What stock adds to the products grid and to a product's page."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.inlines import PartInline
from orderflow_bridge.console.page_parts import FIRST, PageParts
from orderflow_bridge.console.pages import time_cell, units
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.inventory.selectors import CARRIERS


class SourceItemInline(PartInline):
    """A product's quantities, to look at; they are corrected under Inventory → Stock."""

    model = SourceItem
    extra = 0
    tab = True
    can_delete = False
    show_change_link = True
    fields = ("source", "units_on_hand", "status", "sequence", "changed")
    readonly_fields = fields
    verbose_name_plural = _("Stock")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceItem]:
        """Read product and source along."""
        rows: QuerySet[SourceItem] = super().get_queryset(request)
        return rows.select_related("product", "source")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: OrderFlow's figures make these rows."""
        return False

    units_on_hand = column(_("Quantity"), "quantity", units, ordering="")
    sequence = column(
        _("Last Sequence ID"),
        lambda item: "–" if item.last_sequence_id is None else str(item.last_sequence_id),
    )
    changed = column(_("Updated"), "updated_at", time_cell, ordering="")


@admin.display(description=_("Quantity"))
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
