"""The pages beside the sections: the way in, every change, and a cron expression in words.

The admin shows times in the shop's zone; machines are answered in UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from orderflow_bridge.configuration.added_pages import AddedPage, added_pages
from orderflow_bridge.configuration.changes import Changes, Scopes, changes
from orderflow_bridge.configuration.cron_expressions import schedule_of
from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.navigation import (
    section_groups,
    section_url,
    visible_sections,
)
from orderflow_bridge.configuration.selectors import general
from orderflow_bridge.stores.models import Website

_CHANGES_PER_PAGE = 50
_DEFAULT_CONFIG = "default"
_LONGEST_EXPRESSION = 255
_MOST_DIGITS = 18  # of a row's number


@dataclass(frozen=True)
class Choice:
    """An answer of a filter."""

    value: str
    title: str
    is_chosen: bool


def first_section(request: HttpRequest) -> HttpResponse:
    """Go to the first page that the user may see."""
    sections = visible_sections(request)
    if sections:
        return HttpResponseRedirect(section_url(sections[0]))
    pages = added_pages(request)
    if not pages:
        raise PermissionDenied
    return HttpResponseRedirect(pages[0].url())


def schedule(request: HttpRequest) -> HttpResponse:
    """Say what `?expression=` means and when it fires next: asked while it is being typed."""
    expression = request.GET.get("expression", "")[:_LONGEST_EXPRESSION]
    context = {"schedule": schedule_of(expression)}
    return TemplateResponse(request, "admin/configuration/schedule.html", context)


def all_changes(request: HttpRequest) -> HttpResponse:
    """List who changed what in all sections that the user may see.

    `?section=` and `?scope=` narrow the list; `?before=` is where a page of it begins.
    """
    sections: list[type[Section] | AddedPage] = [
        *visible_sections(request),
        *added_pages(request),
    ]
    if not sections:
        raise PermissionDenied
    names = {section.model_name: section for section in sections}
    wanted, scope = request.GET.get("section", ""), request.GET.get("scope", "")
    websites = list(Website.objects.all())
    found = changes(
        [names[wanted]] if wanted in names else sections,
        _scope(scope, websites),
        before=_number(request.GET.get("before", "")),
        limit=_CHANGES_PER_PAGE,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("Configuration Changes"),
        "groups": section_groups(request, None),
        "is_changes": True,
        "changes": found.found,
        "older": _older(found, section=wanted, scope=scope),
        "is_narrowed": bool(request.GET),
        "section_choices": [
            Choice("", _("All sections"), wanted not in names),
            *(Choice(name, each.title, name == wanted) for name, each in names.items()),
        ],
        "scope_choices": [
            Choice("", _("All scopes"), not scope),
            Choice(_DEFAULT_CONFIG, _("Default Config"), scope == _DEFAULT_CONFIG),
            *(Choice(f"w-{each.code}", each.name, scope == f"w-{each.code}") for each in websites),
        ],
    }
    return TemplateResponse(request, "admin/configuration/changes.html", context)


def _scope(text: str, websites: list[Website]) -> Website | Scopes | None:
    if text == _DEFAULT_CONFIG:
        return None
    return next((each for each in websites if text == f"w-{each.code}"), Scopes.ALL)


def _number(text: str) -> int | None:
    """Read where a page begins; what cannot be read is the beginning of the list."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _older(found: Changes, **narrowing: str) -> str:
    """Return the address of the next page; "" when there is none."""
    if found.older_than is None:
        return ""
    kept = {name: value for name, value in narrowing.items() if value}
    query = urlencode({**kept, "before": str(found.older_than)})
    return f"{reverse('configuration_changes')}?{query}"


class ShopTimeZoneMiddleware:
    """Activate the configured time zone for the length of a request to the admin."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        with timezone.override(ZoneInfo(general().timezone)):
            return self.get_response(request)
