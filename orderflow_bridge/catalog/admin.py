"""Products and categories in the admin."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html

from orderflow_bridge.catalog.attribute_set import set_choices, set_name
from orderflow_bridge.catalog.attribute_set_admin import AttributeSetAdmin
from orderflow_bridge.catalog.category_admin import CategoryAdmin
from orderflow_bridge.catalog.default_image import ProductExportSettingsAdmin
from orderflow_bridge.catalog.forms import (
    ProductCategoryInline,
    ProductForm,
    ProductPartInline,
)
from orderflow_bridge.catalog.mass_actions import change_status, update_attributes
from orderflow_bridge.catalog.media import IMAGE_ROLES, add_media
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.picture_files import url_of
from orderflow_bridge.catalog.querysets import STATUS
from orderflow_bridge.catalog.selectors import is_not_for_warehouse, not_for_warehouse
from orderflow_bridge.catalog.view_page import scopes, store_values_view
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.address import as_it_was_left
from orderflow_bridge.console.grids.columns import RowAction, Shown, column, number_cell
from orderflow_bridge.console.grids.export_state_filter import export_status
from orderflow_bridge.console.grids.filters import (
    Choices,
    DateRange,
    Filter,
    NumberRange,
    Text,
)
from orderflow_bridge.console.pages import (
    admin_url,
    badge,
    money,
    status_pill,
    time_cell,
    units,
)
from orderflow_bridge.stores.selectors import website_choices

__all__ = ("AttributeSetAdmin", "CategoryAdmin", "ProductAdmin", "ProductExportSettingsAdmin")

# OrderFlow has no call that takes a product back: none is ever Cancelled.
PRODUCT_STATUSES = [each for each in ExportStatus if each != ExportStatus.CANCELLED]


def _with_cells(fields: Any, cells: dict[str, str]) -> tuple[Any, ...]:
    """Return fields, some of them in a row together, with cells in the place of some."""
    return tuple(
        _with_cells(each, cells) if isinstance(each, tuple) else cells.get(each, each)
        for each in fields
    )


@admin.register(Product)
class ProductAdmin(FormAdmin):
    """Catalog → Products. Stock, and what OrderFlow knows, are added by the rooms above."""

    missing_text = _("Product Not Found.")
    list_display: tuple[Any, ...] = (
        "name",
        "export_label",
        "sku",
        "price_text",
        "type_id",
        "status_label",
        "website_names",
        "number",
        "action_links",
    )
    list_display_links = ("name", "number")
    sorted_by = {"sku": "sku_key"}
    form = ProductForm
    by_jobs = (STATUS,)
    more_columns: tuple[str, ...] = (
        "thumbnail",
        "visibility",
        "attribute_set",
        "barcode",
        "weight_text",
        "created",
        "changed",
        "last_exported",
    )
    filters: tuple[Filter, ...] = (
        NumberRange("id", _("ID")),
        Text("name", _("Name")),
        Text("sku_key", "SKU", "sku", lookup="startswith"),
        Choices("type_id", _("Type"), choices=Product.Type.choices),
        Choices("attribute_set_id", _("Attribute Set"), choices=set_choices),
        NumberRange("price", _("Price"), is_decimal=True),
        Choices("visibility", _("Visibility"), choices=Product.Visibility.choices),
        Choices("status", _("Status"), choices=Product.Status.choices),
        Choices("websites", _("Websites"), choices=website_choices),
        Text("categories__name", _("Category"), "category", lookup="istartswith"),
        export_status(not_for_warehouse, PRODUCT_STATUSES),
        DateRange("orderflow_export_date", _("Last Exported"), "exported"),
        DateRange("updated_at", _("Updated"), "updated"),
    )
    actions = (change_status, update_attributes)
    search_fields = ("sku_key__startswith", "name", "barcode")
    search_help_text = _("SKU begins with…, name or barcode")
    inlines = (ProductCategoryInline, ProductPartInline)
    change_form_outer_before_template = "bridge/product_head.html"
    readonly_fields = ("last_exported", "created", "changed", "shown")
    empty_title = _("No products yet")
    empty_text = _("Add one here, send them through the REST API, or start with make demo.")
    fieldsets = (
        (None, {"fields": (("name", "sku"), ("type_id", "status"), ("visibility", "price"))}),
        (_("Content"), {"fields": ("description", "shown", "picture", "image")}),
        (
            _("Warehouse"),
            {
                "fields": (
                    ("barcode", "storage_types"),
                    ("weight", "weight_units"),
                    ("length", "width", "height"),
                    ("area", "volume"),
                ),
            },
        ),
        (_("Tax"), {"fields": (("tax_class_id", "tax_code"),)}),
        (
            _("Further attributes"),
            {"fields": ("attribute_set_id", "custom_attributes")},
        ),
        (
            "OrderFlow",
            {
                "fields": (
                    ("orderflow_export_status", "last_exported"),
                    ("created", "changed"),
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Read the websites along."""
        return super().get_queryset(request).prefetch_related("websites")

    def get_urls(self) -> list[URLPattern]:
        """Add an address by SKU, for links from histories, and the page of store views' values."""
        view = path(
            "by-sku/<path:sku>/", self._wrapped(self.by_sku_view), name="catalog_product_by_sku"
        )
        values = path(
            "<int:pk>/store-views/",
            self._wrapped(partial(store_values_view, self)),
            name="catalog_product_store_values",
        )
        return [view, values, *super().get_urls()]

    def record_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Read the websites along: what stands above the form needs nothing else."""
        return Product.objects.prefetch_related("website_links__website")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Product | None:
        """Return the row alone: the form shows neither the list's websites nor its stock."""
        try:
            return Product.objects.get(**{from_field or "pk": object_id})
        except (Product.DoesNotExist, ValidationError, ValueError, OverflowError):
            return None

    def record_title(self, record: Product) -> str:
        """Return "Joust Duffle Bag (24-MB01)"."""
        return f"{record.name} ({record.sku})"

    def row_actions(self, request: HttpRequest, record: Product) -> list[RowAction]:
        """Offer the page, and what other rooms offer."""
        title = _("Edit") if self.has_change_permission(request) else _("View")
        page = RowAction(title, admin_url("catalog_product_change", record.pk))
        return [page, *self.record_row_actions(request, record)]

    def get_fieldsets(self, request: HttpRequest, obj: Product | None = None) -> Any:
        """Show as a cell what is no choice: the set to who may change nothing, by its name; and the
        status where OrderFlow never gets the product, which reads "–".
        """
        may_change = self.has_change_permission(request, obj)
        cells = {} if may_change else {"attribute_set_id": "attribute_set"}
        if obj is not None and is_not_for_warehouse(obj):
            cells[STATUS] = "export_label"
        return [
            (title, {**options, "fields": _with_cells(options["fields"], cells)})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> Any:
        """The status as a label is a cell, not a field."""
        return (*super().get_readonly_fields(request, obj), "export_label")

    number = column(_("ID"), "pk", number_cell, ordering="id")

    @admin.display(description=_("Thumbnail"))
    def thumbnail(self, product: Product) -> Any:
        """Show the name's initials: pictures stay in the shop, only their paths are kept here."""
        initials = "".join(word[0] for word in product.name.split()[:2]).upper()
        markup = '<span class="bridge-thumbnail" aria-hidden="true">{}</span>'
        return Shown(format_html(markup, initials), "")

    @admin.display(description=_("Picture"))
    def shown(self, product: Product) -> Any:
        """Show the picture, if its file lies here; a path or URL of another shop stays a text."""
        url = url_of(product.image)
        markup = '<img class="bridge-picture" src="{}" alt="{}">'
        return format_html(markup, url, product.name) if url else product.image or _("None yet")

    attribute_set = column(_("Attribute Set"), "attribute_set_id", set_name)
    # A configurable product has none of its own.
    price_text = column(_("Price"), "price", money)

    @admin.display(description=_("Status"), ordering="status")
    def status_label(self, product: Product) -> Any:
        """Show the status in its colour."""
        enabled = product.status == Product.Status.ENABLED
        return badge(product.get_status_display(), "success" if enabled else "")

    website_names = column(
        _("Websites"), lambda product: ", ".join(website.name for website in product.websites.all())
    )
    weight_text = column(
        _("Weight"),
        lambda product: "" if product.weight is None else units(product.weight),
        ordering="weight",
    )
    created = column(_("Created"), "created_at", time_cell)
    changed = column(_("Updated"), "updated_at", time_cell)
    last_exported = column(_("Last Exported"), "orderflow_export_date", time_cell)

    @admin.display(description=_("Export Status (OF)"), ordering="orderflow_export_status")
    def export_label(self, product: Product) -> Any:
        """Show the export status in its colour."""
        never = is_not_for_warehouse(product)
        key = f"catalog.product:{product.pk}"
        return status_pill(product.orderflow_export_status, never=never, key=key)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Put buttons and notices above an existing product's form."""
        context = dict(extra_context or {})
        if product := self._find(request, object_id) if object_id else None:
            buttons = self.record_buttons(request, product)
            notices = self.notices("change", request, product)
            back = as_it_was_left(admin_url(self._url_name("changelist")), request)
            context = {
                "record_buttons": buttons,
                "back_url": back,
                "scopes": scopes(product),
                **notices,
                **context,
            }
        return super().changeform_view(request, object_id, form_url, context)

    def save_model(
        self, request: HttpRequest, obj: Product, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        """Say so when the edit has made the product Pending again (`Product.save`)."""
        before = form.initial.get("orderflow_export_status")
        super().save_model(request, obj, form, change)
        if content := form.cleaned_data.get("picture"):
            add_media(obj.sku, {"content": content, "types": list(IMAGE_ROLES)})
            obj.refresh_from_db(fields=("image", STATUS))
        is_pending = obj.orderflow_export_status == ExportStatus.PENDING
        if change and is_pending and before != ExportStatus.PENDING:
            messages.info(request, str(_("OrderFlow will be told about the change.")))

    def by_sku_view(self, request: HttpRequest, sku: str) -> HttpResponse:
        """Go to the product with this SKU; say so when there is none."""
        found = Product.objects.filter(sku_key=sku).values_list("pk", flat=True).first()
        if found is None:
            messages.warning(request, _("Product %(sku)s does not exist.") % {"sku": sku})
            return HttpResponseRedirect(admin_url("catalog_product_changelist"))
        return HttpResponseRedirect(admin_url("catalog_product_change", found))
