"""The form of a product, and the rows that are edited on it."""

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from orderflow_bridge.catalog.models import Product, ProductCategory, ProductRelation
from orderflow_bridge.console.inlines import PartInline


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    """A product, whose SKU is no other one's, however spelled."""

    def clean_sku(self) -> str:
        """Return the SKU. Raises ValidationError if another product has it."""
        sku: str = self.cleaned_data["sku"]
        if Product.objects.filter(sku_key=sku).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Product with this SKU already exists.", code="unique")
        return sku


class ProductCategoryInline(PartInline):
    """The categories a product is in."""

    model = ProductCategory
    extra = 0
    tab = True
    autocomplete_fields = ("category",)
    verbose_name = "category"
    verbose_name_plural = "Categories"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductCategory]:
        """Read both ends along."""
        rows: QuerySet[ProductCategory] = super().get_queryset(request)
        return rows.select_related("product", "category")


class ProductPartInline(PartInline):
    """The variants of a configurable product, the parts of a bundle or group."""

    model = ProductRelation
    fk_name = "parent"
    extra = 0
    tab = True
    autocomplete_fields = ("child",)
    verbose_name = "variant or part"
    verbose_name_plural = "Variants and Parts"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductRelation]:
        """Read both ends along."""
        rows: QuerySet[ProductRelation] = super().get_queryset(request)
        return rows.select_related("parent", "child")
