"""Stores → Configuration → Export and Import: files out and in, and back to an earlier state."""

from typing import Any, cast
from zoneinfo import ZoneInfo

import structlog
from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from orderflow_bridge.common.formats import number_text
from orderflow_bridge.configuration.models import Transfer
from orderflow_bridge.configuration.navigation import section_groups
from orderflow_bridge.configuration.selectors import general
from orderflow_bridge.configuration.transfer.files import LARGEST_BYTES, FileRefused, read_file
from orderflow_bridge.configuration.transfer.forms import DateTimeForm, ExportForm, FileForm
from orderflow_bridge.configuration.transfer.parts import Change, add_part, parts
from orderflow_bridge.configuration.transfer.plans import Plan, scope_names
from orderflow_bridge.configuration.transfer.services import (
    before_of,
    content_of,
    environment_of,
    export_file,
    import_transfer,
    offer_file,
    offer_state_at,
    offer_what_was_before,
    plan_of_transfer,
)
from orderflow_bridge.configuration.transfer.settings_part import SETTINGS

log = structlog.get_logger(__name__)

SECRETS_RIGHT = "configuration.secrets_transfer"
_SHOWN = 50


class TransferAdmin(ModelAdmin):
    """One page for the ways out and in, and one for what a file would change or has changed."""

    def get_urls(self) -> list[URLPattern]:
        """Offer the pages: rows are neither added nor deleted by hand."""
        pages = (
            ("", self.front_view, "changelist"),
            ("export/", self.export_view, "export"),
            ("file/", self.file_view, "file"),
            ("earlier/", self.earlier_view, "earlier"),
            ("<int:pk>/change/", self.transfer_view, "change"),
            ("<int:pk>/import/", self.import_view, "import"),
            ("<int:pk>/put-back/", self.put_back_view, "put_back"),
        )
        return [self._path(*page) for page in pages]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """A row comes with a file."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was imported stays on record."""
        return False

    def front_view(self, request: HttpRequest, **forms_shown: forms.Form) -> HttpResponse:
        """Show the ways out and in, and what was imported before."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Transfer.objects.exclude(imported_at=None).select_related("imported_by")
        rows = rows.defer("content", "before").order_by("-imported_at")
        context = {
            "export_form": ExportForm(auto_id="export_%s"),
            "file_form": FileForm(auto_id="file_%s"),
            "earlier_form": DateTimeForm(auto_id="moment_%s"),
            "may_import": self.has_change_permission(request),
            "may_export_secrets": request.user.has_perm(SECRETS_RIGHT),
            "titles": _part_titles(),
            "transfers": rows[:_SHOWN],
            **forms_shown,
        }
        return self._page(request, _("Export and Import"), "transfers", context)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Send a file (POST); with a passphrase the secrets go along."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = ExportForm(request.POST, auto_id="export_%s")
        passphrase = form.cleaned_data["passphrase"] if form.is_valid() else ""
        if passphrase and not request.user.has_perm(SECRETS_RIGHT):
            raise PermissionDenied
        try:
            text = export_file(
                environment=environment_of(request.get_host()), passphrase=passphrase
            )
        except FileRefused as refusal:
            form.add_error("passphrase", str(refusal))
            return self.front_view(request, export_form=form)
        log.info(
            "configuration_exported",
            by=request.user.get_username(),
            with_secrets=bool(passphrase),
        )
        name = f"configuration-{timezone.localdate():%Y-%m-%d}.json"
        return HttpResponse(
            text,
            content_type="application/json; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def file_view(self, request: HttpRequest) -> HttpResponse:
        """Keep a file that was uploaded (POST), and show what it would change."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = FileForm(request.POST, request.FILES, auto_id="file_%s")
        if not form.is_valid():
            return self.front_view(request, file_form=form)
        file, passphrase = form.cleaned_data["file"], form.cleaned_data["passphrase"]
        try:
            content = read_file(file.read(LARGEST_BYTES + 1), passphrase=passphrase)
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
            return self.front_view(request, file_form=form)
        return self._to(offer_file(content, name=file.name, by=_user(request)))

    def earlier_view(self, request: HttpRequest) -> HttpResponse:
        """Keep what had been at a time (POST), and show what going back would change."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = DateTimeForm(request.POST, auto_id="moment_%s")
        if not form.is_valid():
            return self.front_view(request, earlier_form=form)
        return self._to(offer_state_at(form.cleaned_data["at"], by=_user(request)))

    def transfer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what a file would change, or has changed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        transfer = get_object_or_404(Transfer.objects.select_related("imported_by"), pk=pk)
        is_done = transfer.imported_at is not None
        plan = _plan_then(transfer) if is_done else plan_of_transfer(transfer, _user(request))
        names, known = scope_names(), parts()
        context = {
            "transfer": transfer,
            "is_done": is_done,
            "plan": plan,
            "rows": plan.rows(),
            "problems": [
                (
                    str(known[each.part].title) if each.part in known else each.part,
                    names.get(each.scope, each.scope),
                    known[each.part].label(each.key) if each.part in known else each.key,
                    each.text,
                )
                for each in plan.problems
            ],
            "may_import": self.has_change_permission(request),
        }
        return self._page(request, transfer.name, "transfer", context)

    def import_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Import what was shown (POST)."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        transfer = get_object_or_404(Transfer, pk=pk)
        try:
            plan = import_transfer(
                transfer,
                by=_user(request),
                seen=request.POST.get("seen", ""),
                leave_out="leave_out" in request.POST,
            )
        except FileRefused as refusal:
            messages.error(request, str(refusal))
        else:
            count = len(plan.changes)
            said = ngettext("%(count)s change imported.", "%(count)s changes imported.", count)
            messages.success(request, said % {"count": number_text(count)})
        return self._to(transfer)

    def put_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what putting back would change that an import changed (POST)."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        transfer = get_object_or_404(Transfer, pk=pk)
        try:
            return self._to(offer_what_was_before(transfer, by=_user(request)))
        except FileRefused as refusal:
            messages.error(request, str(refusal))
            return self._to(transfer)

    def _path(self, route: str, view: Any, name: str) -> URLPattern:
        wrapped = self.admin_site.admin_view(view)
        # As Django marks its own pages: links are offered to whom this admin lets in (reader.py).
        wrapped.__dict__.update(model_admin=self)
        pattern: URLPattern = path(route, wrapped, name=f"configuration_transfer_{name}")
        return pattern

    def _page(
        self, request: HttpRequest, title: str, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "groups": section_groups(request, None),
            "is_transfer": True,
            "zone": ZoneInfo(general().timezone),
        }
        return TemplateResponse(
            request, f"admin/configuration/{template}.html", {**shared, **context}
        )

    def _to(self, transfer: Transfer) -> HttpResponse:
        return HttpResponseRedirect(
            reverse("admin:configuration_transfer_change", args=[transfer.pk])
        )


def _part_titles() -> str:
    """Return the parts' titles for the middle of a sentence: German nouns keep their capitals."""
    titles = ", ".join(str(part.title) for part in parts().values())
    return titles if get_language() == "de" else titles.lower()


def _user(request: HttpRequest) -> User:
    """Return who is signed in: nobody else comes to these pages."""
    return cast(User, request.user)


def _plan_then(transfer: Transfer) -> Plan:
    """Return what an import changed when it was made."""
    content = content_of(transfer)
    changes = [
        Change(part, scope, key, before, content[part][scope][key])
        for part, state in before_of(transfer).items()
        if part in parts()
        for scope, things in state.items()
        for key, before in things.items()
    ]
    return Plan(tuple(changes), ())


add_part(SETTINGS)
