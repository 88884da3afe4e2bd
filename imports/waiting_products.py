"""Making products of waiting SKUs: all that were chosen at once, or a file of them to fill in."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from imports.models import WaitingSku
from orderflow_bridge.catalog.changes import Change, ProductChange
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.grids.downloads import csv_file
from orderflow_bridge.console.mass_actions import (
    ConfirmedMassAction,
    Step,
    Tally,
    answer_to,
    carry_out,
    in_short,
)
from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.file_transfer.writing import columns_of
from orderflow_bridge.stores.models import Website

AT_ONCE = 500
TITLE = gettext_lazy("Create Products")
QUESTION = gettext_lazy(
    "Create a simple product for each of the selected SKUs, named by its SKU? The next run of the"
    " inventory import applies their figures; disabled ones are not sold until you complete them."
)


class NewProductsForm(forms.Form):
    """What the new products have in common."""

    status = forms.TypedChoiceField(
        label=gettext_lazy("Status"),
        choices=Product.Status.choices,
        coerce=int,
        initial=Product.Status.DISABLED,
    )
    websites = forms.ModelMultipleChoiceField(
        Website.objects.all(),
        label=gettext_lazy("Websites"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def pairs(self) -> list[tuple[BoundField | None, BoundField]]:
        """Return the fields as the page shows them."""
        return [(None, self["status"]), (None, self["websites"])]


@admin.action(description=TITLE, permissions=["create"])
def create_selected(
    model_admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[WaitingSku]
) -> HttpResponse | None:
    """Ask for status and websites, then create the products of the selected SKUs."""
    form = answer_to(request, NewProductsForm)

    def run(http: HttpRequest, keys: Sequence[int]) -> Step:
        return _create(http, keys, form)

    action = ConfirmedMassAction(TITLE, QUESTION, run, _tell, AT_ONCE, form, counts_left=True)
    return carry_out(model_admin, request, queryset, action)


@admin.action(description=gettext_lazy("Download as product file"), permissions=["create"])
def product_file(
    model_admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[WaitingSku]
) -> StreamingHttpResponse:
    """Send a product file with the selected SKUs filled in, for Data → Files."""
    columns = columns_of(Kind.PRODUCTS)
    empty = [""] * (len(columns) - 1)
    return csv_file(_("New products"), columns, ([(sku, *empty)] for sku in _skus(queryset)))


def _create(request: HttpRequest, keys: Sequence[int], form: NewProductsForm) -> Step:
    websites = [website.pk for website in form.cleaned_data["websites"]]
    changes = [
        ProductChange(
            sku, {"name": sku, "status": form.cleaned_data["status"]}, website_ids=websites
        )
        for sku in _unknown(keys)
    ]
    verdicts = save_products(changes)
    made = [each.product_id or 0 for each in verdicts if each.change is Change.CREATED]
    products = Product.objects.filter(pk__in=made)
    LogEntry.objects.log_actions(request.user.pk or 0, products, ADDITION, "Create Products.")
    reasons = [f"{each.sku}: {each.item_error.text}" for each in verdicts if each.item_error]
    return Step(len(made), in_short(reasons))


def _unknown(keys: Sequence[int]) -> list[str]:
    """Return the SKUs of some waiting figures that are no product by now."""
    rows = WaitingSku.objects.filter(pk__in=keys)
    known = Product.objects.filter(sku_key__any_of={row.sku_key for row in rows})
    return list(_skus(rows.exclude(sku_key__in=known.values("sku_key"))))


def _skus(rows: QuerySet[WaitingSku]) -> Iterator[str]:
    """Yield the SKUs of waiting figures, each once, whatever sources and spellings it waits in."""
    last = None
    found: Any = rows.order_by("sku_key", "-last_seen").values_list("sku_key", "sku")
    for key, sku in found.iterator():
        if key != last:
            yield sku
        last = key


def _tell(request: HttpRequest, tally: Tally) -> None:
    if tally.done:
        text = _(
            "Products created: %(count)s. The next run of the inventory import applies their"
            " figures."
        )
        messages.success(request, text % {"count": number_text(tally.done)})
    if not tally.done and not tally.reason:
        messages.warning(request, _("Nothing was created: the shop has these SKUs already."))
