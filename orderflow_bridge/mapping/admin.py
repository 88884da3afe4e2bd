"""Stores → Configuration → OrderFlow → Mappings: a table for each part, and a form for each row.

The page shows documents, which are made a floor above: `exports/admin/mappings.py` registers it.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.added_pages import AddedPage, add_page
from orderflow_bridge.configuration.admin import scope_of, who_saved
from orderflow_bridge.configuration.changes import changes
from orderflow_bridge.configuration.models import SettingChange
from orderflow_bridge.configuration.navigation import Link, section_groups
from orderflow_bridge.configuration.selectors import order_export, product_export
from orderflow_bridge.configuration.services import lock_configuration
from orderflow_bridge.configuration.transfer.parts import add_part
from orderflow_bridge.console.form_versions import READ, REFUSED_BUTTON
from orderflow_bridge.mapping import transfer
from orderflow_bridge.mapping.fields import fields_of
from orderflow_bridge.mapping.forms import FIELDS_LIST, RowForm
from orderflow_bridge.mapping.rows import Part, Row
from orderflow_bridge.mapping.selectors import Stored, stored_rows
from orderflow_bridge.mapping.services import JOURNAL, write_row
from orderflow_bridge.mapping.tables import keys_of, table_of
from orderflow_bridge.stores.models import Website

_CHANGES_SHOWN = 10
_NOTHING = gettext_lazy("Nothing was changed.")


def _show(stored: str | None) -> str:
    if stored is None:
        return _("(inherited)")
    try:
        return Row.of(Part.PRODUCT, "", json.loads(stored)).says
    except (TypeError, ValueError):
        return stored


PAGE = AddedPage(
    gettext_lazy("Mappings"),
    "OrderFlow",
    "mapping",
    "changedrow",
    JOURNAL,
    label=lambda path: transfer.label(path.removeprefix(JOURNAL)),
    show=_show,
)
add_page(PAGE)
add_part(transfer.MAPPINGS)


class MappingAdmin(ModelAdmin):
    """The table of a part in a scope, the form of a row, and what is beside them."""

    def get_urls(self) -> list[URLPattern]:
        """Offer the pages: what is no row of a table here cannot be added or deleted."""
        pages = (
            ("", self.table_view, "changelist"),
            ("row/", self.row_view, "row"),
            ("revert/", self.revert_view, "revert"),
            ("export/", self.export_view, "export"),
        )
        return [self._path(*page) for page in pages]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """A scope's row is made when it is first saved."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A scope's row goes when it is given its system value."""
        return False

    def trial_of(
        self,
        request: HttpRequest,
        asked: Mapping[str, str],
        part: Part,
        website: Website | None,
        before: Stored,
        after: Stored,
    ) -> dict[str, Any]:
        """Return for the template what the rows `after` make of products or orders, if asked.

        Nothing for whom these may not be shown.
        """
        raise NotImplementedError

    def table_view(self, request: HttpRequest) -> HttpResponse:
        """Show a part's rows in a scope (`?part=&website=`), and try the whole mapping."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        website, part = scope_of(request), _part(request)
        stored = stored_rows()
        recent = changes([PAGE], website, limit=_CHANGES_SHOWN)
        context = {
            "rows": [
                (row, self._url("row", website, part, key=row.key))
                for row in table_of(part, stored, website)
            ],
            "add_url": self._url("row", website, part),
            "is_off": bool(stored) and not _applies(part, website),
            "changes": recent.found,
            "newest": recent.found[0].number if recent.found else 0,
            "is_saved": "saved" in request.GET,
            **self.trial_of(request, request.GET, part, website, {}, stored),
        }
        return self._page(request, "table", part, website, context)

    def row_view(self, request: HttpRequest) -> HttpResponse:
        """Show a row's form (`?key=`; without it one to add); save it, or try it first (POST)."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        website, part, key = scope_of(request), _part(request), request.GET.get("key", "")
        stored = stored_rows()
        # A row that somebody has taken away meanwhile is no reason to lose what was typed.
        if key and key not in keys_of(part, stored) and READ not in request.POST:
            raise Http404(_("There is no row for “%(key)s”.") % {"key": key})
        form = RowForm(part, key, stored, website)
        trial: dict[str, Any] = {}
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            with transaction.atomic():
                lock_configuration()
                stored = stored_rows()
                form = RowForm(part, key, stored, website, request.POST)
                is_valid = form.is_valid()
                name = key or (form.row.key if form.row else key)
                if "save" in request.POST and is_valid and form.is_as_opened():
                    return self._save(request, form.row, part, name, website)
            if is_valid and "save" not in request.POST:
                here = (website.pk if website else None, part, name)
                after = {each: row for each, row in stored.items() if each != here}
                after |= {here: form.row} if form.row else {}
                trial = self.trial_of(request, request.POST, part, website, stored, after)
        else:
            trial = self.trial_of(request, {}, part, website, stored, stored)
        if form.version.differences:
            form.version.who = _who(part, key, website)
        context = {"form": form, "key": key, "form_version": form.version if key else None}
        context |= {"fields": fields_of(part), "fields_list": FIELDS_LIST, **trial}
        return self._page(request, "row", part, website, context)

    def revert_view(self, request: HttpRequest) -> HttpResponse:
        """Give a row back what it said before a change (POST, `change` is its number)."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        number = request.POST.get("change", "")
        wanted = SettingChange.objects.filter(path__startswith=JOURNAL)
        change = wanted.filter(pk=number if number.isdecimal() and len(number) < 19 else 0).first()
        if change is None:
            messages.error(request, _("There is no such change."))
            return HttpResponseRedirect(self._url("changelist", None, Part.PRODUCT))
        key = change.path.removeprefix(JOURNAL)
        website = Website.objects.filter(pk=change.website_id or 0).first()
        part, name = transfer.split(key)
        with transaction.atomic():
            lock_configuration()
            if change.website_id and website is None:
                messages.error(request, _("The website of this change is gone."))
            elif _is_newer_than(request.POST.get("seen", ""), change):
                messages.error(request, REFUSED_BUTTON)
            else:
                self._put_back(request, change, website, part, name)
        return HttpResponseRedirect(self._url("changelist", website, part))

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Send the mapping of all scopes as a configuration file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        name = f"mappings-{timezone.localdate():%Y-%m-%d}.json"
        return HttpResponse(
            transfer.export_mapping(environment=request.get_host()),
            content_type="application/json; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _put_back(
        self,
        request: HttpRequest,
        change: SettingChange,
        website: Website | None,
        part: Part,
        key: str,
    ) -> None:
        before = json.loads(change.before) if change.before else None
        by = cast(User, request.user)
        try:
            before = transfer.clean(website.code if website else "", f"{part}/{key}", before, by)
        except ValidationError as error:
            why = " ".join(error.messages)
            messages.error(request, _("It cannot be put back: %(reason)s") % {"reason": why})
            return
        is_changed = write_row(part, key, before, website=website, by=by)
        done = _("You put back %(key)s.") % {"key": key}
        messages.success(request, done if is_changed else str(_NOTHING))

    def _save(
        self, request: HttpRequest, row: Row | None, part: Part, key: str, website: Website | None
    ) -> HttpResponse:
        by = cast(User, request.user)
        definition = row.definition() if row else None
        is_changed = write_row(part, key, definition, website=website, by=by)
        messages.success(request, _("You saved the mapping.") if is_changed else str(_NOTHING))
        saved = {"saved": "1"} if is_changed else {}
        return HttpResponseRedirect(self._url("changelist", website, part, **saved))

    def _path(self, route: str, view: Any, name: str) -> URLPattern:
        wrapped = self.admin_site.admin_view(view)
        # As Django marks its own pages: links are offered to whom this admin lets in (reader.py).
        wrapped.__dict__.update(model_admin=self)
        pattern: URLPattern = path(route, wrapped, name=f"mapping_changedrow_{name}")
        return pattern

    def _url(self, page: str, website: Website | None, part: Part, **query: str) -> str:
        scope = {"website": website.code} if website else {}
        name = f"admin:mapping_changedrow_{page}"
        return reverse(name, query={**scope, "part": str(part), **query})

    def _page(
        self,
        request: HttpRequest,
        template: str,
        part: Part,
        website: Website | None,
        context: dict[str, Any],
    ) -> HttpResponse:
        scopes = [None, *Website.objects.all()]
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Mappings"),
            "groups": section_groups(request, PAGE),
            "scopes": [
                Link(
                    each.name if each else _("Default Config"),
                    self._url("changelist", each, part),
                    each == website,
                )
                for each in scopes
            ],
            "parts": [
                Link(each.label, self._url("changelist", website, each), each is part)
                for each in Part
            ],
            "part": part,
            "website": website,
            "may_change": self.has_change_permission(request),
            "back": self._url("changelist", website, part),
        }
        name = f"admin/configuration/mapping_{template}.html"
        return TemplateResponse(request, name, {**shared, **context})


def _is_newer_than(seen: str, change: SettingChange) -> bool:
    """Tell whether a row was changed after the newest change that somebody saw."""
    rows = SettingChange.objects.filter(path=change.path, website=change.website)
    return seen.isdecimal() and len(seen) < 19 and rows.filter(pk__gt=seen).exists()


def _who(part: Part, key: str, website: Website | None) -> str:
    label = PAGE.label(f"{JOURNAL}{part}/{key}")
    alike = (each for each in changes([PAGE], website).found if each.setting.label == label)
    last = next(alike, None)
    return who_saved(last) if last else ""


def _part(request: HttpRequest) -> Part:
    name = request.GET.get("part", Part.PRODUCT)
    return Part(name) if name in Part.values else Part.PRODUCT


def _applies(part: Part, website: Website | None) -> bool:
    return (product_export if part is Part.PRODUCT else order_export)(website).apply_mappings
