"""What an order's page shows: the sections of the guide's order view."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from orderflow_bridge.carriers.links import is_web_address
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    badge,
    link,
    money,
    sku_link,
    status_pill,
    table,
    time_cell,
    unbroken,
    units,
)
from orderflow_bridge.sales.models import (
    CreditMemo,
    Invoice,
    Order,
    OrderAddress,
    OrderItem,
    Shipment,
    ShipmentTrack,
)
from orderflow_bridge.sales.states import why_not_for_warehouse
from orderflow_bridge.stores.order_statuses import label_of

STATUS_TONES: Mapping[str, str] = {
    Order.Status.PENDING: "warning",
    Order.Status.PENDING_PAYMENT: "warning",
    Order.Status.PROCESSING: "info",
    Order.Status.COMPLETE: "success",
    Order.Status.CANCELED: "danger",
    Order.Status.HOLDED: "warning",
    Order.Status.FRAUD: "danger",
}


def status_badge(order: Order) -> Any:
    """Return an order's status as a coloured label."""
    return badge(order.status_label, STATUS_TONES.get(order.status, ""))


def export_badge(order: Order) -> Any:
    """Return the export status; one that was never touched is Pending, or "–" if it stays so."""
    never = why_not_for_warehouse(order)
    key = f"sales.order:{order.pk}"
    return status_pill(order.orderflow_export_status, never=never, is_held=order.is_held, key=key)


def person(address: OrderAddress | None) -> str:
    """Return the name on an address."""
    return f"{address.firstname} {address.lastname}".strip() if address else ""


def address_of(order: Order, kind: OrderAddress.Type) -> OrderAddress | None:
    """Return one of an order's (prefetched) addresses."""
    return next((one for one in order.addresses.all() if one.address_type == kind), None)


def information(order: Order) -> Section:
    """Return order, account, addresses, payment, shipping, items and totals."""
    facts = (
        Card(_("Order & Account Information"), _order_facts(order)),
        Card(_("Billing Address"), _address_facts(address_of(order, OrderAddress.Type.BILLING))),
        Card(_("Shipping Address"), _address_facts(address_of(order, OrderAddress.Type.SHIPPING))),
        Card(_("Payment & Shipping Method"), _method_facts(order)),
        Card(_("Order Totals"), _total_facts(order)),
        Card(
            "OrderFlow",
            [
                (_("Export Status"), export_badge(order)),
                (_("Last Exported"), time_cell(order.orderflow_export_date, empty=_("N/A"))),
            ],
        ),
    )
    context = {"cards": facts, "table": _items(order)}
    return Section("information", _("Information"), "bridge/order_information.html", context)


def _items(order: Order) -> Table:
    """Return the rows of the order with what was done to them; variants below their parent."""
    currency = order.order_currency_code
    rows = [
        (
            f"↳ {item.name}" if item.parent_item_id else item.name,
            sku_link(item.sku),
            money(item.price, currency),
            units(item.qty_ordered),
            units(item.qty_invoiced),
            units(item.qty_shipped),
            units(item.qty_refunded),
            units(item.qty_canceled),
            money(item.row_total, currency),
        )
        for item in _in_family_order(order.items.all())
    ]
    columns = (
        _("Product"),
        "SKU",
        _("Price"),
        _("Ordered"),
        _("Invoiced"),
        _("Shipped"),
        _("Refunded"),
        _("Canceled"),
        _("Row Total"),
    )
    return Table(columns, rows, empty=_("This order has no items."))


def invoices(order: Order) -> Section:
    """Return the order's invoices."""
    rows = _rows_of(order, Invoice, "sales_invoice_change")
    columns = (_("Invoice"), _("Invoice Date"), _("Status"), _("Total Quantity"), _("Amount"))
    empty = _("Nothing has been invoiced yet.")
    return table("invoices", _("Invoices"), Table(columns, rows, empty=empty))


def shipments(order: Order) -> Section:
    """Return the order's shipments, with their parcels and the message that made them."""
    found = order.shipments.select_related("despatch").prefetch_related("items", "tracks")
    rows = [
        (
            link(shipment.increment_id, admin_url("sales_shipment_change", shipment.pk)),
            time_cell(shipment.created_at),
            time_cell(shipment.despatched_at),
            unbroken(order.increment_id),
            time_cell(order.created_at),
            person(address_of(order, OrderAddress.Type.SHIPPING)),
            units(shipment.total_qty),
            ", ".join(f"{units(item.qty)} × {item.sku}" for item in shipment.items.all()),
            tracking(shipment.tracks.all()),
            shipment.source_code,
            despatch_link(shipment),
        )
        for shipment in found.order_by("id")
    ]
    columns = (
        _("Shipment"),
        _("Ship Date"),
        _("Despatched"),
        _("Order"),
        _("Order Date"),
        _("Ship-to Name"),
        _("Total Quantity"),
        _("Items"),
        _("Tracking"),
        _("Source"),
        _("OrderFlow Message"),
    )
    empty = _("Nothing has been shipped yet. OrderFlow's despatch messages create shipments.")
    return table("shipments", _("Shipments"), Table(columns, rows, empty=empty))


def creditmemos(order: Order) -> Section:
    """Return what of the order was refunded."""
    rows = _rows_of(order, CreditMemo, "sales_creditmemo_change")
    columns = (_("Credit Memo"), _("Created"), _("Status"), _("Total Quantity"), _("Refunded"))
    empty = _("Nothing has been refunded.")
    return table("creditmemos", _("Credit Memos"), Table(columns, rows, empty=empty))


def _rows_of(order: Order, kind: type[Invoice | CreditMemo], page: str) -> list[tuple[Any, ...]]:
    documents: Iterable[Any] = kind._default_manager.filter(order=order).order_by("id")
    return [
        (
            link(each.increment_id, admin_url(page, each.pk)),
            time_cell(each.created_at),
            each.get_state_display(),
            units(each.total_qty),
            money(each.grand_total, order.order_currency_code),
        )
        for each in documents
    ]


def comments(order: Order) -> Section:
    """Return the order's history, newest first."""
    rows = [
        (
            time_cell(entry.created_at),
            label_of(entry.status),
            entry.comment,
            _("Yes") if entry.is_customer_notified else _("No"),
            _("Yes") if entry.is_visible_on_front else _("No"),
        )
        for entry in order.status_histories.all()
    ]
    columns = (
        _("Date"),
        _("Status"),
        _("Comment"),
        _("Customer Notified"),
        _("Visible to Customer"),
    )
    return table(
        "comments", _("Comments History"), Table(columns, rows, empty=_("There are no comments."))
    )


def tracking(tracks: Iterable[ShipmentTrack]) -> Any:
    """Return tracking numbers with their couriers, each leading to where the parcel is."""
    return format_html_join(", ", "{} {}", ((each.title, track_number(each)) for each in tracks))


def track_number(track: ShipmentTrack) -> Any:
    """Return a tracking number, as a link where the shipping map knows one."""
    url = track.tracking_link if is_web_address(track.tracking_link) else ""
    return link(track.track_number, url)


def despatch_link(shipment: Shipment) -> Any:
    """Return a link to the import that made a shipment; a manual shipment has none."""
    if shipment.despatch is None:
        return ""
    request_id = shipment.despatch.request_id
    url = admin_url("imports_shipmentimport_of_request", request_id) if request_id else ""
    return link(_("Shipment Import #%(number)s") % {"number": shipment.despatch.message_id}, url)


def _order_facts(order: Order) -> list[tuple[str, Any]]:
    store = order.store
    return [
        (_("Order Date"), time_cell(order.created_at)),
        (_("Order Status"), status_badge(order)),
        (_("Purchased From"), f"{store.website.name} / {store.group.name} / {store.name}"),
        (_("Customer Name"), f"{order.customer_firstname} {order.customer_lastname}".strip()),
        (_("Email"), order.customer_email),
        (_("Customer Group"), _("Guest") if order.customer_is_guest else order.customer_group_id),
        (_("Customer Note"), order.customer_note),
    ]


def _address_facts(address: OrderAddress | None) -> list[tuple[str, Any]]:
    if address is None:
        return [(_("Address"), "")]
    town = ", ".join(part for part in (address.city, address.region, address.postcode) if part)
    return [
        (_("Name"), person(address)),
        (_("Company"), address.company),
        (_("Street"), address.street),
        (_("Town"), town),
        (_("Country"), address.country_id),
        (_("Telephone"), address.telephone),
    ]


def _method_facts(order: Order) -> list[tuple[str, Any]]:
    payment = getattr(order, "payment", None)
    return [
        (_("Payment Method"), str(payment) if payment else ""),
        (_("Currency"), order.order_currency_code),
        (_("Shipping Method"), order.shipping_description or order.shipping_method),
        (_("Shipping Amount"), money(order.shipping_amount, order.order_currency_code)),
    ]


def _total_facts(order: Order) -> list[tuple[str, Any]]:
    amounts = (
        (_("Subtotal"), order.subtotal),
        (_("Shipping & Handling"), order.shipping_amount),
        (_("Discount"), order.discount_amount),
        (_("Tax"), order.tax_amount),
        (_("Grand Total"), order.grand_total),
        (_("Total Paid"), order.total_paid),
        (_("Total Refunded"), order.total_refunded),
    )
    return [(label, money(amount, order.order_currency_code)) for label, amount in amounts]


def _in_family_order(rows: Iterable[OrderItem]) -> list[OrderItem]:
    """Sort children directly below their parents."""
    return sorted(
        rows, key=lambda row: (row.parent_item_id or row.pk, bool(row.parent_item_id), row.pk)
    )
