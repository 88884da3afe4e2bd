"""Invoicing and shipping an order at its page, whole or by line."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.pages import Button, admin_url, money, unbroken, units
from orderflow_bridge.inventory.selectors import source_choices
from orderflow_bridge.order_desk import services
from orderflow_bridge.order_desk.admin.desk_pages import (
    is_done,
    order_page,
    posted,
    refuse,
    show_form,
)
from orderflow_bridge.order_desk.admin.forms import InvoiceForm, ShipForm, UnitsForm
from orderflow_bridge.order_desk.selectors import why_orderflow_ships
from orderflow_bridge.sales import states
from orderflow_bridge.sales.invoicing import NOT_INVOICEABLE
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.shipping import NOT_SHIPPABLE

MAY_INVOICE = "sales.invoice_order"
MAY_SHIP = "sales.ship_order"
_INVOICED = (
    gettext_lazy("Product"),
    "SKU",
    gettext_lazy("Price"),
    gettext_lazy("Ordered"),
    gettext_lazy("Invoiced"),
    gettext_lazy("Qty to Invoice"),
)
_SHIPPED = (
    gettext_lazy("Product"),
    "SKU",
    gettext_lazy("Ordered"),
    gettext_lazy("Shipped"),
    gettext_lazy("Qty to Ship"),
)
PAID = gettext_lazy("The invoice says that it was paid; no money is moved here.")


def invoice_button(request: HttpRequest, order: Order) -> Button | None:
    """Lead to the new invoice while something can be invoiced, whoever may."""
    is_open = states.can_invoice(order, list(order.items.all()))
    if not is_open or not request.user.has_perm(MAY_INVOICE):
        return None
    return Button(_("Invoice"), admin_url("sales_order_invoice", order.pk), "request_quote")


def ship_button(request: HttpRequest, order: Order) -> Button | None:
    """Lead to the new shipment while something can be shipped, whoever may."""
    is_closed = states.why_not_shippable(order, list(order.items.all()))
    if is_closed or not request.user.has_perm(MAY_SHIP):
        return None
    return Button(_("Ship"), admin_url("sales_order_ship", order.pk), "local_shipping")


def invoice_view(model_admin: RecordAdmin, request: HttpRequest, order: Order) -> HttpResponse:
    """Show the form of a new invoice (GET), or make it (POST)."""
    rows = list(order.items.all())
    form = InvoiceForm(
        states.invoiceable_rows(rows),
        states.to_invoice,
        _("Qty to invoice of %(sku)s"),
        posted(request),
        seen=order.invoices.count(),
    )

    def act() -> None:
        values = form.cleaned_data
        invoice = services.invoice(
            order.pk,
            quantities=form.quantities,
            comment=values["comment"],
            notify=values["notify"],
            seen=values["seen"],
        )
        model_admin.log_change(request, order, f"Invoice {invoice.increment_id} was made.")

    if is_done(form, act):
        messages.success(request, _("The invoice has been created."))
        return HttpResponseRedirect(order_page(order.pk, "invoices"))
    if not states.can_invoice(order, rows):
        return refuse(request, order, _first_refusal(form) or _(NOT_INVOICEABLE))
    lines = [
        (
            (
                row.name,
                unbroken(row.sku),
                money(row.price, order.order_currency_code),
                units(row.qty_ordered),
                units(row.qty_invoiced),
            ),
            field,
        )
        for row, field in form.lines
    ]
    return show_form(
        model_admin,
        request,
        order,
        form,
        title=_("New Invoice for Order #%(number)s") % {"number": order.increment_id},
        submit=_("Submit Invoice"),
        back=order_page(order.pk),
        columns=_INVOICED,
        lines=lines,
        note=PAID,
    )


def ship_view(model_admin: RecordAdmin, request: HttpRequest, order: Order) -> HttpResponse:
    """Show the form of a new shipment (GET), or make it (POST)."""
    rows = list(order.items.all())
    warning = why_orderflow_ships(order)
    form = ShipForm(
        states.shippable_rows(rows),
        states.to_ship,
        _("Qty to ship of %(sku)s"),
        posted(request),
        sources=source_choices(request),
        is_warned=bool(warning),
        seen=order.shipments.count(),
    )
    if is_done(form, lambda: _ship(model_admin, request, order, form)):
        messages.success(request, _("The shipment has been created."))
        return HttpResponseRedirect(order_page(order.pk, "shipments"))
    if why := states.why_not_shippable(order, rows):
        return refuse(
            request, order, _first_refusal(form) or NOT_SHIPPABLE.format(order.increment_id, why)
        )
    lines = [
        ((row.name, unbroken(row.sku), units(row.qty_ordered), units(row.qty_shipped)), field)
        for row, field in form.lines
    ]
    return show_form(
        model_admin,
        request,
        order,
        form,
        title=_("New Shipment for Order #%(number)s") % {"number": order.increment_id},
        submit=_("Submit Shipment"),
        back=order_page(order.pk),
        columns=_SHIPPED,
        lines=lines,
        warning=warning,
    )


def _ship(model_admin: RecordAdmin, request: HttpRequest, order: Order, form: ShipForm) -> None:
    values = form.cleaned_data
    booking = services.ship(
        order.pk,
        quantities=form.quantities,
        source_code=values.get("source_code") or "",
        new_tracks=form.new_tracks,
        comment=values["comment"],
        notify=values["notify"],
        show_comment=values["show_comment"],
        anyway=values.get("anyway") or False,
        seen=values["seen"],
    )
    numbers = order.shipments.filter(pk__in=booking.shipment_ids)
    for number in numbers.values_list("increment_id", flat=True):
        model_admin.log_change(request, order, f"Shipment {number} was made.")


def _first_refusal(form: UnitsForm) -> Any:
    """Return why the act was refused, of a form that was sent."""
    return next(iter(form.non_field_errors()), "") if form.is_bound else ""
