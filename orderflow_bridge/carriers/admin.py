"""Stores → Couriers and Shipping Methods: the shipping map, and what nobody has mapped yet."""

import json
from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from orderflow_bridge.carriers.links import example_of
from orderflow_bridge.carriers.map_parts import PARTS
from orderflow_bridge.carriers.models import MappedCourier, MappedMethod
from orderflow_bridge.carriers.selectors import unmapped_couriers, unmapped_methods
from orderflow_bridge.carriers.services import Row, delete_row, journal_of, save_row
from orderflow_bridge.carriers.terms import Seen
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.added_pages import AddedPage, add_page
from orderflow_bridge.configuration.transfer.parts import add_part
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, Text
from orderflow_bridge.console.pages import Table, admin_url, link, time_cell
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import website_choices

_EVERY = "every"
_SHOWN = 50


def _in_scope(value: str) -> Q:
    return Q(website=None) if value == _EVERY else Q(website=value)


def _scopes(request: HttpRequest) -> list[tuple[Any, str]]:
    return [(_EVERY, _("All websites")), *website_choices(request)]


class MapAdmin(FormAdmin):
    """What both lists have in common: the scope, the journal, and what is not mapped."""

    list_select_related = ("website",)
    list_before_template = "admin/carriers/unmapped.html"
    unmapped: Callable[[], list[Seen]]
    words: Sequence[str] = ()

    scope = column(
        gettext_lazy("Website"), lambda row: row.website or _("All websites"), ordering="website"
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Say in the form that no website means all."""
        form = super().get_form(request, obj, change, **kwargs)
        if field := form.base_fields.get("website"):
            field.empty_label = _("All websites")
        return form

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what was seen and nobody has mapped above the rows."""
        context = {"unmapped": self._unmapped(request), **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    def save_model(self, request: HttpRequest, obj: Row, form: Any, change: bool) -> None:
        """Save the row, with its place in the history."""
        save_row(obj, by=cast(User, request.user))

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        """Delete the row, with its place in the history."""
        delete_row(obj, by=cast(User, request.user))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete the selected rows, each with its place in the history."""
        for row in queryset:
            delete_row(row, by=cast(User, request.user))

    def _unmapped(self, request: HttpRequest) -> Table:
        seen = type(self).unmapped()
        websites = {each.pk: each for each in Website.objects.all()}
        rows = [
            (
                each.word or _("(none)"),
                each.detail or "–",
                websites.get(each.website_id, "–"),
                number_text(each.count),
                time_cell(each.last_at),
                self._offer(request, each),
            )
            for each in seen[:_SHOWN]
        ]
        columns = (*self.words, _("Website"), _("Seen"), _("Last"), _("What to do"))
        more = ""
        if len(seen) > _SHOWN:
            more = _("%(count)s more are not shown.") % {"count": number_text(len(seen) - _SHOWN)}
        return Table(
            columns, rows, empty=_("Nothing of the last 30 days is without a row."), note=more
        )

    def _offer(self, request: HttpRequest, seen: Seen) -> Any:
        """Lead to the form, filled in with the term."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_add"
        url = admin_url(name) if self.has_add_permission(request) else ""
        return link(_("Map"), f"{url}?{urlencode(self.filled_in(seen))}") if url else ""

    def filled_in(self, seen: Seen) -> dict[str, str]:
        """Return the form's values for a term that was seen."""
        raise NotImplementedError


@admin.register(MappedCourier)
class MappedCourierAdmin(MapAdmin):
    """OrderFlow's couriers and services, and what they are in the shop."""

    list_display = ("courier", "service_name", "scope", "carrier_code", "shown_title", "example")
    list_display_links = ("courier",)
    filters = (
        Choices("website", gettext_lazy("Website"), choices=_scopes, match=_in_scope),
        Text("courier", gettext_lazy("Courier")),
        Text("service", gettext_lazy("Service")),
        Text("carrier_code", gettext_lazy("Carrier Code")),
    )
    search_fields = ("courier", "service", "carrier_code", "title")
    search_help_text = gettext_lazy("Courier, service, carrier code or title")
    fields = ("website", "courier", "service", "carrier_code", "title", "link", "example")
    readonly_fields = ("example",)
    empty_title = gettext_lazy("No couriers yet")
    empty_text = gettext_lazy(
        "Despatches keep OrderFlow's courier and service as title, under the carrier “custom”. Add"
        " one to give it the shop's carrier code, a title and a tracking link."
    )
    unmapped = staticmethod(unmapped_couriers)
    words = (gettext_lazy("Courier"), gettext_lazy("Service"))

    service_name = column(gettext_lazy("Service"), lambda row: row.service or _("Every service"))
    shown_title = column(gettext_lazy("Title"), lambda row: row.title or _("As OrderFlow sends it"))

    @admin.display(description=gettext_lazy("Example"))
    def example(self, row: MappedCourier) -> Any:
        """Show the link of a made-up number, to be tried."""
        found = example_of(row.link)
        return link(found, found) if found else "–"

    def filled_in(self, seen: Seen) -> dict[str, str]:
        """Return the form's values for a courier of a despatch."""
        return {"courier": seen.word, "service": seen.detail}


@admin.register(MappedMethod)
class MappedMethodAdmin(MapAdmin):
    """The shop's shipping methods, and how OrderFlow is to deliver."""

    list_display = (
        "method",
        "scope",
        "suggestion_code",
        "suggestion_name",
        "courier",
        "priority",
        "priority_name",
        "ship_days",
        "delivery_days",
    )
    list_display_links = ("method",)
    filters = (
        Choices("website", gettext_lazy("Website"), choices=_scopes, match=_in_scope),
        Text("method", gettext_lazy("Shipping Method")),
        Text("suggestion_code", gettext_lazy("Delivery Suggestion Code")),
    )
    search_fields = ("method", "suggestion_code", "suggestion_name")
    search_help_text = gettext_lazy("Shipping method or delivery suggestion")
    fieldsets = (
        (None, {"fields": ("website", "method")}),
        (gettext_lazy("Delivery"), {"fields": ("suggestion_code", "suggestion_name", "courier")}),
        (gettext_lazy("Priority"), {"fields": ("priority", "priority_name")}),
        (gettext_lazy("Dates"), {"fields": ("ship_days", "delivery_days", "is_working_days")}),
    )
    empty_title = gettext_lazy("No shipping methods yet")
    empty_text = gettext_lazy(
        "OrderFlow gets each order's method as delivery suggestion. Add one to send it another"
        " suggestion, a priority, or dates."
    )
    unmapped = staticmethod(unmapped_methods)
    words = (gettext_lazy("Shipping Method"), gettext_lazy("Name"))

    def filled_in(self, seen: Seen) -> dict[str, str]:
        """Return the form's values for a method of an order."""
        return {"method": seen.word}


def _term(path: str) -> str:
    """Return the courier or shipping method that a change's path names."""
    return path.split("/", 2)[2]


def _in_words(stored: str | None) -> str:
    """Return what a row said, as All Changes shows it."""
    if stored is None:
        return _("(not mapped)")
    says = json.loads(stored)
    names = {name: _(name.replace("_", " ")) for name in says}
    return ", ".join(f"{names[name]} {each}" for name, each in says.items() if each)


_MODELS: tuple[type[Row], ...] = (MappedCourier, MappedMethod)
for _part, _model in zip(PARTS, _MODELS, strict=True):
    add_part(_part)
    add_page(
        AddedPage(
            _part.title,
            "OrderFlow",
            "carriers",
            str(_model._meta.model_name),
            journal_of(_model),
            label=_term,
            show=_in_words,
        )
    )
