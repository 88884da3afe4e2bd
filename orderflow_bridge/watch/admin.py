"""Inventory → Comparisons, Differences and OrderFlow Sites (docs/stock.md, "Reconciliation")."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from imports.inbox import GAPS_SHOWN, message_numbers
from orderflow_bridge.common import clock
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.sections import ReconciliationMode
from orderflow_bridge.configuration.selectors import reconciliation
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.filters import DateRange, NumberRange, Text
from orderflow_bridge.console.page_parts import add_parts
from orderflow_bridge.console.pages import (
    Button,
    Card,
    Section,
    Table,
    admin_url,
    cards,
    link,
    table,
    time_cell,
    unbroken,
    units,
)
from orderflow_bridge.jobs.services import order_run
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.jobs.tasks import wake
from orderflow_bridge.sales.models import Order
from orderflow_bridge.watch import pages
from orderflow_bridge.watch.asking import ORDER_PARTS
from orderflow_bridge.watch.difference_list import correction_link, state_badge
from orderflow_bridge.watch.models import SelfTest, SiteSource, StockComparison, StockDifference
from orderflow_bridge.watch.reconciliation.correcting import CORRECT
from orderflow_bridge.watch.reconciliation.services import JOB
from orderflow_bridge.watch.self_test.page import SelfTestAdmin

admin.site.register(SelfTest, SelfTestAdmin)

__all__ = ("SiteSourceAdmin", "StockComparisonAdmin", "pages")

RUN = "watch.run_stockcomparison"
SHOWN = 50
QUESTIONS = {
    ReconciliationMode.REPORT: (
        gettext_lazy(
            "Ask OrderFlow for all its stock now? Differences are reported; nothing is changed."
        )
    ),
    ReconciliationMode.CORRECT: (
        gettext_lazy(
            "Ask OrderFlow for all its stock now? What a second look confirms is corrected."
        )
    ),
}
OFF = gettext_noop(
    "Stock Comparison is switched off. Switch it on under Configuration → Reconciliation first."
)
PROVES_NOTHING = gettext_lazy(
    "OrderFlow numbers all its messages to everybody in one series: a number that is missing here"
    " proves nothing."
)
ASKED = gettext_noop("Stock Comparison has been asked to run: it starts within a minute.")


@admin.register(StockComparison)
class StockComparisonAdmin(RecordAdmin):
    """Inventory → Comparisons."""

    act_right = RUN
    own_record_actions = (CORRECT,)
    missing_text = gettext_lazy(
        "This comparison is no longer there: the last 30 of each website are kept."
    )
    list_before_template = "bridge/compare_stock.html"
    list_display = (
        "began",
        "host",
        "look",
        "equal_count",
        "different_count",
        "theirs_count",
        "ours_count",
        "confirmed_count",
        "action_links",
    )
    list_display_links = ("began",)
    more_columns = (
        "records_count",
        "unreadable_count",
        "postponed_count",
        "not_known_count",
        "corrected_count",
    )
    filters = (
        Text("endpoint", "OrderFlow", lookup="icontains"),
        DateRange("began_at", gettext_lazy("Began"), "began"),
        NumberRange("confirmed", gettext_lazy("Confirmed")),
    )
    empty_title = gettext_lazy("Stock has not been compared yet")
    empty_text = gettext_lazy(
        "Switch it on under Configuration → Reconciliation; Compare Now does it at once."
    )

    began = column(gettext_lazy("Began"), "began_at", time_cell)
    host = column("OrderFlow", "endpoint")
    look = column(
        gettext_lazy("Look"),
        lambda row: _("Second") if row.is_second else _("First"),
        ordering="is_second",
    )
    equal_count = column(gettext_lazy("Equal"), "equal", number_cell)
    different_count = column(gettext_lazy("Different"), "different", number_cell)
    theirs_count = column(gettext_lazy("Only In OrderFlow"), "only_theirs", number_cell)
    ours_count = column(gettext_lazy("Only Here"), "only_ours", number_cell)
    confirmed_count = column(gettext_lazy("Confirmed"), "confirmed", number_cell)
    records_count = column(gettext_lazy("Records"), "records", number_cell)
    unreadable_count = column(gettext_lazy("Unreadable"), "unreadable", number_cell)
    postponed_count = column(gettext_lazy("Postponed"), "postponed", number_cell)
    not_known_count = column(gettext_lazy("Not Known"), "not_known", number_cell)
    corrected_count = column(gettext_lazy("Corrected"), "corrected", number_cell)

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the page that asks whether to compare now."""
        return (("run/", self._url_name("run"), self.run_view),)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer above the list to compare now, and show the numbers of messages."""
        may_run = self.has_act_permission(request)
        url = admin_url(self._url_name("run")) if may_run else ""
        above = {"compare_url": url, "numbers": {"cards": _numbers_card()}}
        page: HttpResponse = super().changelist_view(request, {**above, **(extra_context or {})})
        return page

    def run_view(self, request: HttpRequest, **more: Any) -> HttpResponse:
        """Ask whether to compare now (GET), or order the run (POST)."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        back = reverse(f"admin:{self._url_name('changelist')}")
        if request.method == "POST":
            job = next(each for each in JOBS if each.name == JOB)
            if job.is_enabled():
                wake(order_run(job, now=clock.now()).pk)
                messages.success(request, _(ASKED))
            else:
                messages.error(request, _(OFF))
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Compare Now"),
            "back": back,
            "action": {"title": _("Compare Now")},
            "question": QUESTIONS[reconciliation().mode],
        }
        return TemplateResponse(request, "bridge/confirm.html", context)

    def row_actions(self, request: HttpRequest, record: StockComparison) -> list[RowAction]:
        """Offer the page, and the list of its differences."""
        return [
            RowAction(_("View"), admin_url(self._url_name("change"), record.pk)),
            RowAction(_("Differences"), _differences_of(record)),
        ]

    def buttons(self, request: HttpRequest, record: StockComparison) -> list[Button]:
        """Offer all differences, which are a file there as well."""
        url = _differences_of(record)
        return [Button(_("All Differences"), url, "difference")] if url else []

    def sections(self, request: HttpRequest, record: StockComparison) -> list[Section]:
        """Return the counts, the sites that are no source, and the first differences."""
        look = [
            ("OrderFlow", record.endpoint),
            (_("Channel"), record.channel),
            (_("Look"), _("Second") if record.is_second else _("First")),
            (_("Began"), time_cell(record.began_at)),
            (_("Received"), time_cell(record.finished_at)),
            (_("Records"), number_cell(record.records)),
            (_("Unreadable Records"), number_cell(record.unreadable)),
        ]
        found = [
            (_("Equal"), number_cell(record.equal)),
            (_("Different"), number_cell(record.different)),
            (_("Only in OrderFlow"), number_cell(record.only_theirs)),
            (_("Only here, with stock"), number_cell(record.only_ours)),
            (_("Postponed: a message waits, or newer stock"), number_cell(record.postponed)),
            (_("Not known: counted before figures were kept"), number_cell(record.not_known)),
            (_("Confirmed"), number_cell(record.confirmed)),
            (_("For a second look"), number_cell(record.to_confirm)),
            (_("Handed to the import to be corrected"), number_cell(record.corrected)),
        ]
        return [
            cards("information", _("Information"), Card(_("Look"), look), Card(_("Found"), found)),
            table("differences", _("Differences"), _first_differences(record)),
            table("sites", _("Sites Without a Source"), _unmapped(record)),
        ]


add_parts(Order, ORDER_PARTS)


@admin.register(SiteSource)
class SiteSourceAdmin(FormAdmin):
    """Inventory → OrderFlow Sites: which of OrderFlow's sites is which source."""

    list_display = ("site", "source", "website")
    list_display_links = ("site",)
    list_select_related = ("source", "website")
    fields = ("site", "source", "website")
    search_fields = ("site",)
    filters = (
        Text("site", gettext_lazy("Site")),
        Text("source", gettext_lazy("Source"), "source", lookup="exact"),
    )
    empty_title = gettext_lazy("No site yet")
    empty_text = gettext_lazy(
        "Comparing stock with OrderFlow's needs to know which source each of its sites is. A sole"
        " site and the sole source “default” belong together without an entry."
    )


def _differences_of(record: StockComparison) -> str:
    url = admin_url("watch_stockdifference_changelist")
    return f"{url}?comparison_from={record.pk}&comparison_to={record.pk}" if url else ""


def _numbers_card() -> list[Card]:
    """Return what is known of the numbers of OrderFlow's messages, nothing before the first."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    numbers = message_numbers(midnight)
    if numbers is None:
        return []
    ranges = [str(first) if first == last else f"{first}–{last}" for first, last in numbers.gaps]
    missing = ", ".join(ranges) or _("None between them")
    if len(ranges) == GAPS_SHOWN:
        missing = _("%(numbers)s and further ones") % {"numbers": missing}
    today = _("%(count)s, from %(first)s to %(last)s") % {
        "count": number_text(numbers.today),
        "first": str(numbers.first_today),
        "last": str(numbers.last_today),
    }
    facts = [
        (_("Last Number"), numbers.last),
        (_("Last Heard"), time_cell(numbers.last_at)),
        (_("Seen Today"), today if numbers.today else _("None")),
        (_("Not Seen Today"), missing),
        (_("What It Means"), PROVES_NOTHING),
    ]
    return [Card(_("Numbers Of OrderFlow's Messages"), facts)]


def _first_differences(record: StockComparison) -> Table:
    rows = [
        (
            link(unbroken(each.sku), _product_page(each)),
            each.source_code,
            each.get_kind_display(),
            units(each.theirs),
            units(each.last_received),
            units(each.quantity),
            each.get_why_display(),
            state_badge(each),
            correction_link(each),
        )
        for each in record.differences.order_by("-is_confirmed", "id")[:SHOWN]
    ]
    columns = (
        "SKU", _("Source"), _("Kind"), _("OrderFlow's Figure"), _("Last Received"),
        _("Quantity Here"), _("Why"), _("State"), _("Correction"),
    )  # fmt: skip
    note = _("The first %(count)s are shown; All Differences has every one.") % {"count": SHOWN}
    return Table(columns, rows, empty=_("Nothing differs."), note=note if rows else "")


def _product_page(each: StockDifference) -> str:
    return admin_url("catalog_product_change", each.product_id) if each.product_id else ""


def _unmapped(record: StockComparison) -> Table:
    rows = [(site or _("(none)"), number_cell(count)) for site, count in record.unmapped.items()]
    note = _("Say which source it is under Inventory → OrderFlow Sites.") if rows else ""
    return Table((_("Site"), _("Records")), rows, empty=_("Every site is a source."), note=note)
