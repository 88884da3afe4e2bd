"""Stores → Couriers and Shipping Methods: the shipping map, and what nobody has mapped yet."""

import json
from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from orderflow_bridge.carriers.links import example_of
from orderflow_bridge.carriers.map_parts import PARTS
from orderflow_bridge.carriers.models import MappedCourier, MappedMethod
from orderflow_bridge.carriers.selectors import unmapped_couriers, unmapped_methods
from orderflow_bridge.carriers.services import Row, delete_row, journal_of, save_row
from orderflow_bridge.carriers.terms import Seen
from orderflow_bridge.configuration.added_pages import AddedPage, add_page
from orderflow_bridge.configuration.transfer.parts import add_part
from orderflow_bridge.console.bridge_admin import BridgeAdmin
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
    return [(_EVERY, "All websites"), *website_choices(request)]


class MapAdmin(BridgeAdmin):
    """What both lists have in common: the scope, the journal, and what is not mapped."""

    list_select_related = ("website",)
    list_before_template = "admin/carriers/unmapped.html"
    unmapped: Callable[[], list[Seen]]
    words: Sequence[str] = ()

    scope = column("Website", lambda row: row.website or "All websites", ordering="website")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Say in the form that no website means all."""
        form = super().get_form(request, obj, **kwargs)
        if field := form.base_fields.get("website"):
            field.empty_label = "All websites"
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
                each.word or "(none)",
                each.detail or "–",
                websites.get(each.website_id, "–"),
                f"{each.count:,}",
                time_cell(each.last_at),
                self._offer(request, each),
            )
            for each in seen[:_SHOWN]
        ]
        columns = (*self.words, "Website", "Seen", "Last", "What to do")
        more = f"{len(seen) - _SHOWN:,} more are not shown." if len(seen) > _SHOWN else ""
        return Table(
            columns, rows, empty="Nothing of the last 30 days is without a row.", note=more
        )

    def _offer(self, request: HttpRequest, seen: Seen) -> Any:
        """Lead to the form, filled in with the term."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_add"
        url = admin_url(name) if self.has_add_permission(request) else ""
        return link("Map", f"{url}?{urlencode(self.filled_in(seen))}") if url else ""

    def filled_in(self, seen: Seen) -> dict[str, str]:
        """Return the form's values for a term that was seen."""
        raise NotImplementedError


@admin.register(MappedCourier)
class MappedCourierAdmin(MapAdmin):
    """OrderFlow's couriers and services, and what they are in the shop."""

    list_display = ("courier", "service_name", "scope", "carrier_code", "shown_title", "example")
    list_display_links = ("courier",)
    filters = (
        Choices("website", "Website", choices=_scopes, match=_in_scope),
        Text("courier", "Courier"),
        Text("service", "Service"),
        Text("carrier_code", "Carrier Code"),
    )
    search_fields = ("courier", "service", "carrier_code", "title")
    search_help_text = "Courier, service, carrier code or title"
    fields = ("website", "courier", "service", "carrier_code", "title", "link", "example")
    readonly_fields = ("example",)
    empty_title = "No couriers yet"
    empty_text = (
        "Despatches keep OrderFlow's courier and service as title, under the carrier “custom”. Add"
        " one to give it the shop's carrier code, a title and a tracking link."
    )
    unmapped = staticmethod(unmapped_couriers)
    words = ("Courier", "Service")

    service_name = column("Service", lambda row: row.service or "Every service")
    shown_title = column("Title", lambda row: row.title or "As OrderFlow sends it")

    @admin.display(description="Example")
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
        Choices("website", "Website", choices=_scopes, match=_in_scope),
        Text("method", "Shipping Method"),
        Text("suggestion_code", "Delivery Suggestion Code"),
    )
    search_fields = ("method", "suggestion_code", "suggestion_name")
    search_help_text = "Shipping method or delivery suggestion"
    fieldsets = (
        (None, {"fields": ("website", "method")}),
        ("Delivery", {"fields": ("suggestion_code", "suggestion_name", "courier")}),
        ("Priority", {"fields": ("priority", "priority_name")}),
        ("Dates", {"fields": ("ship_days", "delivery_days", "is_working_days")}),
    )
    empty_title = "No shipping methods yet"
    empty_text = (
        "OrderFlow gets each order's method as delivery suggestion. Add one to send it another"
        " suggestion, a priority, or dates."
    )
    unmapped = staticmethod(unmapped_methods)
    words = ("Shipping Method", "Name")

    def filled_in(self, seen: Seen) -> dict[str, str]:
        """Return the form's values for a method of an order."""
        return {"method": seen.word}


def _term(path: str) -> str:
    """Return the courier or shipping method that a change's path names."""
    return path.split("/", 2)[2]


def _in_words(stored: str | None) -> str:
    """Return what a row said, as All Changes shows it."""
    if stored is None:
        return "(not mapped)"
    says = json.loads(stored)
    return ", ".join(f"{name.replace('_', ' ')} {each}" for name, each in says.items() if each)


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
