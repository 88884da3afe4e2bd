"""The quotes grid and the quote page."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column, number_cell
from orderflow_bridge.console.grids.filters import DateRange, NumberRange, Text, yes_or_no
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    link,
    money,
    sku_link,
    table,
    time_cell,
    units,
)
from orderflow_bridge.sales.models import Quote


@admin.register(Quote)
class QuoteAdmin(RecordAdmin):
    """Sales → Quotes."""

    missing_text = gettext_lazy("This quote no longer exists.")
    list_display = (
        "number",
        "active",
        "store",
        "customer_email",
        "item_count",
        "created",
        "changed",
    )
    list_display_links = ("number",)
    list_select_related = ("store",)
    filters = (
        NumberRange("id", "ID"),
        Text("customer_email", gettext_lazy("Customer E-mail")),
        yes_or_no(
            "is_active",
            gettext_lazy("Active"),
            yes=gettext_lazy("Active"),
            no=gettext_lazy("Inactive"),
            match=lambda: Q(is_active=True),
        ),
        DateRange("created_at", gettext_lazy("Created"), "created"),
        DateRange("updated_at", gettext_lazy("Last Changed"), "changed"),
    )
    search_fields = ("customer_email", "reserved_order_id", "items__sku__sku_key__icontains")
    search_help_text = gettext_lazy("E-mail, order number or SKU")
    empty_title = gettext_lazy("No quotes yet")
    empty_text = gettext_lazy("Quotes are the baskets of customers who have not ordered yet.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quote]:
        """Count the rows along."""
        rows: QuerySet[Quote] = super().get_queryset(request)
        return rows.annotate(rows=Count("items"))

    number = column("ID", "pk", number_cell, ordering="id")
    item_count = column(gettext_lazy("Items"), "rows", number_cell)
    active = column(
        gettext_lazy("Active"),
        lambda quote: badge(_("Active"), "success") if quote.is_active else badge(_("Inactive")),
        ordering="is_active",
    )
    # The Active Quote Cutoff asks for that.
    created = column(gettext_lazy("Created"), "created_at", time_cell)
    changed = column(gettext_lazy("Last Changed"), "updated_at", time_cell)

    def record_title(self, record: Quote) -> str:
        """Return "Quote 12"."""
        return _("Quote %(number)s") % {"number": record.pk}

    def sections(self, request: HttpRequest, record: Quote) -> list[Section]:
        """Return the quote and its rows."""
        order = record.reserved_order_id
        details = [
            (_("Store"), record.store.name),
            (_("Customer Email"), record.customer_email),
            (_("State"), self.active(record)),
            (_("Order"), link(order, admin_url("sales_order_by_number", order)) if order else ""),
            (_("Created"), time_cell(record.created_at)),
            (_("Last Changed"), time_cell(record.updated_at)),
        ]
        rows = [
            (
                f"↳ {item.name}" if item.parent_item_id else item.name,
                sku_link(item.sku),
                units(item.qty),
                money(item.price, record.currency_code),
            )
            for item in record.items.order_by("id")
        ]
        columns = (_("Product"), "SKU", _("Qty"), _("Price"))
        return [
            cards("information", _("Information"), Card(_("Quote Details"), details)),
            table("items", _("Items"), Table(columns, rows, empty=_("This quote has no items."))),
        ]
