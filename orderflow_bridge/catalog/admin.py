"""Products and categories in the admin (reference.md F132)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from orderflow_bridge.catalog.mass_actions import MassChangeAdmin
from orderflow_bridge.catalog.models import (
    Category,
    Product,
    ProductCategory,
    ProductRelation,
    ProductWebsite,
)
from orderflow_bridge.catalog.querysets import STATUS
from orderflow_bridge.catalog.selectors import is_not_for_warehouse, not_for_warehouse
from orderflow_bridge.common.admin import BridgeAdmin
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.grids.cells import Shown, figure
from orderflow_bridge.common.grids.filters import Choices, Filter, Text, yes_or_no
from orderflow_bridge.common.grids.ranges import DateRange, NumberRange
from orderflow_bridge.common.grids.standing import export_status
from orderflow_bridge.common.inlines import PartInline
from orderflow_bridge.common.pages import badge, moment, money, standing_badge, units
from orderflow_bridge.stores.selectors import website_choices

# OrderFlow has no call that takes a product back: none is ever Cancelled.
PRODUCT_STATUSES = [each for each in ExportStatus if each != ExportStatus.CANCELLED]


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
        return super().get_queryset(request).select_related("product", "category")


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
        return super().get_queryset(request).select_related("parent", "child")


class ProductWebsiteInline(PartInline):
    """The websites that sell a product, and where it stands with each one's OrderFlow."""

    model = ProductWebsite
    extra = 0
    tab = True
    fields: tuple[str, ...] = ("website", "orderflow_export_status", "orderflow_export_date")
    autocomplete_fields = ("website",)
    readonly_fields: tuple[str, ...] = ("orderflow_export_status", "orderflow_export_date")
    verbose_name = "website"
    verbose_name_plural = "Websites"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductWebsite]:
        """Read both ends along."""
        return super().get_queryset(request).select_related("product", "website")


class ProductForm(forms.ModelForm):
    """A product, whose SKU is no other one's, however spelled."""

    def clean_sku(self) -> str:
        """Return the SKU. Raises ValidationError if another product has it."""
        sku: str = self.cleaned_data["sku"]
        if Product.objects.filter(sku_key=sku).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Product with this SKU already exists.", code="unique")
        return sku


@admin.register(Product)
class ProductAdmin(MassChangeAdmin):
    """Catalog → Products. The stock column and tab are added upstairs, by `inventory`."""

    list_display: tuple[Any, ...] = (
        "number",
        "thumbnail",
        "name",
        "type_id",
        "sku",
        "price_text",
        "visibility",
        "status_label",
        "website_names",
        "export_label",
    )
    list_display_links = ("number", "name")
    sorted_by = {"sku": "sku_key"}
    form = ProductForm
    more_columns: tuple[str, ...] = (
        "attribute_set",
        "barcode",
        "weight_text",
        "created",
        "changed",
        "last_exported",
    )
    filters: tuple[Filter, ...] = (
        NumberRange("id", "ID"),
        Text("name", "Name"),
        Text("sku_key", "SKU", "sku", lookup="startswith"),
        Choices("type_id", "Type", choices=Product.Type.choices),
        NumberRange("price", "Price", is_decimal=True),
        Choices("visibility", "Visibility", choices=Product.Visibility.choices),
        Choices("status", "Status", choices=Product.Status.choices),
        Choices("websites", "Websites", choices=website_choices),
        Text("categories__name", "Category", "category", lookup="istartswith"),
        export_status(not_for_warehouse, PRODUCT_STATUSES),
        DateRange("orderflow_export_date", "Last Exported", "exported"),
        DateRange("updated_at", "Updated", "updated"),
    )
    actions: tuple[str, ...] = ("change_status", "update_attributes")
    search_fields = ("sku_key__startswith", "name", "barcode")
    search_help_text = "SKU begins with…, name or barcode"
    inlines: tuple[Any, ...] = (ProductWebsiteInline, ProductCategoryInline, ProductPartInline)
    readonly_fields = ("orderflow_export_date", "created_at", "updated_at")
    empty_title = "No products yet"
    empty_text = "Add one here, send them through the REST API, or start with make demo."
    fieldsets = (
        (None, {"fields": (("name", "sku"), ("type_id", "status"), ("visibility", "price"))}),
        ("Content", {"fields": ("description", "image"), "classes": ("tab",)}),
        (
            "Warehouse",
            {
                "fields": (
                    ("barcode", "storage_types"),
                    ("weight", "weight_units"),
                    ("length", "width", "height"),
                    ("area", "volume"),
                ),
                "classes": ("tab",),
            },
        ),
        ("Tax", {"fields": (("tax_class_id", "tax_code"),), "classes": ("tab",)}),
        (
            "Further attributes",
            {"fields": ("attribute_set_id", "custom_attributes"), "classes": ("tab",)},
        ),
        (
            "OrderFlow",
            {
                "fields": (
                    ("orderflow_export_status", "orderflow_export_date"),
                    ("created_at", "updated_at"),
                ),
                "classes": ("tab",),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Read the websites along."""
        return super().get_queryset(request).prefetch_related("websites")

    def get_fieldsets(self, request: HttpRequest, obj: Product | None = None) -> Any:
        """Show no status to choose where OrderFlow never gets the product: it reads "–"."""
        if obj is None or not is_not_for_warehouse(obj):
            return super().get_fieldsets(request, obj)
        *others, (title, options) = super().get_fieldsets(request, obj)
        first, *rows = options["fields"]
        shown = tuple("export_label" if name == STATUS else name for name in first)
        return [*others, (title, {**options, "fields": (shown, *rows)})]

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> Any:
        """The status as a label is a cell, not a field."""
        return (*super().get_readonly_fields(request, obj), "export_label")

    @admin.display(description="ID", ordering="id")
    def number(self, product: Product) -> str:
        """Show the row's number."""
        return figure(product.pk)

    @admin.display(description="Thumbnail")
    def thumbnail(self, product: Product) -> Any:
        """Show the name's initials: pictures stay in the shop, only their paths are kept here."""
        initials = "".join(word[0] for word in product.name.split()[:2]).upper()
        markup = '<span class="bridge-thumbnail" aria-hidden="true">{}</span>'
        return Shown(format_html(markup, initials), "")

    @admin.display(description="Attribute Set", ordering="attribute_set_id")
    def attribute_set(self, product: Product) -> str:
        """Show the number of the attribute set; their names stay in the shop."""
        return figure(product.attribute_set_id)

    @admin.display(description="Price", ordering="price")
    def price_text(self, product: Product) -> str:
        """Show the price; a configurable product has none of its own."""
        return money(product.price)

    @admin.display(description="Status", ordering="status")
    def status_label(self, product: Product) -> Any:
        """Show the status in its colour."""
        enabled = product.status == Product.Status.ENABLED
        return badge(product.get_status_display(), "success" if enabled else "")

    @admin.display(description="Websites")
    def website_names(self, product: Product) -> Any:
        """Show who sells it."""
        names = ((website.name,) for website in product.websites.all())
        return format_html_join(mark_safe("<br>"), "{}", names)

    @admin.display(description="Weight", ordering="weight")
    def weight_text(self, product: Product) -> str:
        """Show the weight plainly."""
        return "" if product.weight is None else units(product.weight)

    @admin.display(description="Created", ordering="created_at")
    def created(self, product: Product) -> str:
        """Show when it was made."""
        return moment(product.created_at)

    @admin.display(description="Updated", ordering="updated_at")
    def changed(self, product: Product) -> str:
        """Show when it was last changed."""
        return moment(product.updated_at)

    @admin.display(description="Last Exported", ordering="orderflow_export_date")
    def last_exported(self, product: Product) -> str:
        """Show when OrderFlow fetched it last."""
        return moment(product.orderflow_export_date)

    @admin.display(description="Export Status (OF)", ordering="orderflow_export_status")
    def export_label(self, product: Product) -> Any:
        """Show the export status in its colour."""
        never = is_not_for_warehouse(product)
        return standing_badge(product.orderflow_export_status, never=never)

    def save_model(
        self, request: HttpRequest, obj: Product, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        """Say so when the edit has made the product Pending again (F59: `Product.save`)."""
        before = form.initial.get("orderflow_export_status")
        super().save_model(request, obj, form, change)
        is_pending = obj.orderflow_export_status == ExportStatus.PENDING
        if change and is_pending and before != ExportStatus.PENDING:
            messages.info(request, "OrderFlow will be told about the change.")


@admin.register(Category)
class CategoryAdmin(BridgeAdmin):
    """Catalog → Categories."""

    list_display = ("name", "parent", "position", "is_active")
    list_select_related = ("parent",)
    filters = (
        yes_or_no(
            "is_active", "Active", yes="Active", no="Inactive", match=lambda: Q(is_active=True)
        ),
    )
    search_fields = ("name",)
    autocomplete_fields = ("parent",)
    empty_title = "No categories yet"
    empty_text = "Categories order the catalogue; OrderFlow gets the first one of a product."
