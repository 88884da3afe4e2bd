"""The documents OrderFlow imports: products, orders, returns (samples: tests/client/golden)."""

from orderflow_bridge.client.documents.fields import Value
from orderflow_bridge.client.documents.orders import OrderDocument, OrderLine, orders_document
from orderflow_bridge.client.documents.products import (
    ProductDocument,
    ProductOperation,
    products_document,
)
from orderflow_bridge.client.documents.returns import ReturnDocument, returns_document

__all__ = (
    "OrderDocument",
    "OrderLine",
    "ProductDocument",
    "ProductOperation",
    "ReturnDocument",
    "Value",
    "orders_document",
    "products_document",
    "returns_document",
)
