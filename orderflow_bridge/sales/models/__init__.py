"""Orders, what was done with them, and quotes."""

from orderflow_bridge.sales.models.documents import (
    CreditMemo,
    CreditMemoComment,
    CreditMemoItem,
    Despatch,
    Invoice,
    InvoiceComment,
    InvoiceItem,
    Sequence,
    Shipment,
    ShipmentComment,
    ShipmentItem,
    ShipmentTrack,
)
from orderflow_bridge.sales.models.order import (
    DeletedOrder,
    Order,
    OrderAddress,
    OrderItem,
    OrderPayment,
    OrderStatusHistory,
)
from orderflow_bridge.sales.models.quote import Quote, QuoteAddress, QuoteItem

__all__ = (
    "CreditMemo",
    "CreditMemoComment",
    "CreditMemoItem",
    "DeletedOrder",
    "Despatch",
    "Invoice",
    "InvoiceComment",
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
