"""What an order's page shows: the sections of the guide's order view."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html_join

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
    return status_pill(order.orderflow_export_status, never=never, is_held=order.is_held)


def person(address: OrderAddress | None) -> str:
    """Return the name on an address."""
    return f"{address.firstname} {address.lastname}".strip() if address else ""


def address_of(order: Order, kind: OrderAddress.Type) -> OrderAddress | None:
    """Return one of an order's (prefetched) addresses."""
    return next((one for one in order.addresses.all() if one.address_type == kind), None)


def information(order: Order) -> Section:
    """Return order, account, addresses, payment, shipping, items and totals."""
    facts = (
        Card("Order & Account Information", _order_facts(order)),
        Card("Billing Address", _address_facts(address_of(order, OrderAddress.Type.BILLING))),
        Card("Shipping Address", _address_facts(address_of(order, OrderAddress.Type.SHIPPING))),
        Card("Payment & Shipping Method", _method_facts(order)),
        Card("Order Totals", _total_facts(order)),
        Card(
            "OrderFlow",
            [
                ("Export Status", export_badge(order)),
                ("Last Exported", time_cell(order.orderflow_export_date, empty="N/A")),
            ],
        ),
    )
    context = {"cards": facts, "table": _items(order)}
    return Section("information", "Information", "bridge/order_information.html", context)


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
        "Product",
        "SKU",
        "Price",
        "Ordered",
        "Invoiced",
        "Shipped",
        "Refunded",
        "Canceled",
        "Row Total",
    )
    return Table(columns, rows, empty="This order has no items.")


def invoices(order: Order) -> Section:
    """Return the order's invoices."""
    rows = [
        (
            link(invoice.increment_id, admin_url("sales_invoice_change", invoice.pk)),
            time_cell(invoice.created_at),
            invoice.get_state_display(),
            units(invoice.total_qty),
            money(invoice.grand_total, order.order_currency_code),
        )
        for invoice in Invoice.objects.filter(order=order).order_by("id")
    ]
    columns = ("Invoice", "Invoice Date", "Status", "Total Quantity", "Amount")
    empty = "Nothing has been invoiced yet."
    return table("invoices", "Invoices", Table(columns, rows, empty=empty))


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
        "Shipment",
        "Ship Date",
        "Despatched",
        "Order",
        "Order Date",
        "Ship-to Name",
        "Total Quantity",
        "Items",
        "Tracking",
        "Source",
        "OrderFlow Message",
    )
    empty = "Nothing has been shipped yet. OrderFlow's despatch messages create shipments."
    return table("shipments", "Shipments", Table(columns, rows, empty=empty))


def creditmemos(order: Order) -> Section:
    """Return what of the order was refunded."""
    rows = [
        (
            link(memo.increment_id, admin_url("sales_creditmemo_change", memo.pk)),
            time_cell(memo.created_at),
            memo.get_state_display(),
            units(memo.total_qty),
            money(memo.grand_total, order.order_currency_code),
        )
        for memo in CreditMemo.objects.filter(order=order).order_by("id")
    ]
    columns = ("Credit Memo", "Created", "Status", "Total Quantity", "Refunded")
    empty = "Nothing has been refunded."
    return table("creditmemos", "Credit Memos", Table(columns, rows, empty=empty))


def comments(order: Order) -> Section:
    """Return the order's history, newest first."""
    rows = [
        (
            time_cell(entry.created_at),
            label_of(entry.status),
            entry.comment,
            "Yes" if entry.is_customer_notified else "No",
            "Yes" if entry.is_visible_on_front else "No",
        )
        for entry in order.status_histories.all()
    ]
    columns = ("Date", "Status", "Comment", "Customer Notified", "Visible to Customer")
    return table(
        "comments", "Comments History", Table(columns, rows, empty="There are no comments.")
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
    return link(f"Shipment Import #{shipment.despatch.message_id}", url)


def _order_facts(order: Order) -> list[tuple[str, Any]]:
    store = order.store
    return [
        ("Order Date", time_cell(order.created_at)),
        ("Order Status", status_badge(order)),
        ("Purchased From", f"{store.website.name} / {store.group.name} / {store.name}"),
        ("Customer Name", f"{order.customer_firstname} {order.customer_lastname}".strip()),
        ("Email", order.customer_email),
        ("Customer Group", "Guest" if order.customer_is_guest else order.customer_group_id),
        ("Customer Note", order.customer_note),
    ]


def _address_facts(address: OrderAddress | None) -> list[tuple[str, Any]]:
    if address is None:
        return [("Address", "")]
    town = ", ".join(part for part in (address.city, address.region, address.postcode) if part)
    return [
        ("Name", person(address)),
        ("Company", address.company),
        ("Street", address.street),
        ("Town", town),
        ("Country", address.country_id),
        ("Telephone", address.telephone),
    ]


def _method_facts(order: Order) -> list[tuple[str, Any]]:
    payment = getattr(order, "payment", None)
    return [
        ("Payment Method", str(payment) if payment else ""),
        ("Currency", order.order_currency_code),
        ("Shipping Method", order.shipping_description or order.shipping_method),
        ("Shipping Amount", money(order.shipping_amount, order.order_currency_code)),
    ]


def _total_facts(order: Order) -> list[tuple[str, Any]]:
    amounts = (
        ("Subtotal", order.subtotal),
        ("Shipping & Handling", order.shipping_amount),
        ("Discount", order.discount_amount),
        ("Tax", order.tax_amount),
        ("Grand Total", order.grand_total),
        ("Total Paid", order.total_paid),
        ("Total Refunded", order.total_refunded),
    )
    return [(label, money(amount, order.order_currency_code)) for label, amount in amounts]


def _in_family_order(rows: Iterable[OrderItem]) -> list[OrderItem]:
    """Sort children directly below their parents."""
    return sorted(
        rows, key=lambda row: (row.parent_item_id or row.pk, bool(row.parent_item_id), row.pk)
    )
