"""Stores → Configuration: a page per section, one form per scope.

Sections that higher rooms add to are registered anew there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import BoundField
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from orderflow_bridge.configuration.changes import Change, changes, secrets_set
from orderflow_bridge.configuration.connection import try_connection
from orderflow_bridge.configuration.cron_expressions import Schedule, schedule_of
from orderflow_bridge.configuration.declarations import Section, Setting
from orderflow_bridge.configuration.findings import STREAM, steps, stream, verdict
from orderflow_bridge.configuration.forms import INHERIT, SectionForm
from orderflow_bridge.configuration.kinds import Cron
from orderflow_bridge.configuration.models import PAGES, Transfer
from orderflow_bridge.configuration.navigation import (
    has_website_settings,
    scope_links,
    section_groups,
    section_url,
)
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.selectors import Choice, choices
from orderflow_bridge.configuration.services import lock_configuration, write_settings
from orderflow_bridge.configuration.transfer.pages import TransferAdmin
from orderflow_bridge.console.form_versions import FormVersion
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import website_by_code

_CHANGES_SHOWN = 10


@dataclass(frozen=True)
class Row:
    """One line of the form. `schedule` explains a cron expression; None for everything else.

    `stored` says when and by whom a secret was set; "" where none is stored in this scope.
    """

    setting: Setting
    field: BoundField
    tick: BoundField
    inherited: str
    schedule: Schedule | None
    stored: str


class SectionAdmin(ModelAdmin):
    """Opens a section as one form. The list's address is the page: there is nothing to list.

    A section that can do more than be saved has a subclass, with a `tools_template` that is shown
    below the form, a `buttons_template` beside its button, and further addresses in `tool_urls`.
    """

    tools_template = ""
    buttons_template = ""

    @property
    def section(self) -> type[Section]:
        """The section of the page."""
        section: type[Section] = self.model.section
        return section

    def get_urls(self) -> list[URLPattern]:
        """Offer the page and its tools: rows are neither added nor deleted by hand."""
        view = self.admin_site.admin_view(self.section_view)
        # As Django marks its own pages: links are offered to whom this admin lets in (reader.py).
        view.__dict__.update(model_admin=self)
        return [path("", view, name=self.url_name("changelist")), *self.tool_urls()]

    def tool_urls(self) -> list[URLPattern]:
        """Return the addresses of what the page can do besides saving."""
        return []

    def url_name(self, page: str) -> str:
        """Return the name of one of the page's addresses."""
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

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
        website = scope_of(request)
        if website and not has_website_settings(self.section):
            return HttpResponseRedirect(section_url(self.section))
        if request.method != "POST":
            return self.page(request, self.section_form(website), website)
        if not self.has_change_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            lock_configuration()
            form = self.section_form(website, request.POST)
            is_saved = (
                form.is_valid() and form.is_as_opened() and self._save(request, form, website)
            )
        if is_saved:
            self.message_user(request, _("You saved the configuration."), messages.SUCCESS)
            return HttpResponseRedirect(section_url(self.section, website))
        return self.page(request, form, website)

    def section_form(self, website: Website | None, data: Any = None) -> SectionForm:
        """Return the section's form in a scope, filled in with `data` if that is given."""
        tick_label = _("Use Default") if website else _("Use system value")
        shown = [each for each in choices(self.section, website) if each.setting.is_shown]
        return SectionForm(shown, tick_label, data)

    def page(
        self,
        request: HttpRequest,
        form: SectionForm,
        website: Website | None,
        extra: Mapping[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form of a scope."""
        recent = changes([self.section], website, limit=_CHANGES_SHOWN)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.section.title,
            "form": form,
            "rows": self._rows(form, website),
            "form_version": self._version(form, website),
            "groups": section_groups(request, self.section),
            "scopes": scope_links(self.section, website),
            "website": website,
            "may_change": self.has_change_permission(request),
            "changes": recent.found,
            "has_more_changes": recent.older_than is not None,
            "tools_template": self.tools_template,
            "buttons_template": self.buttons_template,
            **(extra or {}),
        }
        return TemplateResponse(request, "admin/configuration/section.html", context)

    def _rows(self, form: SectionForm, website: Website | None) -> list[Row]:
        """Return the form's lines; a stored secret's says since when and by whom it is set."""
        secrets = [each.setting for each in form.choices if each.setting.is_secret and each.own]
        stored = secrets_set(secrets, website) if secrets else {}
        return [_row(form, choice, stored.get(choice.setting.path, "")) for choice in form.choices]

    def _version(self, form: SectionForm, website: Website | None) -> FormVersion:
        version = form.version
        if version.differences:
            labels = {each.label for each in version.differences}
            found = changes([self.section], website).found
            last = next((each for each in found if each.setting.label in labels), None)
            version.who = who_saved(last) if last else ""
        return version

    def _save(self, request: HttpRequest, form: SectionForm, website: Website | None) -> bool:
        by = request.user if isinstance(request.user, User) else None
        try:
            write_settings(self.section, form.values, website=website, by=by)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return False
        return True


def scope_of(request: HttpRequest) -> Website | None:
    """Return the website that the address names, None for Default Config. Raises Http404."""
    code = request.GET.get("website")
    if not code:
        return None
    website = website_by_code(code)
    if website is None:
        raise Http404(_("There is no website “%(code)s”.") % {"code": code})
    return website


def who_saved(last: Change) -> str:
    """Say who has saved a change, and when."""
    if not last.by:
        return _("The command line saved it at %(time)s.") % {"time": last.at_text}
    return _("%(user)s saved it at %(time)s.") % {"user": last.by, "time": last.at_text}


def _row(form: SectionForm, choice: Choice, stored: str) -> Row:
    setting = choice.setting
    field = form[setting.name]
    return Row(
        setting=setting,
        field=field,
        tick=form[INHERIT + setting.name],
        inherited=setting.kind.display(choice.inherited) or _("empty"),
        schedule=_schedule(field) if isinstance(setting.kind, Cron) else None,
        stored=stored,
    )


def _schedule(field: BoundField) -> Schedule:
    """Explain what stands in the field; a mistake that was posted is already told beside it."""
    found = schedule_of(str(field.value() or ""))
    return Schedule() if found.error and field.errors else found


class ApiSettingsAdmin(SectionAdmin):
    """The section's page, with a test of what stands in its form."""

    buttons_template = "admin/configuration/connection.html"

    def tool_urls(self) -> list[URLPattern]:
        """Add the test."""
        view = self.admin_site.admin_view(self.test_view)
        return [path("test/", view, name=self.url_name("test"))]

    def test_view(self, request: HttpRequest) -> HttpResponseBase:
        """Test the connection with the form's values (POST); nothing is saved.

        Whoever accepts a stream gets a line of JSON per step, as it is made; anybody else the page
        again, with all steps.
        """
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        website = scope_of(request)
        form = self.section_form(website, request.POST)
        found = try_connection(form, by=request.user.get_username())
        if request.accepts(STREAM) and not request.accepts("text/html"):
            return stream(found)
        findings = list(found)
        return self.page(request, form, website, {"test": steps(findings), **verdict(findings)})

    def page(self, request, form, website, extra=None) -> HttpResponse:  # type: ignore[no-untyped-def]
        """Show the form; the steps of the test are listed, if only as not tried yet."""
        return super().page(request, form, website, {"test": steps([]), **(extra or {})})


for _section, _page in PAGES.items():
    admin.site.register(_page, ApiSettingsAdmin if _section is Api else SectionAdmin)
admin.site.register(Transfer, TransferAdmin)
