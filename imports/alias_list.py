"""OrderFlow Imports → SKU Aliases: which product OrderFlow means by a SKU that the shop lacks."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from imports.models import SkuAlias, WaitingSku
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import DateRange, Text
from orderflow_bridge.console.inlines import PartInline
from orderflow_bridge.console.page_parts import PageParts, add_parts
from orderflow_bridge.console.pages import sku_link, time_cell, unbroken

NEXT_RUN = _("Its figure is applied by the next run of the inventory import.")


@admin.register(SkuAlias)
class SkuAliasAdmin(FormAdmin):
    """OrderFlow Imports → SKU Aliases: this SKU of OrderFlow's is that product."""

    list_display = ("sku_text", "product_sku", "product_name", "created")
    list_display_links = ("sku_text",)
    list_select_related = ("product",)
    filters = (
        Text("sku_key", _("OrderFlow's SKU"), "sku", lookup="startswith"),
        Text("product__sku_key", _("Product's SKU"), "product", lookup="startswith"),
        DateRange("created_at", _("Created"), "created"),
    )
    fields = ("sku", "product")
    autocomplete_fields = ("product",)
    search_fields = ("sku_key__startswith", "product__sku_key__startswith")
    search_help_text = _("SKU begins with…")
    empty_title = _("No aliases yet")
    empty_text = _("An alias says which product OrderFlow means by a SKU that the shop lacks.")

    sku_text = column(_("OrderFlow's SKU"), "sku", unbroken, ordering="sku_key")
    product_sku = column(_("Product's SKU"), "product.sku", sku_link, ordering="product__sku_key")
    product_name = column(_("Product"), "product.name")
    created = column(_("Created"), "created_at", time_cell)

    def save_model(self, request: HttpRequest, obj: SkuAlias, form: Any, change: bool) -> None:
        """Save the alias, and say what follows for a figure that waits."""
        super().save_model(request, obj, form, change)
        if WaitingSku.objects.filter(sku_key=obj.sku).exists():
            messages.info(request, NEXT_RUN)


class SkuAliasInline(PartInline):
    """The SKUs by which OrderFlow means this product too."""

    model = SkuAlias
    extra = 0
    tab = True
    fields = ("sku",)
    verbose_name_plural = _("OrderFlow's SKUs")


add_parts(Product, PageParts(inlines=(SkuAliasInline,)))
