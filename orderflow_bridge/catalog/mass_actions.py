"""What the products list offers to do to a selection: Change status, Update attributes."""

from collections.abc import Sequence

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from unfold.admin import ModelAdmin

from orderflow_bridge.catalog.changes import Change, ProductChange, Verdict
from orderflow_bridge.catalog.forms import AttributesForm, StatusForm
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.catalog.refusals import item_text
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.mass_actions import (
    ConfirmedMassAction,
    Step,
    Tally,
    answer_to,
    carry_out,
    in_short,
)

ROWS_AT_ONCE = 500
# In English, as they are kept among the changes.
CHANGE_STATUS = gettext_noop("Change status")
UPDATE_ATTRIBUTES = gettext_noop("Update attributes")
QUESTION = gettext_lazy(
    "The selected products get these values. OrderFlow is told of what changes."
)


@admin.action(description=gettext_lazy(CHANGE_STATUS), permissions=["change"])
def change_status(
    model_admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[Product]
) -> HttpResponse | None:
    """Ask for the status, then give it to the selected products."""
    form = answer_to(request, StatusForm)
    return carry_out(model_admin, request, queryset, change_many(CHANGE_STATUS, form))


@admin.action(description=gettext_lazy(UPDATE_ATTRIBUTES), permissions=["change"])
def update_attributes(
    model_admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[Product]
) -> HttpResponse | None:
    """Ask for the values, then give them to the selected products."""
    form = answer_to(request, AttributesForm)
    return carry_out(model_admin, request, queryset, change_many(UPDATE_ATTRIBUTES, form))


def change_many(title: str, form: StatusForm | AttributesForm) -> ConfirmedMassAction:
    """Return the mass action that gives products what a form asks for; its title is English."""

    def run(request: HttpRequest, keys: Sequence[int]) -> Step:
        verdicts = save_products(_changes(keys, form))
        changed = [each.product_id or 0 for each in verdicts if each.change is Change.UPDATED]
        products = Product.objects.filter(pk__in=changed)
        LogEntry.objects.log_actions(request.user.pk or 0, products, CHANGE, f"{title}.")
        return Step(len(changed), in_short(_reasons(verdicts)))

    def announce(request: HttpRequest, tally: Tally) -> None:
        if tally.done or not tally.left:
            done = _("A total of %(count)s record(s) have been updated.") % {"count": tally.done}
            messages.success(request, done)
        if tally.left and tally.reason:
            left = _("%(count)s product(s) could not be changed.") % {"count": tally.left}
            messages.warning(request, left)
        elif tally.left:
            left = _("%(count)s product(s) had these values already.") % {"count": tally.left}
            messages.warning(request, left)

    return ConfirmedMassAction(
        _(title), QUESTION, run, announce, step=ROWS_AT_ONCE, form=form, counts_left=True
    )


def _changes(keys: Sequence[int], form: StatusForm | AttributesForm) -> list[ProductChange]:
    """Return what a valid form wants of these products."""
    there: dict[int, set[int]] = {}
    links = ProductWebsite.objects.filter(product__in=keys)
    for product_id, website_id in links.values_list("product_id", "website_id"):
        there.setdefault(product_id, set()).add(website_id)
    products = Product.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "sku")
    return [form.change(sku, there.get(pk, set())) for pk, sku in products]


def _reasons(verdicts: Sequence[Verdict]) -> list[str]:
    failed = [(each.sku, each.item_error) for each in verdicts if each.item_error]
    return [f"{sku}: {item_text(item_error)}" for sku, item_error in failed]
