"""Orders, what was done with them, and quotes."""

from orderflow_bridge.sales.models.creditmemo import (
    CreditMemo,
    CreditMemoComment,
    CreditMemoItem,
)
from orderflow_bridge.sales.models.invoice import Invoice, InvoiceItem
from orderflow_bridge.sales.models.order import (
    DeletedOrder,
    Order,
    OrderAddress,
    OrderItem,
    OrderPayment,
    OrderStatusHistory,
)
from orderflow_bridge.sales.models.quote import Quote, QuoteAddress, QuoteItem
from orderflow_bridge.sales.models.sequence import Sequence
from orderflow_bridge.sales.models.shipment import (
    Despatch,
    Shipment,
    ShipmentComment,
    ShipmentItem,
    ShipmentTrack,
)

__all__ = (
    "CreditMemo",
    "CreditMemoComment",
    "CreditMemoItem",
    "DeletedOrder",
    "Despatch",
    "Invoice",
    "InvoiceItem",
    "Order",
    "OrderAddress",
    "OrderItem",
    "OrderPayment",
    "OrderStatusHistory",
    "Quote",
    "QuoteAddress",
    "QuoteItem",
    "Sequence",
    "Shipment",
    "ShipmentComment",
    "ShipmentItem",
    "ShipmentTrack",
)
