"""The admin pages of sales: orders, their statuses, invoices, shipments, credit memos, quotes."""

from orderflow_bridge.carriers.terms import COURIERS, METHODS, count_with
from orderflow_bridge.configuration.transfer.parts import add_part
from orderflow_bridge.console.page_parts import add_parts
from orderflow_bridge.customers.models import Customer
from orderflow_bridge.sales.admin.creditmemo import CreditMemoAdmin
from orderflow_bridge.sales.admin.customer import CUSTOMER_PARTS
from orderflow_bridge.sales.admin.invoice import InvoiceAdmin
from orderflow_bridge.sales.admin.order import OrderAdmin
from orderflow_bridge.sales.admin.order_status import OrderStatusAdmin
from orderflow_bridge.sales.admin.quote import QuoteAdmin
from orderflow_bridge.sales.admin.shipment import ShipmentAdmin
from orderflow_bridge.sales.selectors import couriers_since, methods_since
from orderflow_bridge.sales.status_part import DEFAULT_STATUSES, STATUSES

__all__ = (
    "CreditMemoAdmin",
    "InvoiceAdmin",
    "OrderAdmin",
    "OrderStatusAdmin",
    "QuoteAdmin",
    "ShipmentAdmin",
)

for _part in (STATUSES, DEFAULT_STATUSES):
    add_part(_part)

count_with(COURIERS, couriers_since)
count_with(METHODS, methods_since)
add_parts(Customer, CUSTOMER_PARTS)
