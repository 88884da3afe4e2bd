"""System → Back-ups: when the last one was made and where it lies, as a script or a person told."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column
from orderflow_bridge.console.pages import Button, Card, Section, admin_url, cards, time_cell
from orderflow_bridge.monitoring.models import Backup

# One that is older does not count as a back-up.
GOOD_FOR = timedelta(days=7)
LONGEST_PLACE = 255
KEPT = 100
RECORD = "dashboard.record_backup"
QUESTION = gettext_lazy(
    "Say that a back-up of the database and of its keys has been made? The bridge takes your word"
    " for it; a script does it better: manage.py record_backup."
)


def record_backup(place: str, *, by: str) -> Backup:
    """Note that a back-up was made just now, and forget what is older than the last hundred."""
    backup = Backup.objects.create(
        made_at=clock.now(), place=place[:LONGEST_PLACE], told_by=by[:150]
    )
    old = Backup.objects.values_list("pk", flat=True)[KEPT:]
    Backup.objects.filter(pk__in=list(old)).delete()
    return backup


def good_backups() -> QuerySet[Backup]:
    """Return the back-ups that are young enough to count, the newest first."""
    return Backup.objects.filter(made_at__gt=clock.now() - GOOD_FOR)


class BackupForm(forms.Form):
    """Where a back-up lies."""

    place = forms.CharField(
        label=gettext_lazy("Where"),
        max_length=LONGEST_PLACE,
        help_text=gettext_lazy("Where it lies."),
    )

    @property
    def pairs(self) -> list[tuple[None, BoundField]]:
        """Return the field as the page shows it: without a tick."""
        return [(None, self["place"])]


@admin.register(Backup)
class BackupAdmin(RecordAdmin):
    """The last hundred back-ups."""

    act_right = RECORD
    missing_text = gettext_lazy("This back-up is no longer listed: the last hundred are.")
    list_display = ("made", "place", "by", "action_links")
    list_display_links = ("made",)
    search_fields = ("place",)
    empty_title = gettext_lazy("Nobody has told of a back-up")
    empty_text = gettext_lazy(
        "Let the script that makes it end with manage.py record_backup, or record it here by hand."
    )

    made = column(gettext_lazy("Made"), "made_at", time_cell)
    by = column(
        gettext_lazy("Told By"),
        lambda row: row.told_by or _("the command line"),
        ordering="told_by",
    )

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the page that asks where the back-up lies."""
        return (("record/", self._url_name("record"), self.record_page),)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer above the list to record one."""
        buttons = self.buttons(request, None)
        page: HttpResponse = super().changelist_view(
            request, {"run_buttons": buttons, **(extra_context or {})}
        )
        return page

    def record_page(self, request: HttpRequest, **more: Any) -> HttpResponse:
        """Ask where it lies (GET), or note it (POST)."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        back = reverse(f"admin:{self._url_name('changelist')}")
        form = BackupForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            record_backup(form.cleaned_data["place"], by=request.user.get_username())
            messages.success(request, _("The back-up has been recorded."))
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Record A Back-up"),
            "back": back,
            "action": {"title": _("Record A Back-up")},
            "question": QUESTION,
            "form": form,
        }
        return TemplateResponse(request, "bridge/confirm.html", context)

    def row_actions(self, request: HttpRequest, record: Backup) -> list[RowAction]:
        """Offer the page."""
        return [RowAction(_("View"), admin_url(self._url_name("change"), record.pk))]

    def buttons(self, request: HttpRequest, record: Backup | None) -> list[Button]:
        """Offer to record another one."""
        if not self.has_act_permission(request):
            return []
        return [Button(_("Record A Back-up"), admin_url(self._url_name("record")), "backup")]

    def sections(self, request: HttpRequest, record: Backup) -> list[Section]:
        """Return the facts."""
        facts = [
            (_("Made"), time_cell(record.made_at)),
            (_("Where"), record.place),
            (_("Told By"), record.told_by or _("the command line")),
        ]
        return [cards("information", _("Information"), Card(_("Back-up"), facts))]
