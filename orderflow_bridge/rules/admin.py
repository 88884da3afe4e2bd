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
from unfold.admin import ModelAdmin

from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.transfer.parts import add_part
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.grids.columns import column, number_cell
from orderflow_bridge.console.grids.filters import Choices, Text, yes_or_no
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally, carry_out
from orderflow_bridge.console.page_parts import PageParts, add_parts, mass_action
from orderflow_bridge.console.pages import (
    Section,
    Table,
    admin_url,
    badge,
    link,
    sku_link,
    table,
    time_cell,
)
from orderflow_bridge.rules.forms import ExportRuleForm, SafetyStockForm, sentence
from orderflow_bridge.rules.models import RELEASE_ORDERS, ExportRule, SafetyStock
from orderflow_bridge.rules.preview import SHOWN, Effect, preview
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

RELEASE_QUESTION = "Release this order? No rule holds it again; the next run announces it."
RELEASE_MANY_QUESTION = "Release the selected orders? No rule holds them again."
RELEASES_AT_ONCE = 200
SWITCHED_ON = "“{}” was switched on, so that it counts."


@admin.register(ExportRule)
class ExportRuleAdmin(BridgeAdmin):
    """Stores → Export Rules."""

    form = ExportRuleForm
    change_form_after_template = "rules/preview_button.html"
    list_display = ("name", "of", "website_text", "what", "when", "position", "state")
    list_display_links = ("name",)
    list_select_related = ("website",)
    filters = (
        Choices("entity", "Of", choices=((Entity.ORDER, "Orders"), (Entity.PRODUCT, "Products"))),
        Choices("website", "Website", choices=website_choices),
    )
    fields = (
        "name",
        "entity",
        "website",
        "filter_groups",
        "deed",
        "release",
        "delay_minutes",
        "position",
        "is_enabled",
    )
    search_fields = ("name",)
    empty_title = "No export rules yet"
    empty_text = (
        "Everything is exported. Add a rule to leave orders or products out, or to hold orders."
    )

    of = column("Of", lambda rule: rule.get_entity_display(), ordering="entity")
    website_text = column(
        "Website", lambda rule: rule.website.name if rule.website else "Every website"
    )
    when = column("When", words_of)
    position = column("Position", "position", number_cell)
    state = column("State", lambda rule: _state(is_on=rule.is_enabled))

    @admin.display(description="Action")
    def what(self, rule: ExportRule) -> str:
        """Show what it does, and for how long."""
        return sentence(rule).partition(":")[0]

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
            "title": "Preview",
        }
        if form.is_valid():
            rule = form.instance
            context |= {"words": sentence(rule), "preview": _effects(rule)}
        else:
            context["refusals"] = [text for errors in form.errors.values() for text in errors]
        return TemplateResponse(request, "rules/preview.html", context)

    def save_model(self, request: HttpRequest, obj: ExportRule, form: Any, change: bool) -> None:
        """Save it, and let it count."""
        save_rule(obj)
        if see_that_it_counts(obj):
            messages.info(request, SWITCHED_ON.format("Apply Export Rules"))

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> str:
        """Tell the history what the rule said before, and says now."""
        now = sentence(form.instance)
        return now if add else f"Was: {form.before}. Is: {now}."

    def delete_model(self, request: HttpRequest, obj: ExportRule) -> None:
        """Delete it, and let go what it holds."""
        delete_rules(ExportRule.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ExportRule]) -> None:
        """Delete some, and let go what they hold."""
        delete_rules(queryset)


@admin.register(SafetyStock)
class SafetyStockAdmin(BridgeAdmin):
    """Stores → Safety Stock."""

    form = SafetyStockForm
    list_display = (
        "what",
        "sku_text",
        "attribute",
        "category",
        "source",
        "website",
        "ends",
        "state",
    )
    list_display_links = ("what",)
    list_select_related = ("category", "source", "website")
    filters = (
        Text("sku_key", "SKU", "sku", lookup="startswith"),
        Choices("kind", "What", choices=SafetyStock.Kind.choices),
        Choices("website", "Website", choices=website_choices),
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
    search_help_text = "SKU begins with…, or an attribute"
    empty_title = "No safety stock"
    empty_text = "All of OrderFlow's stock is for sale. Add one to keep some back."

    what = column("What", str, ordering="amount")
    sku_text = column("SKU", "sku", sku_link, ordering="sku_key")
    ends = column("Ends", "ends_at", time_cell)
    state = column("State", lambda each: _state(is_on=each.is_enabled, ends_at=each.ends_at))

    @admin.display(description="Attribute")
    def attribute(self, safety: SafetyStock) -> str:
        """Show code and value."""
        code = safety.attribute_code
        return f"{code} = {safety.attribute_value}" if code else ""

    def save_model(self, request: HttpRequest, obj: SafetyStock, form: Any, change: bool) -> None:
        """Save it, and let it count from OrderFlow's next figure on."""
        super().save_model(request, obj, form, change)
        if see_that_it_is_kept(obj):
            messages.info(request, SWITCHED_ON.format("Keep Safety Stock"))
        messages.info(request, "It counts from OrderFlow's next figure of each SKU on.")


def _state(*, is_on: bool, ends_at: Any = None) -> Any:
    if ends_at and ends_at <= timezone.now():
        return badge("Ended")
    return badge("Enabled", "success") if is_on else badge("Disabled")


def _effects(rule: ExportRule) -> Sequence[Section]:
    waits, stopped, freed = preview(rule)
    noun = "orders" if rule.entity == Entity.ORDER else "products"
    verb = "held" if rule.holds else "left out"
    return [
        table(
            "stopped",
            f"{stopped.count:,} of {waits:,} waiting {noun} would be {verb}",
            _rows(rule, stopped),
        ),
        table("freed", f"{freed.count:,} would be let go", _rows(rule, freed)),
    ]


def _rows(rule: ExportRule, effect: Effect) -> Table:
    note = f"The first {SHOWN} are shown." if effect.count > SHOWN else ""
    if rule.entity == Entity.ORDER:
        rows: list[tuple[Any, ...]] = [
            (
                link(order.increment_id, admin_url("sales_order_change", order.pk)),
                order.website.name,
                order.status_label,
                time_cell(order.created_at),
            )
            for order in effect.rows
        ]
        return Table(("Order #", "Website", "Status", "Purchase Date"), rows, "None.", note)
    rows = [
        (
            link(each.product.sku, admin_url("catalog_product_change", each.product_id)),
            each.product.name,
            each.website.name,
        )
        for each in effect.rows
    ]
    return Table(("SKU", "Name", "Website"), rows, "None.", note)


def _release(request: HttpRequest, order: Order) -> None:
    if release(Order.objects.filter(pk=order.pk), by=request.user.get_username()):
        messages.success(request, "You released the order. The next run announces it.")
    else:
        messages.warning(request, "No rule holds the order.")


@mass_action("Release From Rules", right=RELEASE_ORDERS)
def release_selected(
    model_admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[Order]
) -> HttpResponse | None:
    """Ask, then release those of the selected orders that rules hold."""

    def run(request: HttpRequest, keys: Sequence[int]) -> int:
        return release(Order.objects.filter(pk__in=keys), by=request.user.get_username())

    def announce(request: HttpRequest, tally: Tally) -> None:
        messages.success(request, f"We released {tally.done} order(s).")

    action = ConfirmedMassAction(
        "Release From Rules", RELEASE_MANY_QUESTION, run, announce, step=RELEASES_AT_ONCE
    )
    return carry_out(model_admin, request, queryset, action)


RELEASE = RecordAction(
    "release",
    "Release",
    RELEASE_QUESTION,
    _release,
    lambda order: order.is_held,
    "lock_open",
    RELEASE_ORDERS,
)
HELD_FILTER = yes_or_no(
    "orderflow_last_error", "Held By A Rule", "held", yes="Yes", no="No", match=is_held
)

add_parts(
    Order,
    PageParts(filters=(HELD_FILTER,), actions=(release_selected,), record_actions=(RELEASE,)),
)
for part in (EXPORT_RULES, SAFETY_STOCK):
    add_part(part)
