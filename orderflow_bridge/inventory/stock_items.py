"""Writing the stock items of products: Magento has one, which is the default source's.

Many at once, for the routes that save one and the bulk calls that save thousands (docs/rest.md).
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.inventory.models import DEFAULT_SOURCE, SourceItem
from orderflow_bridge.inventory.quantities import StockQuantity, save_quantities
from orderflow_bridge.inventory.selectors import CARRIERS
from orderflow_bridge.inventory.stock_settings import Settings, write_settings

_STEP = Decimal("0.0001")


class StockChange(NamedTuple):
    """What is wanted of a product's stock item; None leaves it as it is."""

    sku: str
    quantity: Decimal | None = None
    is_in_stock: bool | None = None
    settings: Settings = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is wanted."""
        return (self.quantity, self.is_in_stock) == (None, None) and not self.settings

    @property
    def moves_status(self) -> bool:
        """Whether the source item's status may be another one afterwards."""
        is_given = (self.quantity, self.is_in_stock) != (None, None)
        return is_given or bool({"min_qty", "backorders"} & self.settings.keys())


def save_stock(changes: Sequence[StockChange]) -> None:
    """Write settings, and quantities to the default source: Magento's one stock item.

    Without a quantity the present one is kept; without `is_in_stock` it follows from the quantity.
    Types that hold no stock are passed over, as clients send a stock item for every type. The
    quantities must be within `quantities.LARGEST`. No product becomes Pending. Raises BridgeError
    if there is no default source.
    """
    wanted = [change for change in changes if not change.is_empty]
    if not wanted:
        return
    skus = {change.sku for change in wanted}
    found = Product.objects.filter(sku_key__in=skus).order_by()
    products = {
        key: (pk, type_id) for key, pk, type_id in found.values_list("sku_key", "pk", "type_id")
    }
    wanted = [change._replace(sku=sku_key(change.sku)) for change in wanted]
    settings: dict[int, Settings] = {}
    for change in wanted:
        if change.settings and change.sku in products:
            pk = products[change.sku][0]
            settings[pk] = {**settings.get(pk, {}), **change.settings}
    write_settings(settings)
    moved = [
        change
        for change in wanted
        if change.moves_status and change.sku in products and products[change.sku][1] in CARRIERS
    ]
    kept = _quantities({change.sku for change in moved if change.quantity is None})
    quantities = [_quantity(change, kept) for change in moved]
    for verdict in save_quantities(quantities):
        if verdict.item_error:
            raise BridgeError(verdict.item_error.text)


def _quantity(change: StockChange, kept: Mapping[str, Decimal]) -> StockQuantity:
    quantity = change.quantity
    if quantity is None:
        quantity = kept.get(change.sku, Decimal(0))
    status = None if change.is_in_stock is None else int(change.is_in_stock)
    return StockQuantity(change.sku, DEFAULT_SOURCE, quantity.quantize(_STEP), status)


def _quantities(skus: Collection[str]) -> dict[str, Decimal]:
    if not skus:
        return {}
    items = SourceItem.objects.filter(source=DEFAULT_SOURCE, product__sku_key__in=skus)
    return dict(items.values_list("product__sku_key", "quantity"))
