"""Catalog → Attribute Sets: the names of the numbers that products carry."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest

from orderflow_bridge.catalog.attribute_set import DEFAULT_SET, AttributeSet, forget
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.filters import Text
from orderflow_bridge.console.pages import admin_url


@admin.register(AttributeSet)
class AttributeSetAdmin(FormAdmin):
    """Names; a product keeps its number when a name goes."""

    list_display = ("name", "number", "action_links")
    filters = (Text("name", _("Name")),)
    search_fields = ("name",)
    fields = ("id", "name")
    empty_title = _("No attribute set found")
    empty_text = _("Products carry the numbers of their shop's attribute sets; name them here.")

    def get_readonly_fields(
        self, request: HttpRequest, obj: AttributeSet | None = None
    ) -> tuple[str, ...]:
        """Keep the number: products name it."""
        return ("id",) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the smallest number that a product has and nobody has named, or else the next."""
        unnamed = Product.objects.order_by("attribute_set_id").exclude(
            attribute_set_id__in=AttributeSet.objects.values("id")
        )
        largest = AttributeSet.objects.aggregate(largest=Max("id"))["largest"] or DEFAULT_SET
        number = unnamed.values_list("attribute_set_id", flat=True).first() or largest + 1
        return {"id": number, **super().get_changeform_initial_data(request)}

    number = column(_("ID"), "pk", number_cell, ordering="id")

    def row_actions(self, request: HttpRequest, record: AttributeSet) -> list[RowAction]:
        """Lead to the products that have it."""
        products = f"{admin_url('catalog_product_changelist')}?attribute_set_id={record.pk}"
        return [*super().row_actions(request, record), RowAction(_("Show Products"), products)]

    def save_model(
        self, request: HttpRequest, obj: AttributeSet, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        """Save it; this process reads the names anew."""
        super().save_model(request, obj, form, change)
        forget()

    def delete_model(self, request: HttpRequest, obj: AttributeSet) -> None:
        """Delete the name; products keep the number."""
        super().delete_model(request, obj)
        forget()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AttributeSet]) -> None:
        """Delete several names."""
        super().delete_queryset(request, queryset)
        forget()
