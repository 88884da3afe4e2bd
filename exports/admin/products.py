"""What exports add to the products list and page."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from exports.admin.cells import next_try, reason, status_badge
from exports.admin.export_actions import export_many, export_one
from exports.admin.switches import is_on, switched_off, told_on_the_list
from exports.manual import reset_export_status
from exports.models import EXPORT_PRODUCTS
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.selectors import admin_info, api
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.inlines import PartInline
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally, carry_out
from orderflow_bridge.console.page_parts import PageParts, mass_action
from orderflow_bridge.console.pages import Card, time_cell
from orderflow_bridge.orderflow_screens.addresses import (
    inventory_url,
    is_there,
    new_window,
    product_url,
)
from orderflow_bridge.stores.models import Website

ROWS_AT_ONCE = 2_000
MAY_BE_INACTIVE = gettext_lazy(
    "A product that is new in OrderFlow may be inactive there, until every field is filled that its"
    " property product.activation.required.fields names. Inactive products are not despatched."
)
EXPORT_QUESTION = gettext_lazy("Are you sure you wish to export this product?")


def run_export(request: HttpRequest, product: Product) -> None:
    """Announce a product at once."""
    export_one(request, Entity.PRODUCT, product.pk)


def is_simple(product: Product) -> bool:
    """Tell whether OrderFlow takes this kind of product."""
    return product.type_id == Product.Type.SIMPLE


def is_exportable(product: Product) -> bool:
    """Tell whether an export is offered: of a simple product, while some website exports."""
    return is_simple(product) and is_on(Entity.PRODUCT)


class ExportStateInline(PartInline):
    """The websites that sell a product, and all that is known of it and their OrderFlow."""

    model = ProductWebsite
    extra = 0
    tab = True
    fields = (
        "website",
        "status",
        "last_exported",
        "last_announced",
        "orderflow_attempts",
        "next_try",
        "reason",
    )
    autocomplete_fields = ("website",)
    readonly_fields = fields[1:]
    verbose_name = gettext_lazy("website")
    verbose_name_plural = gettext_lazy("Websites")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductWebsite]:
        """Read both ends along."""
        rows: QuerySet[ProductWebsite] = super().get_queryset(request)
        return rows.select_related("product", "website")

    status = column(gettext_lazy("Export Status (OF)"), status_badge)
    last_exported = column(
        gettext_lazy("Last Exported"),
        lambda row: time_cell(row.orderflow_export_date, empty=_("N/A")),
    )
    last_announced = column(
        gettext_lazy("Last Announced"), lambda row: time_cell(row.orderflow_queued_at, empty="–")
    )
    next_try = column(gettext_lazy("Next Try"), lambda row: next_try(row) or "–")
    reason = column(gettext_lazy("Last Error"), lambda row: reason(row) or "–")


@mass_action(
    gettext_lazy("Export To OrderFlow"),
    right=EXPORT_PRODUCTS,
    is_offered=lambda: is_on(Entity.PRODUCT),
)
def export_selected(
    model_admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[Product]
) -> HttpResponse | None:
    """Ask, then announce the selected products at once."""
    return carry_out(model_admin, request, queryset, export_many(Entity.PRODUCT))


@mass_action(gettext_lazy("Reset Export Status (OF)"), right=EXPORT_PRODUCTS)
def reset_selected(
    model_admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[Product]
) -> HttpResponse | None:
    """Ask, then make the selected products Pending again."""
    return carry_out(model_admin, request, queryset, reset_many())


def reset_many() -> ConfirmedMassAction:
    """Return the mass action by which products become Pending again; the number told is true."""

    def run(request: HttpRequest, keys: Sequence[int]) -> int:
        try:
            return reset_export_status(keys)
        except BridgeError as error:
            text = _("OrderFlow Export Status reset failed: %(error)s") % {"error": error}
            raise BridgeError(text) from error

    def announce(request: HttpRequest, tally: Tally) -> None:
        text = _("A total of %(count)s product(s) have had their OrderFlow export status reset.")
        messages.success(request, text % {"count": tally.done})

    title, question = _("Reset Export Status (OF)"), _("Reset Product Export Status?")
    return ConfirmedMassAction(title, question, run, announce, step=ROWS_AT_ONCE)


def notice(request: HttpRequest, product: Product) -> dict[str, Any]:
    """Return the OrderFlow notice that stands above a product's form."""
    off = [] if is_exportable(product) or not is_simple(product) else [switched_off(Entity.PRODUCT)]
    return {"notice": {"cards": [*_cards(product), *off]}}


def _cards(product: Product) -> list[Card]:
    """Return the links into OrderFlow, once for each instance that has got the product."""
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
            _("OrderFlow Notice")
            if len(seen) == 1
            else _("OrderFlow Notice – %(website)s") % {"website": website.name},
            [
                (_("Inventory"), new_window(inventory_url(website.pk, product.sku))),
                (_("Product"), new_window(product_url(website.pk, product.sku))),
                (_("Please Note"), MAY_BE_INACTIVE),
            ],
        )
        for website in seen.values()
        if product_url(website.pk, product.sku)
    ]


EXPORT = RecordAction(
    "export",
    gettext_lazy("Export"),
    EXPORT_QUESTION,
    run_export,
    is_exportable,
    "outbox",
    EXPORT_PRODUCTS,
)

PRODUCT_PARTS = PageParts(
    actions=(export_selected, reset_selected),
    record_actions=(EXPORT,),
    row_record_actions=("export",),
    inlines=(ExportStateInline,),
    notices={"change": notice, "list": told_on_the_list(Entity.PRODUCT)},
    places={"export_selected": "delete_selected", "ExportStateInline": "SourceItemInline"},
)
