"""Inventory → Comparisons, Differences and OrderFlow Sites (docs/stock.md, "Reconciliation")."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from orderflow_bridge.common import clock
from orderflow_bridge.console.admin import ReadOnlyAdmin, RecordAdmin
from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.filters import Choices, DateRange, NumberRange, Text, yes_or_no
from orderflow_bridge.console.pages import (
    Button,
    Card,
    Section,
    Table,
    admin_url,
    badge,
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
from orderflow_bridge.watch.models import SiteSource, StockComparison, StockDifference
from orderflow_bridge.watch.reconciliation.services import JOB

RUN = "watch.run_stockcomparison"
SHOWN = 50
QUESTION = "Ask OrderFlow for all its stock now? Differences are reported; nothing is changed."
OFF = "Stock Comparison is switched off. Switch it on under Configuration → Reconciliation first."
ASKED = "Stock Comparison has been asked to run: it starts within a minute."


@admin.register(StockComparison)
class StockComparisonAdmin(RecordAdmin):
    """Inventory → Comparisons."""

    act_right = RUN
    missing_text = "This comparison is no longer there: the last 30 of each website are kept."
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
    more_columns = ("records_count", "unreadable_count", "postponed_count", "not_known_count")
    filters = (
        Text("endpoint", "OrderFlow", lookup="icontains"),
        DateRange("began_at", "Began", "began"),
        NumberRange("confirmed", "Confirmed"),
    )
    empty_title = "Stock has not been compared yet"
    empty_text = "Switch it on under Configuration → Reconciliation; Compare Now does it at once."

    began = column("Began", "began_at", time_cell)
    host = column("OrderFlow", "endpoint")
    look = column("Look", lambda row: "Second" if row.is_second else "First", ordering="is_second")
    equal_count = column("Equal", "equal", number_cell)
    different_count = column("Different", "different", number_cell)
    theirs_count = column("Only In OrderFlow", "only_theirs", number_cell)
    ours_count = column("Only Here", "only_ours", number_cell)
    confirmed_count = column("Confirmed", "confirmed", number_cell)
    records_count = column("Records", "records", number_cell)
    unreadable_count = column("Unreadable", "unreadable", number_cell)
    postponed_count = column("Postponed", "postponed", number_cell)
    not_known_count = column("Not Known", "not_known", number_cell)

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the page that asks whether to compare now."""
        return (("run/", self._url_name("run"), self.run_view),)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer above the list to compare now."""
        may_run = self.has_act_permission(request)
        url = admin_url(self._url_name("run")) if may_run else ""
        page: HttpResponse = super().changelist_view(
            request, {"compare_url": url, **(extra_context or {})}
        )
        return page

    def run_view(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Ask whether to compare now (GET), or order the run (POST)."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        back = reverse(f"admin:{self._url_name('changelist')}")
        if request.method == "POST":
            job = next(each for each in JOBS if each.name == JOB)
            if job.is_enabled():
                wake(order_run(job, now=clock.now()).pk)
                messages.success(request, ASKED)
            else:
                messages.error(request, OFF)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Compare Now",
            "back": back,
            "action": {"title": "Compare Now"},
            "question": QUESTION,
        }
        return TemplateResponse(request, "bridge/confirm.html", context)

    def row_actions(self, request: HttpRequest, record: StockComparison) -> list[RowAction]:
        """Offer the page, and the list of its differences."""
        return [
            RowAction("View", admin_url(self._url_name("change"), record.pk)),
            RowAction("Differences", _differences_of(record)),
        ]

    def buttons(self, request: HttpRequest, record: StockComparison) -> list[Button]:
        """Offer all differences, which are a file there as well."""
        url = _differences_of(record)
        return [Button("All Differences", url, "difference")] if url else []

    def sections(self, request: HttpRequest, record: StockComparison) -> list[Section]:
        """Return the counts, the sites that are no source, and the first differences."""
        look = [
            ("OrderFlow", record.endpoint),
            ("Channel", record.channel),
            ("Look", "Second" if record.is_second else "First"),
            ("Began", time_cell(record.began_at)),
            ("Received", time_cell(record.finished_at)),
            ("Records", number_cell(record.records)),
            ("Unreadable Records", number_cell(record.unreadable)),
        ]
        found = [
            ("Equal", number_cell(record.equal)),
            ("Different", number_cell(record.different)),
            ("Only in OrderFlow", number_cell(record.only_theirs)),
            ("Only here, with stock", number_cell(record.only_ours)),
            ("Postponed: a message waits, or newer stock", number_cell(record.postponed)),
            ("Not known: counted before figures were kept", number_cell(record.not_known)),
            ("Confirmed", number_cell(record.confirmed)),
            ("For a second look", number_cell(record.to_confirm)),
        ]
        return [
            cards("information", "Information", Card("Look", look), Card("Found", found)),
            table("differences", "Differences", _first_differences(record)),
            table("sites", "Sites Without a Source", _unmapped(record)),
        ]


@admin.register(StockDifference)
class StockDifferenceAdmin(ReadOnlyAdmin):
    """Inventory → Differences: all of them, as a list and as a file."""

    list_display = (
        "sku_text",
        "source_code",
        "kind",
        "there",
        "received",
        "here",
        "reason",
        "state",
        "comparison_link",
    )
    list_display_links = None
    list_select_related = ("comparison",)
    more_columns = ("sequence_id", "edited", "first")
    filters = (
        NumberRange("comparison", "Comparison"),
        Text("sku_key", "SKU", "sku", lookup="startswith"),
        Text("source_code", "Source", "source"),
        Choices("kind", "Kind", choices=StockDifference.Kind.choices),
        Choices("why", "Why", choices=StockDifference.Why.choices),
        yes_or_no(
            "is_confirmed",
            "State",
            "state",
            yes="Confirmed",
            no="For a second look",
            match=lambda: Q(is_confirmed=True),
        ),
    )
    search_fields = ("sku_key__startswith",)
    search_help_text = "SKU begins with…"
    empty_title = "No difference"
    empty_text = "What a comparison with OrderFlow's stock finds is listed here."

    sku_text = column("SKU", "sku", unbroken, ordering="sku_key")
    there = column("OrderFlow's Figure", "theirs", units)
    received = column("Last Received", "last_received", units)
    here = column("Quantity Here", "quantity", units)
    reason = column("Why", lambda row: row.get_why_display(), ordering="why")
    edited = column("Edited By Hand", lambda row: "Yes" if row.is_edited else "")
    first = column("First Seen", "first_seen", time_cell)
    state = column("State", lambda row: _state(row), ordering="is_confirmed")
    comparison_link = column(
        "Comparison",
        lambda row: link(
            time_cell(row.comparison.began_at),
            admin_url("watch_stockcomparison_change", row.comparison_id),
        ),
        ordering="comparison",
    )


@admin.register(SiteSource)
class SiteSourceAdmin(BridgeAdmin):
    """Inventory → OrderFlow Sites: which of OrderFlow's sites is which source."""

    list_display = ("site", "source", "website")
    list_display_links = ("site",)
    list_select_related = ("source", "website")
    fields = ("site", "source", "website")
    search_fields = ("site",)
    filters = (Text("site", "Site"), Text("source", "Source", "source", lookup="exact"))
    empty_title = "No site yet"
    empty_text = (
        "Comparing stock with OrderFlow's needs to know which source each of its sites is. A sole"
        " site and the sole source “default” belong together without an entry."
    )


def _differences_of(record: StockComparison) -> str:
    url = admin_url("watch_stockdifference_changelist")
    return f"{url}?comparison_from={record.pk}&comparison_to={record.pk}" if url else ""


def _state(row: StockDifference) -> Any:
    return badge("Confirmed", "danger") if row.is_confirmed else badge("For a second look")


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
            _state(each),
        )
        for each in record.differences.order_by("-is_confirmed", "id")[:SHOWN]
    ]
    columns = (
        "SKU", "Source", "Kind", "OrderFlow's Figure", "Last Received", "Quantity Here", "Why",
        "State",
    )  # fmt: skip
    note = f"The first {SHOWN} are shown; All Differences has every one." if rows else ""
    return Table(columns, rows, empty="Nothing differs.", note=note)


def _product_page(each: StockDifference) -> str:
    return admin_url("catalog_product_change", each.product_id) if each.product_id else ""


def _unmapped(record: StockComparison) -> Table:
    rows = [(site or "(none)", number_cell(count)) for site, count in record.unmapped.items()]
    note = "Say which source it is under Inventory → OrderFlow Sites." if rows else ""
    return Table(("Site", "Records"), rows, empty="Every site is a source.", note=note)
