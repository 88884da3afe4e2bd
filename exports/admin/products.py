"""What exports add to the products list and page (F85, F132, F136, F152)."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path

from exports.admin import links
from exports.admin.cells import next_try, reason, status_badge
from exports.admin.deeds import export_many, export_one, reset_many
from exports.due import is_there
from exports.rights import EXPORT_PRODUCTS
from orderflow_bridge.catalog.admin import ProductWebsiteInline
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.deeds import Deed, DeedAdmin
from orderflow_bridge.common.grids.row_actions import RowAction
from orderflow_bridge.common.mass_deeds import carry_out
from orderflow_bridge.common.pages import Card, admin_url, moment
from orderflow_bridge.configuration.selectors import admin_info, api
from orderflow_bridge.inventory.stocked import StockedProductAdmin
from orderflow_bridge.stores.models import Website

EXPORT_QUESTION = "Are you sure you wish to export this product?"


def run_export(request: HttpRequest, product: Product) -> None:
    """Announce a product at once."""
    export_one(request, Entity.PRODUCT, product.pk)


def is_simple(product: Product) -> bool:
    """Tell whether OrderFlow takes this kind of product (F79)."""
    return product.type_id == Product.Type.SIMPLE


class StandingInline(ProductWebsiteInline):
    """The websites that sell a product, and all that is known of it and their OrderFlow."""

    fields: tuple[str, ...] = (
        "website",
        "status",
        "last_exported",
        "last_announced",
        "orderflow_attempts",
        "next_try",
        "reason",
    )
    readonly_fields: tuple[str, ...] = fields[1:]

    @admin.display(description="Export Status (OF)")
    def status(self, row: ProductWebsite) -> Any:
        """Show where it stands."""
        return status_badge(row)

    @admin.display(description="Last Exported")
    def last_exported(self, row: ProductWebsite) -> str:
        """Show when OrderFlow fetched it last."""
        return moment(row.orderflow_export_date, empty="N/A")

    @admin.display(description="Last Announced")
    def last_announced(self, row: ProductWebsite) -> str:
        """Show when OrderFlow was told of it last."""
        return moment(row.orderflow_queued_at, empty="–")

    @admin.display(description="Next Try")
    def next_try(self, row: ProductWebsite) -> Any:
        """Show when OrderFlow is told of it next."""
        return next_try(row) or "–"

    @admin.display(description="Last Error")
    def reason(self, row: ProductWebsite) -> str:
        """Say why OrderFlow has not got it yet."""
        return reason(row) or "–"


admin.site.unregister(Product)


@admin.register(Product)
class ExportedProductAdmin(DeedAdmin, StockedProductAdmin):
    """Catalog → Products, with exports."""

    missing_text = "Product Not Found."
    list_display = (*StockedProductAdmin.list_display, "action_links")
    row_deeds = ("export",)
    actions = ("export_selected", *StockedProductAdmin.actions, "reset_selected")
    act_right = EXPORT_PRODUCTS
    inlines = tuple(
        StandingInline if inline is ProductWebsiteInline else inline
        for inline in StockedProductAdmin.inlines
    )
    change_form_outer_before_template = "bridge/product_head.html"

    def deeds(self) -> tuple[Deed, ...]:
        """Offer the export of what OrderFlow takes."""
        return (Deed("export", "Export", EXPORT_QUESTION, run_export, is_simple, "outbox"),)

    def get_urls(self) -> list[URLPattern]:
        """Add an address by SKU, for links from histories."""
        view = path(
            "by-sku/<path:sku>/", self._wrapped(self.by_sku_view), name="catalog_product_by_sku"
        )
        return [view, *super().get_urls()]

    def record_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Read the websites along: what stands above the form needs no stock."""
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
        """Offer Edit and Export (F132)."""
        title = "Edit" if self.has_change_permission(request) else "View"
        page = RowAction(title, admin_url("catalog_product_change", record.pk))
        return [page, *self.deed_actions(request, record)]

    @admin.action(description="Export To OrderFlow", permissions=["act"])
    def export_selected(
        self, request: HttpRequest, queryset: QuerySet[Product]
    ) -> HttpResponse | None:
        """Ask, then announce the selected products at once."""
        return carry_out(self, request, queryset, export_many(Entity.PRODUCT))

    @admin.action(description="Reset Export Status (OF)", permissions=["act"])
    def reset_selected(
        self, request: HttpRequest, queryset: QuerySet[Product]
    ) -> HttpResponse | None:
        """Ask, then make the selected products Pending again."""
        return carry_out(self, request, queryset, reset_many())

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Put the export button and the OrderFlow notice above an existing product's form."""
        product = self._find(request, object_id) if object_id else None
        added = {} if product is None else self.head(request, product)
        return super().changeform_view(
            request, object_id, form_url, {**added, **(extra_context or {})}
        )

    def head(self, request: HttpRequest, product: Product) -> dict[str, Any]:
        """Return what stands above a product's form (bridge/product_head.html)."""
        return {
            "deed_buttons": self.deed_buttons(request, product),
            "notice": {"cards": notices(product)},
        }

    def by_sku_view(self, request: HttpRequest, sku: str) -> HttpResponse:
        """Go to the product with this SKU; say so when there is none."""
        found = Product.objects.filter(sku_key=sku).values_list("pk", flat=True).first()
        if found is None:
            messages.warning(request, f"Product {sku} does not exist.")
            return HttpResponseRedirect(admin_url("catalog_product_changelist"))
        return HttpResponseRedirect(admin_url("catalog_product_change", found))


def notices(product: Product) -> list[Card]:
    """Return the links into OrderFlow, once for each instance that has got the product (F136)."""
    if not admin_info().is_enabled or not is_simple(product):
        return []
    seen: dict[tuple[str, str, str], Website] = {}
    for row in product.website_links.all():
        if not is_there(row):
            continue
        website = row.website
        account = api(website)
        key = (account.endpoint, account.organisation, account.channel)
        seen.setdefault(key, website)
    return [
        Card(
            "OrderFlow Notice" if len(seen) == 1 else f"OrderFlow Notice – {website.name}",
            [
                ("Inventory", links.new_window(links.inventory_url(website, product.sku))),
                ("Product", links.new_window(links.product_url(website, product.sku))),
            ],
        )
        for website in seen.values()
        if links.product_url(website, product.sku)
    ]
