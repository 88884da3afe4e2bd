"""OrderFlow Exports → Export Catalogue: everything at once, and how far each website is."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from exports.admin.switches import is_on, what_to_switch_on
from exports.catalogue import begin_catalogue, carry_on_with_catalogue
from exports.models import EXPORT_PRODUCTS, CatalogueExport, CatalogueRun
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.common.exceptions import ExportRefused
from orderflow_bridge.common.formats import datetime_text, number_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import ReadOnlyAdmin
from orderflow_bridge.console.pages import Table, admin_url
from orderflow_bridge.orderflow_screens.addresses import imports_url, new_window
from orderflow_bridge.stores.models import Website

TITLE = gettext_lazy("Export Catalogue")
QUESTION = gettext_lazy("Are you sure you wish to export your entire catalogue to OrderFlow?")
_CATALOGUE_SECONDS = 2.0
_COUNTED = (
    ExportStatus.PENDING,
    ExportStatus.QUEUED,
    ExportStatus.EXPORTED,
    ExportStatus.FAILED,
)


@admin.register(CatalogueExport)
class CatalogueExportAdmin(ReadOnlyAdmin):
    """One page instead of a list."""

    act_right = EXPORT_PRODUCTS

    def get_urls(self) -> list[URLPattern]:
        """Add the question."""
        view = path("start/", self._wrapped(self.start_view), name=self._url_name("start"))
        return [view, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the last run, the button, and how far each website is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows, run = progress(), CatalogueRun.objects.order_by("-id").first()
        may, is_switched_on = self.has_act_permission(request), is_on(Entity.PRODUCT)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": TITLE,
            "table": progress_table(rows),
            "is_running": any(row[ExportStatus.PENDING] for row in rows),
            "last_run": last_run(run),
            "under_way": run if run and run.finished_at is None else None,
            "imports": dashboards(),
            "start_url": admin_url(self._url_name("start")) if may and is_switched_on else "",
            "switched_off": "" if is_switched_on else what_to_switch_on(Entity.PRODUCT),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "bridge/export_catalogue.html", context)

    def start_view(self, request: HttpRequest) -> HttpResponse:
        """Ask (GET), or begin (POST)."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        page = admin_url(self._url_name("changelist"))
        if request.method == "POST":
            export_everything(request)
            self._note(request)
            return HttpResponseRedirect(page)
        count = Product.objects.filter(type_id=Product.Type.SIMPLE).count()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("%(count)s simple products") % {"count": number_text(count)},
            "action": {"title": TITLE},
            "question": QUESTION,
            "back": page,
        }
        return TemplateResponse(request, "bridge/confirm.html", context)

    def _note(self, request: HttpRequest) -> None:
        """Note who asked for it in the admin's log."""
        kind = ContentType.objects.get_for_model(CatalogueExport, for_concrete_model=False)
        LogEntry.objects.create(
            user_id=request.user.pk or 0,
            content_type=kind,
            object_repr="Export Catalogue",
            action_flag=CHANGE,
            change_message="Export Catalogue was asked for.",
        )


def export_everything(request: HttpRequest) -> None:
    """Begin to make the whole catalogue Pending; a small one is so at once."""
    try:
        begin_catalogue(by=request.user.get_username())
    except ExportRefused as error:
        messages.error(request, str(error))
        return
    run = carry_on_with_catalogue(seconds=_CATALOGUE_SECONDS)
    messages.success(request, _("Bulk catalogue export initiated."))
    if run and run.finished_at:
        text = _("%(count)s product(s) are due now. The next export runs announce them.")
        text %= {"count": number_text(run.done)}
    else:
        text = _("%(products)s are due now. The others follow in the background.")
        text %= {"products": run}
    messages.info(request, text)


def last_run(run: CatalogueRun | None) -> str:
    """Say when the catalogue was last exported as a whole, and by whom."""
    if run is None:
        return _("never")
    return _("%(time)s by %(user)s") % {"time": datetime_text(run.asked_at), "user": run.asked_by}


def progress() -> list[dict[str, Any]]:
    """Count each website's simple products by their export status, in one statement."""
    counts = {
        status: Count(
            "product_links",
            filter=Q(
                product_links__orderflow_export_status=status,
                product_links__product__type_id=Product.Type.SIMPLE,
            ),
        )
        for status in _COUNTED
    }
    return list(Website.objects.annotate(**counts).order_by("sort_order").values("name", *counts))


def progress_table(rows: Sequence[dict[str, Any]]) -> Table:
    """Return the counts, and how much of each website's catalogue OrderFlow has got."""
    cells = []
    for row in rows:
        total = sum(row[status] for status in _COUNTED)
        share = f"{row[ExportStatus.EXPORTED] * 100 // total} %" if total else "–"
        cells.append((row["name"], *(number_text(row[status]) for status in _COUNTED), share))
    columns = (_("Website"), *(status.label for status in _COUNTED), _("Done"))
    return Table(columns, cells, empty=_("There is no website yet."))


def dashboards() -> list[Any]:
    """Return links to the pages that list the imports of the OrderFlow instances."""
    urls = {imports_url(website.pk) for website in Website.objects.all()} - {""}
    return [new_window(url) for url in sorted(urls)]
