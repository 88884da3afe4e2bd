"""The columns of each kind of file, for people who make one."""

from collections.abc import Sequence

from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.file_transfer.order_cells import COLUMNS as ORDER_COLUMNS
from orderflow_bridge.file_transfer.stock import COLUMNS as STOCK_COLUMNS
from orderflow_bridge.file_transfer.writing.products import COLUMNS as PRODUCT_COLUMNS

_COLUMNS: dict[str, Sequence[str]] = {
    Kind.PRODUCTS: PRODUCT_COLUMNS,
    Kind.STOCK: STOCK_COLUMNS,
    Kind.ORDERS: ORDER_COLUMNS,
}


def columns_of(kind: str) -> Sequence[str]:
    """Return the columns that an export of this kind writes and an import reads."""
    return _COLUMNS[kind]
