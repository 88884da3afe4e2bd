"""OrderFlow Exports → Waiting: what OrderFlow should have and has not got, and why."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from exports.admin.cells import WEBSITE, export_state_facts, next_try, reason, status_badge
from exports.admin.export_actions import requeue_rows
from exports.admin.previews import export_state_sections, preview_requeue
from exports.models import EXPORT_ORDERS, EXPORT_PRODUCTS, ExportLine, WaitingOrder, WaitingProduct
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.export_state import ExportState
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction, ask_about, is_confirmed
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.export_state_filter import EXPORT_STATUS
from orderflow_bridge.console.grids.filters import DateRange, NumberRange, yes_or_no
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    cards,
    folded,
    link,
    offer,
    table,
    time_cell,
    unbroken,
)
from orderflow_bridge.orderflow_screens.addresses import arrow, new_window
from orderflow_bridge.orderflow_screens.links import url_of_link, url_of_order
from orderflow_bridge.request_queue.reports import result_badge
from orderflow_bridge.sales.models import Order

REQUEUE_QUESTION = gettext_lazy("Requeue this? OrderFlow is told of it with the next export run.")
ALL_QUESTION = gettext_lazy(
    "Requeue the selected ones? OrderFlow is told of them with the next export runs."
)
LINES_SHOWN = 20


GIVEN_UP = yes_or_no(
    "orderflow_due_at",
    gettext_lazy("Next Try"),
    "given_up",
    yes=gettext_lazy("Given up"),
    no=gettext_lazy("Tried again"),
    match=lambda: Q(orderflow_due_at__isnull=True),
)


class WaitingAdmin(RecordAdmin):
    """A list of export states that are not in step with OrderFlow."""

    entity = Entity.PRODUCT
    missing_text = gettext_lazy("OrderFlow has got this meanwhile, or it was requeued.")
    list_display = (
        "reference",
        "status",
        "website_text",
        "why",
        "tries",
        "announced",
        "due",
        "orderflow",
        "action_links",
    )
    list_display_links = ("reference",)
    row_record_actions = ("requeue",)
    filters = (
        EXPORT_STATUS,
        GIVEN_UP,
        WEBSITE,
        NumberRange("orderflow_attempts", gettext_lazy("Attempts")),
        DateRange("orderflow_queued_at", gettext_lazy("Last Announced")),
    )
    ordering = ("orderflow_due_at", "id")
    actions = ("requeue_selected",)
    empty_title = gettext_lazy("Nothing is held up")

    orderflow = column("OrderFlow", lambda row: arrow(screen_of(row), str(row)))

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to try again."""
        requeue = RecordAction(
            "requeue",
            _("Requeue"),
            REQUEUE_QUESTION,
            self.requeue,
            is_offered,
            "replay",
            preview=self.preview_requeue,
        )
        return (requeue,)

    def preview_requeue(self, request: HttpRequest, record: Any) -> list[Section]:
        """Show where it would stand."""
        rows = self.get_queryset(request).filter(pk=record.pk)
        return export_state_sections(preview_requeue(self.entity, rows))

    def requeue(self, request: HttpRequest, record: Any) -> None:
        """Put one back into the queue."""
        requeue_rows(request, self.entity, self.get_queryset(request).filter(pk=record.pk))

    @admin.action(description=gettext_lazy("Requeue"), permissions=["act"])
    def requeue_selected(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Ask, then put the selection, or all of a filter, back into the queue."""
        if not is_confirmed(request):
            return ask_about(self, request, queryset, title=_("Requeue"), question=ALL_QUESTION)
        requeue_rows(request, self.entity, queryset)
        return None

    def reference_of(self, record: Any) -> str:
        """Return the SKU or the order number."""
        raise NotImplementedError

    def page_of(self, record: Any) -> str:
        """Return the address of the product's or order's own page."""
        raise NotImplementedError

    website_text = column(gettext_lazy("Website"), "website.name", str, ordering="website")
    status = column(gettext_lazy("Status"), status_badge, ordering="orderflow_export_status")
    why = column(gettext_lazy("Reason"), reason)
    tries = column(gettext_lazy("Attempts"), "orderflow_attempts", number_cell)
    announced = column(gettext_lazy("Last Announced"), "orderflow_queued_at", time_cell)
    due = column(gettext_lazy("Next Try"), next_try, ordering="orderflow_due_at")

    def row_actions(self, request: HttpRequest, record: Any) -> list[RowAction]:
        """Offer the page, and to requeue."""
        page = RowAction(_("View"), admin_url(self._url_name("change"), record.pk))
        return [page, *self.record_row_actions(request, record)]

    def sections(self, request: HttpRequest, record: Any) -> list[Section]:
        """Return where it stands, and what was tried so far."""
        facts = [
            (self.entity.label, link(self.reference_of(record), self.page_of(record))),
            (_("Website"), record.website.name),
            *export_state_facts(record),
            *([(_("In OrderFlow"), new_window(url))] if (url := screen_of(record)) else []),
        ]
        information = cards(
            "information", _("Information"), Card(_("Waiting for OrderFlow"), facts)
        )
        return [information, table("lines", _("Export Lines"), self._tried(record))]

    def _tried(self, record: Any) -> Table:
        lines = (
            ExportLine.objects.filter(
                reference=self.reference_of(record), parent__entity=self.entity
            )
            .select_related("parent")
            .order_by("-id")[:LINES_SHOWN]
        )
        report = f"exports_{self.entity.name.lower()}export_change"
        rows = [
            (
                time_cell(line.created_at),
                result_badge(line),
                line.reason,
                folded(_("Call and answer"), (_("Sent"), line.call), (_("Received"), line.answer)),
                offer(_("View Export"), admin_url(report, line.parent_id)),
            )
            for line in lines
        ]
        columns = (_("Processed"), _("Result"), _("Message"), _("Details"), _("Export"))
        empty = _("OrderFlow has not been called for this yet.")
        note = _("The last %(count)s lines are shown.") % {"count": LINES_SHOWN}
        return Table(columns, rows, empty=empty, note=note)


def screen_of(record: ExportState) -> str:
    """Return the address of OrderFlow's screen, where OrderFlow has an earlier state of this."""
    if isinstance(record, Order):
        return url_of_order(record)
    return url_of_link(record) if isinstance(record, ProductWebsite) else ""


def is_offered(record: ExportState) -> bool:
    """Tell whether there is something to requeue."""
    return bool(reason(record))


@admin.register(WaitingProduct)
class WaitingProductAdmin(WaitingAdmin):
    """OrderFlow Exports → Waiting Products."""

    entity = Entity.PRODUCT
    act_right = EXPORT_PRODUCTS
    list_select_related = ("product", "website")
    search_fields = ("product__sku_key__startswith", "orderflow_last_error")
    search_help_text = gettext_lazy("SKU begins with…, or words of the reason")
    empty_text = gettext_lazy(
        "Every product is in step with OrderFlow, or waits for its first turn."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[WaitingProduct]:
        """Read both ends along."""
        return super().get_queryset(request).select_related("product", "website")

    reference = column("SKU", "product.sku", unbroken, ordering="product__sku_key")

    def reference_of(self, record: WaitingProduct) -> str:
        """Return the SKU."""
        return record.product.sku

    def page_of(self, record: WaitingProduct) -> str:
        """Return the product's page."""
        return admin_url("catalog_product_change", record.product_id)


@admin.register(WaitingOrder)
class WaitingOrderAdmin(WaitingAdmin):
    """OrderFlow Exports → Waiting Orders."""

    entity = Entity.ORDER
    act_right = EXPORT_ORDERS
    list_select_related = ("website",)
    search_fields = ("increment_id__startswith", "orderflow_last_error")
    search_help_text = gettext_lazy("Order number begins with…, or words of the reason")
    empty_text = gettext_lazy("Every order is in step with OrderFlow, or waits for its first turn.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WaitingOrder]:
        """Read the website along."""
        return super().get_queryset(request).select_related("website")

    reference = column(gettext_lazy("Order #"), "increment_id", unbroken)

    def reference_of(self, record: WaitingOrder) -> str:
        """Return the number."""
        return record.increment_id

    def page_of(self, record: WaitingOrder) -> str:
        """Return the order's page."""
        return admin_url("sales_order_change", record.pk)
