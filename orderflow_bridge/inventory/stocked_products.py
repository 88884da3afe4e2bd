"""Products saved from documents, with the stock item inside (docs/rest.md, "Products").

Many at once, for the routes that save one and the bulk calls that save thousands.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from orderflow_bridge.catalog.changes import Verdict
from orderflow_bridge.catalog.columns import invalid
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.reading import product_change
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.documents.input_errors import ItemError
from orderflow_bridge.inventory.models import DEFAULT_SOURCE, SourceItem
from orderflow_bridge.inventory.quantities import LARGEST, StockQuantity, save_quantities
from orderflow_bridge.inventory.selectors import CARRIERS
from orderflow_bridge.inventory.stock_settings import Settings, settings_in, write_settings

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


def stock_change(sku: str, item: Mapping[str, Any]) -> StockChange | ItemError:
    """Return what a stock item's document asks for, or what is wrong with it."""
    quantity, settings = item.get("qty"), settings_in(item)
    if isinstance(settings, ItemError):
        return settings
    if quantity is not None and abs(quantity) > LARGEST:
        return invalid("qty", quantity)
    return StockChange(sku, quantity, item.get("is_in_stock"), settings)


@transaction.atomic
def save_documents(
    documents: Sequence[Mapping[str, Any]],
    *,
    skus: Sequence[str | None] | None = None,
    joins: Collection[int] = (),
) -> list[Verdict]:
    """Save the products that can be saved, with their stock; return what became of each.

    `documents` hold the members that were given. `skus`, in the same order, count more than the
    documents' own. `joins` as in `product_change`. A product is saved as a whole or not at all.
    """
    verdicts: dict[int, Verdict] = {}
    changes, stock = {}, {}
    for place, document in enumerate(documents):
        change = product_change(document, sku=skus[place] if skus else None, joins=joins)
        wanted = stock_change(change.sku, _stock_item(document))
        if isinstance(wanted, ItemError):
            verdicts[place] = Verdict(change.sku, item_error=wanted)
        else:
            changes[place], stock[place] = change, wanted
    verdicts |= zip(changes, save_products(list(changes.values())), strict=True)
    save_stock(
        [
            stock[place]._replace(sku=verdict.sku)
            for place, verdict in verdicts.items()
            if verdict.item_error is None
        ]
    )
    return [verdicts[place] for place in range(len(documents))]


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


def _stock_item(document: Mapping[str, Any]) -> Mapping[str, Any]:
    extension: Mapping[str, Any] = document.get("extension_attributes") or {}
    item: Mapping[str, Any] = extension.get("stock_item") or {}
    return item


def _quantities(skus: Collection[str]) -> dict[str, Decimal]:
    if not skus:
        return {}
    items = SourceItem.objects.filter(source=DEFAULT_SOURCE, product__sku_key__in=skus)
    return dict(items.values_list("product__sku_key", "quantity"))
