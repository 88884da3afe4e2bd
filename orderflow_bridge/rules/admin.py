"""Stores → Export Rules and Safety Stock; what they add to orders."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.transfer.parts import add_part
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.columns import column, number_cell
from orderflow_bridge.console.grids.filters import Choices, Text, yes_or_no
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally, carry_out
from orderflow_bridge.console.page_parts import PageParts, add_parts, mass_action
from orderflow_bridge.console.pages import (
    badge,
    sku_link,
    time_cell,
)
from orderflow_bridge.rules.forms import (
    ExportRuleForm,
    SafetyStockForm,
    action_text,
    kept_sentence,
    sentence,
)
from orderflow_bridge.rules.models import RELEASE_ORDERS, ExportRule, SafetyStock
from orderflow_bridge.rules.preview_page import effects
from orderflow_bridge.rules.selectors import is_held, words_of
from orderflow_bridge.rules.services import (
    delete_rules,
    release,
    save_rule,
    see_that_it_counts,
    see_that_it_is_kept,
)
from orderflow_bridge.rules.transfer import EXPORT_RULES, SAFETY_STOCK
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.selectors import website_choices

RELEASE_QUESTION = gettext_lazy(
    "Release this order? No rule holds it again; the next run announces it."
)
RELEASE_MANY_QUESTION = gettext_lazy("Release the selected orders? No rule holds them again.")
RELEASES_AT_ONCE = 200


@admin.register(ExportRule)
class ExportRuleAdmin(FormAdmin):
    """Stores → Export Rules."""

    form = ExportRuleForm
    change_form_after_template = "rules/preview_button.html"
    list_display = ("name", "state", "of", "website_text", "what", "when", "position")
    list_display_links = ("name",)
    list_select_related = ("website",)
    filters = (
        Choices(
            "entity",
            gettext_lazy("Of"),
            choices=(
                (Entity.ORDER, gettext_lazy("Orders")),
                (Entity.PRODUCT, gettext_lazy("Products")),
            ),
        ),
        Choices("website", gettext_lazy("Website"), choices=website_choices),
    )
    fields = (
        "name",
        "entity",
        "website",
        "filter_groups",
        "action",
        "release",
        "delay_minutes",
        "position",
        "is_enabled",
    )
    search_fields = ("name",)
    empty_title = gettext_lazy("No export rules yet")
    empty_text = gettext_lazy(
        "Everything is exported. Add a rule to leave orders or products out, or to hold orders."
    )

    of = column(gettext_lazy("Of"), lambda rule: rule.get_entity_display(), ordering="entity")
    website_text = column(
        gettext_lazy("Website"),
        lambda rule: rule.website.name if rule.website else _("Every website"),
    )
    what = column(gettext_lazy("Action"), action_text)
    when = column(gettext_lazy("When"), words_of)
    position = column(gettext_lazy("Position"), "position", number_cell)
    state = column(gettext_lazy("State"), lambda rule: _state(is_on=rule.is_enabled))

    def get_urls(self) -> list[URLPattern]:
        """Add the page that tries a rule which is not saved yet."""
        view = self.admin_site.admin_view(self.preview_view)
        return [path("preview/", view, name="rules_exportrule_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Show what the rule in the form would stop and let go; nothing is saved."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        number = request.POST.get("_rule", "")
        former = self.get_object(request, number) if number else None
        is_allowed = self.has_change_permission if former else self.has_add_permission
        if not is_allowed(request):
            raise PermissionDenied
        form = self.get_form(request, former)(request.POST, instance=former)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Preview"),
        }
        if form.is_valid():
            rule = form.instance
            context |= {"words": sentence(rule), "preview": effects(rule)}
        else:
            context["refusals"] = [text for errors in form.errors.values() for text in errors]
        return TemplateResponse(request, "rules/preview.html", context)

    def save_model(self, request: HttpRequest, obj: ExportRule, form: Any, change: bool) -> None:
        """Save it, and let it count."""
        save_rule(obj)
        if see_that_it_counts(obj):
            messages.info(request, _("“Apply Export Rules” was switched on, so that it counts."))

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> str:
        """Tell the history what the rule said before, and says now."""
        now = kept_sentence(form.instance)
        return now if add else f"Was: {form.before}. Is: {now}."

    def delete_model(self, request: HttpRequest, obj: ExportRule) -> None:
        """Delete it, and let go what it holds."""
        delete_rules(ExportRule.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ExportRule]) -> None:
        """Delete some, and let go what they hold."""
        delete_rules(queryset)


@admin.register(SafetyStock)
class SafetyStockAdmin(FormAdmin):
    """Stores → Safety Stock."""

    form = SafetyStockForm
    list_display = (
        "what",
        "state",
        "sku_text",
        "attribute",
        "category",
        "source",
        "website",
        "ends",
    )
    list_display_links = ("what",)
    list_select_related = ("category", "source", "website")
    filters = (
        Text("sku_key", "SKU", "sku", lookup="startswith"),
        Choices("kind", gettext_lazy("What"), choices=SafetyStock.Kind.choices),
        Choices("website", gettext_lazy("Website"), choices=website_choices),
    )
    fields = (
        "kind",
        "amount",
        ("sku", "source"),
        ("attribute_code", "attribute_value"),
        ("category", "website"),
        "ends_at",
        "is_enabled",
    )
    autocomplete_fields = ("category",)
    search_fields = ("sku_key__startswith", "attribute_code", "attribute_value")
    search_help_text = gettext_lazy("SKU begins with…, or an attribute")
    empty_title = gettext_lazy("No safety stock")
    empty_text = gettext_lazy("All of OrderFlow's stock is for sale. Add one to keep some back.")

    what = column(gettext_lazy("What"), str, ordering="amount")
    sku_text = column("SKU", "sku", sku_link, ordering="sku_key")
    ends = column(gettext_lazy("Ends"), "ends_at", time_cell)
    state = column(
        gettext_lazy("State"), lambda each: _state(is_on=each.is_enabled, ends_at=each.ends_at)
    )

    @admin.display(description=gettext_lazy("Attribute"))
    def attribute(self, safety: SafetyStock) -> str:
        """Show code and value."""
        code = safety.attribute_code
        return f"{code} = {safety.attribute_value}" if code else ""

    def save_model(self, request: HttpRequest, obj: SafetyStock, form: Any, change: bool) -> None:
        """Save it, and let it count from OrderFlow's next figure on."""
        super().save_model(request, obj, form, change)
        if see_that_it_is_kept(obj):
            messages.info(request, _("“Keep Safety Stock” was switched on, so that it counts."))
        messages.info(request, _("It counts from OrderFlow's next figure of each SKU on."))


def _state(*, is_on: bool, ends_at: Any = None) -> Any:
    if ends_at and ends_at <= timezone.now():
        return badge(_("Ended"))
    return badge(_("Enabled"), "success") if is_on else badge(_("Disabled"))


def _release(request: HttpRequest, order: Order) -> None:
    if release(Order.objects.filter(pk=order.pk), by=request.user.get_username()):
        messages.success(request, _("You released the order. The next run announces it."))
    else:
        messages.warning(request, _("No rule holds the order."))


@mass_action(gettext_lazy("Release From Rules"), right=RELEASE_ORDERS)
def release_selected(
    model_admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[Order]
) -> HttpResponse | None:
    """Ask, then release those of the selected orders that rules hold."""

    def run(request: HttpRequest, keys: Sequence[int]) -> int:
        return release(Order.objects.filter(pk__in=keys), by=request.user.get_username())

    def announce(request: HttpRequest, tally: Tally) -> None:
        messages.success(request, _("We released %(count)s order(s).") % {"count": tally.done})

    action = ConfirmedMassAction(
        _("Release From Rules"), RELEASE_MANY_QUESTION, run, announce, step=RELEASES_AT_ONCE
    )
    return carry_out(model_admin, request, queryset, action)


RELEASE = RecordAction(
    "release",
    gettext_lazy("Release"),
    RELEASE_QUESTION,
    _release,
    lambda order: order.is_held,
    "lock_open",
    RELEASE_ORDERS,
)
HELD_FILTER = yes_or_no(
    "orderflow_last_error",
    gettext_lazy("Held By A Rule"),
    "held",
    yes=gettext_lazy("Yes"),
    no=gettext_lazy("No"),
    match=is_held,
)

add_parts(
    Order,
    PageParts(filters=(HELD_FILTER,), actions=(release_selected,), record_actions=(RELEASE,)),
)
for part in (EXPORT_RULES, SAFETY_STOCK):
    add_part(part)
