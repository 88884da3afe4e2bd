"""The admin pages of sales: orders, invoices, shipments, quotes."""

from orderflow_bridge.sales.admin.invoice import InvoiceAdmin
from orderflow_bridge.sales.admin.order import OrderAdmin
from orderflow_bridge.sales.admin.quote import QuoteAdmin
from orderflow_bridge.sales.admin.shipment import ShipmentAdmin

__all__ = ("InvoiceAdmin", "OrderAdmin", "QuoteAdmin", "ShipmentAdmin")
