"""The shipments grid and the shipment page."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import DateRange, Filter, Text, yes_or_no
from orderflow_bridge.console.pages import (
    Button,
    Card,
    Section,
    Table,
    admin_url,
    cards,
    link,
    sku_link,
    table,
    time_cell,
    units,
)
from orderflow_bridge.sales.admin import order_page
from orderflow_bridge.sales.models import OrderAddress, Shipment


@admin.register(Shipment)
class ShipmentAdmin(RecordAdmin):
    """Sales → Shipments."""

    missing_text = gettext_lazy("This shipment no longer exists.")
    list_display: tuple[str, ...] = (
        "increment_id",
        "ship_date",
        "order_link",
        "order_date",
        "ship_to",
        "quantity",
        "source_code",
        "tracking_numbers",
    )
    list_display_links = ("increment_id",)
    list_select_related = ("order", "despatch")
    filters: Sequence[Filter] = (
        Text("increment_id", gettext_lazy("Shipment #"), lookup="startswith"),
        Text("order__increment_id", gettext_lazy("Order #"), "order", lookup="startswith"),
        Text(
            "tracks__track_number", gettext_lazy("Tracking Number"), "tracking", lookup="startswith"
        ),
        Text("source_code", gettext_lazy("Source"), lookup="startswith"),
        yes_or_no(
            "email_sent",
            gettext_lazy("Customer E-mail"),
            yes=gettext_lazy("Sent"),
            no=gettext_lazy("Not sent"),
            match=lambda: Q(email_sent=True),
        ),
        DateRange("created_at", gettext_lazy("Ship Date"), "created"),
    )
    search_fields = ("increment_id", "order__increment_id", "tracks__track_number")
    search_help_text = gettext_lazy("Shipment, order or tracking number")
    empty_title = gettext_lazy("No shipments yet")
    empty_text = gettext_lazy(
        "A shipment is made when OrderFlow's despatch message has been processed:"
        " see OrderFlow Imports → Requests."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        """Read addresses and parcels along."""
        return super().get_queryset(request).prefetch_related("order__addresses", "tracks")

    ship_date = column(gettext_lazy("Ship Date"), "created_at", time_cell)

    @admin.display(description=gettext_lazy("Order"), ordering="order__increment_id")
    def order_link(self, shipment: Shipment) -> Any:
        """Lead to the order."""
        url = admin_url("sales_order_change", shipment.order_id)
        return link(shipment.order.increment_id, url)

    order_date = column(gettext_lazy("Order Date"), "order.created_at", time_cell)

    @admin.display(description=gettext_lazy("Ship-to Name"))
    def ship_to(self, shipment: Shipment) -> str:
        """Show who receives."""
        address = order_page.address_of(shipment.order, OrderAddress.Type.SHIPPING)
        return order_page.person(address)

    quantity = column(gettext_lazy("Total Quantity"), "total_qty", units)
    tracking_numbers = column(
        gettext_lazy("Tracking"), lambda shipment: order_page.tracking(shipment.tracks.all())
    )

    def record_title(self, record: Shipment) -> str:
        """Return "Shipment #000000003"."""
        return _("Shipment #%(number)s") % {"number": record.increment_id}

    def buttons(self, request: HttpRequest, record: Shipment) -> list[Button]:
        """Lead to the message that made the shipment."""
        request_id = record.despatch.request_id if record.despatch else None
        url = admin_url("imports_importrequest_change", request_id) if request_id else ""
        offered = super().buttons(request, record)
        return (
            [*offered, Button(_("View Message"), f"{url}#request-body", "mail")] if url else offered
        )

    def sections(self, request: HttpRequest, record: Shipment) -> list[Section]:
        """Return what was shipped, where to, how, and why."""
        details = [
            (_("Shipment"), record.increment_id),
            (_("Order"), self.order_link(record)),
            (_("Ship Date"), time_cell(record.created_at)),
            (_("Despatched"), time_cell(record.despatched_at)),
            (_("Ship-to Name"), self.ship_to(record)),
            (_("Source"), record.source_code),
            (_("Total Quantity"), units(record.total_qty)),
            (_("Customer E-mail"), _("Sent") if record.email_sent else _("Not sent")),
            (_("OrderFlow Message"), order_page.despatch_link(record)),
        ]
        return [
            cards("information", _("Information"), Card(_("Shipment Details"), details)),
            _items(record),
            _tracks(record),
            _comments(record),
        ]


def _items(shipment: Shipment) -> Section:
    rows = [(item.name, sku_link(item.sku), units(item.qty)) for item in shipment.items.all()]
    return table("items", _("Items Shipped"), Table((_("Product"), "SKU", _("Qty Shipped")), rows))


def _tracks(shipment: Shipment) -> Section:
    rows = [
        (one.title, order_page.track_number(one), one.carrier_code, one.description)
        for one in shipment.tracks.all()
    ]
    columns = (_("Courier"), _("Tracking Number"), _("Carrier"), _("Description"))
    empty = _("OrderFlow sent no tracking number.")
    return table("tracks", _("Tracking"), Table(columns, rows, empty=empty))


def _comments(shipment: Shipment) -> Section:
    rows = [
        (time_cell(one.created_at), one.comment, _("Yes") if one.is_visible_on_front else _("No"))
        for one in shipment.comments.order_by("id")
    ]
    columns = (_("Date"), _("Comment"), _("Visible to Customer"))
    return table("comments", _("Comments"), Table(columns, rows, empty=_("There are no comments.")))
