"""What a customer has ordered, on the customer's page."""

from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common.json_members import JsonNumber
from orderflow_bridge.console.page_parts import PageParts
from orderflow_bridge.console.pages import (
    Section,
    Table,
    badge,
    money,
    order_link,
    status_pill,
    table,
    time_cell,
)
from orderflow_bridge.customers.models import Customer
from orderflow_bridge.customers.services import FIRST_OF_ORDERS
from orderflow_bridge.sales.models import Order

_MOST = 50
_VIEW_ORDERS = "sales.view_order"


def orders_section(request: HttpRequest, customer: Customer) -> Section | None:
    """Return the newest orders of a customer, for whoever may view orders.

    They name the customer by the id. A customer who was made of an order that names none is found
    by the e-mail address of the account instead.
    """
    if not request.user.has_perm(_VIEW_ORDERS):
        return None
    orders = Order.objects.alias(by=JsonNumber("extra", "customer_id"))
    if customer.pk < FIRST_OF_ORDERS:
        orders = orders.filter(by=Decimal(customer.pk))
    else:  # the address is compared by the database: whoever reads may not see it
        email = Customer.objects.filter(pk=customer.pk).values("email")
        orders = orders.filter(
            website=customer.website_id, customer_is_guest=False, customer_email__in=email
        )
    rows = [
        (
            order_link(order.increment_id),
            time_cell(order.created_at),
            badge(order.status_label),
            money(order.grand_total, order.order_currency_code),
            status_pill(order.orderflow_export_status),
        )
        for order in orders.order_by("-pk")[:_MOST]
    ]
    columns = (_("Order #"), _("Purchase Date"), _("Status"), _("Grand Total"), "OrderFlow")
    note = _("The newest %(count)s.") % {"count": _MOST} if len(rows) == _MOST else ""
    content = Table(columns, rows, empty=_("This customer has not ordered yet."), note=note)
    return table("orders", _("Orders"), content)


CUSTOMER_PARTS = PageParts(sections=(orders_section,))
