"""Stores → Configuration: a page per section, one form per scope."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from orderflow_bridge.configuration.changes import changes
from orderflow_bridge.configuration.columns import CronColumn
from orderflow_bridge.configuration.cron_expressions import describe, next_runs
from orderflow_bridge.configuration.declarations import Scope, Setting
from orderflow_bridge.configuration.forms import INHERIT, SectionForm
from orderflow_bridge.configuration.models import TABLES, ScopedSettings
from orderflow_bridge.configuration.selectors import Choice, choices
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import website_by_code

SAVED = "You saved the configuration."


@dataclass(frozen=True)
class Schedule:
    """What a cron expression means: a sentence and its next three runs."""

    sentence: str
    runs: list[datetime]
    zone: str


@dataclass(frozen=True)
class Row:
    """One line of the form."""

    setting: Setting
    field: BoundField
    tick: BoundField
    inherited: str
    schedule: Schedule | None


@dataclass(frozen=True)
class ScopeLink:
    """One entry of the scope switch."""

    title: str
    url: str
    is_current: bool


class SectionAdmin(ModelAdmin):
    """Opens a section as one form. The list's address is the page: there is nothing to list."""

    model: type[ScopedSettings]

    def get_urls(self) -> list[URLPattern]:
        """Offer the page alone: rows are neither added nor deleted by hand."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        return [path("", self.admin_site.admin_view(self.section_view), name=name)]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """A scope's row is made when it is first saved."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A scope's row is emptied, never deleted."""
        return False

    def section_view(self, request: HttpRequest) -> HttpResponse:
        """Show the section in a scope (`?website=CODE`), or save it there (POST)."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        website = _website(request)
        if website and not self._has_website_settings:
            return HttpResponseRedirect(self._address(None))
        options = choices(self.model.section, website)
        tick_label = "Use Default" if website else "Use system value"
        form = SectionForm(options, tick_label, request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            if form.is_valid() and self._save(form, website):
                self.message_user(request, SAVED, messages.SUCCESS)
                return HttpResponseRedirect(self._address(website))
        context = self._context(request, form, website)
        return TemplateResponse(request, "admin/configuration/section.html", context)

    def _context(
        self, request: HttpRequest, form: SectionForm, website: Website | None
    ) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.model.section.title,
            "form": form,
            "rows": [_row(form, choice) for choice in form.choices],
            "scopes": self._scopes(website),
            "may_change": self.has_change_permission(request),
            "changes": changes(self.model.section, website),
        }

    @property
    def _has_website_settings(self) -> bool:
        return any(each.scope is Scope.WEBSITE for each in self.model.section.settings())

    def _save(self, form: SectionForm, website: Website | None) -> bool:
        try:
            write_settings(self.model.section, form.values, website=website)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return False
        return True

    def _address(self, website: Website | None) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return reverse(name, query={"website": website.code} if website else None)

    def _scopes(self, current: Website | None) -> list[ScopeLink]:
        """Return the scope switch; nothing if the section is global throughout."""
        if not self._has_website_settings:
            return []
        return [
            ScopeLink("Default Config", self._address(None), current is None),
            *(
                ScopeLink(str(each), self._address(each), each == current)
                for each in Website.objects.all()
            ),
        ]


def _website(request: HttpRequest) -> Website | None:
    code = request.GET.get("website")
    if not code:
        return None
    website = website_by_code(code)
    if website is None:
        raise Http404(f"There is no website “{code}”.")
    return website


def _row(form: SectionForm, choice: Choice) -> Row:
    setting = choice.setting
    return Row(
        setting=setting,
        field=form[setting.name],
        tick=form[INHERIT + setting.name],
        inherited=setting.column.display(choice.inherited) or "empty",
        schedule=_schedule(choice.value) if isinstance(setting.column, CronColumn) else None,
    )


def _schedule(expression: str) -> Schedule:
    runs = next_runs(expression, timezone.now(), 3, timezone.get_current_timezone())
    return Schedule(describe(expression), runs, timezone.get_current_timezone_name())


for _table in TABLES.values():
    admin.site.register(_table, SectionAdmin)
