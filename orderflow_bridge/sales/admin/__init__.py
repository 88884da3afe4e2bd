"""The admin pages of sales: orders, their statuses, invoices, shipments, credit memos, quotes."""

from orderflow_bridge.sales.admin.creditmemo import CreditMemoAdmin
from orderflow_bridge.sales.admin.invoice import InvoiceAdmin
from orderflow_bridge.sales.admin.order import OrderAdmin
from orderflow_bridge.sales.admin.order_status import OrderStatusAdmin
from orderflow_bridge.sales.admin.quote import QuoteAdmin
from orderflow_bridge.sales.admin.shipment import ShipmentAdmin

__all__ = (
    "CreditMemoAdmin",
    "InvoiceAdmin",
    "OrderAdmin",
    "OrderStatusAdmin",
    "QuoteAdmin",
    "ShipmentAdmin",
)
