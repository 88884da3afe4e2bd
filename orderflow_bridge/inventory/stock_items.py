"""The stock items of products: Magento has one, with settings and the default source's quantity.

Many at once, for the routes that save one and the bulk calls that save thousands (docs/rest.md).

Each setting has a switch, `use_config_…`: while it is on, the configuration counts, which here is
Magento's default. A value that is given without its switch turns the switch off, so that it counts;
a switch that is given as on takes the value back. `manage_stock` is the product attribute of this
name: a product has it once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from orderflow_bridge.catalog.columns import invalid
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import BridgeError, ItemError
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.statements import update_rows
from orderflow_bridge.inventory.models import DEFAULT_SOURCE, SourceItem, StockSettings
from orderflow_bridge.inventory.quantities import LARGEST, SMALLEST, StockQuantity, save_quantities
from orderflow_bridge.inventory.selectors import CARRIERS, MANAGE_STOCK, managed

Settings = Mapping[str, Any]
"""Values by the setting's name; None follows the configuration."""
# Setting → its switch, and what the configuration says.
CONFIGURED: Mapping[str, tuple[str, Any]] = {
    "min_qty": ("use_config_min_qty", Decimal(0)),
    "min_sale_qty": ("use_config_min_sale_qty", Decimal(1)),
    "max_sale_qty": ("use_config_max_sale_qty", Decimal(10_000)),
    "backorders": ("use_config_backorders", 0),
    "notify_stock_qty": ("use_config_notify_stock_qty", Decimal(1)),
    "qty_increments": ("use_config_qty_increments", Decimal(0)),
    "enable_qty_increments": ("use_config_enable_qty_inc", False),
    MANAGE_STOCK: ("use_config_manage_stock", True),
}
# Settings without a switch.
_OWN = {"is_qty_decimal": False, "is_decimal_divided": False}
_COLUMNS = ("min_qty", "backorders")


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


def settings_in(item: Mapping[str, Any]) -> dict[str, Any] | ItemError:
    """Return what a stock item sets, or what is wrong with the first value that cannot be."""
    wanted: dict[str, Any] = {}
    for name, (switch, configured) in CONFIGURED.items():
        value, is_configured = item.get(name), item.get(switch)
        if is_configured:
            wanted[name] = None
        elif value is not None:
            wanted[name] = value
        elif is_configured is not None:
            wanted[name] = configured
    wanted |= {name: item[name] for name in _OWN if item.get(name) is not None}
    for name, value in wanted.items():
        if isinstance(value, Decimal):
            lowest = -LARGEST if name == "min_qty" else Decimal(0)
            if not lowest <= value <= LARGEST:
                return invalid(name, value)
            wanted[name] = value.quantize(SMALLEST)
        if name == "backorders" and value not in (None, *StockSettings.Backorders.values):
            return invalid(name, value)
    return wanted


def settings_fields(attributes: Mapping[str, Any], stored: Settings) -> dict[str, Any]:
    """Return a stock item's settings and switches; `attributes` are the product's custom ones."""
    fields: dict[str, Any] = {name: stored.get(name, value) for name, value in _OWN.items()}
    set_here = {**stored, MANAGE_STOCK: managed(attributes)}
    for name, (switch, configured) in CONFIGURED.items():
        value = set_here.get(name)
        fields |= {name: configured if value is None else value, switch: value is None}
    return fields


def save_settings(wanted: Mapping[int, Settings], *, counted: Collection[int]) -> None:
    """Write settings by product id, and the status that follows from the quantity there is.

    `counted` are products whose quantity is written afterwards anyway. Must run in a transaction.
    """
    write_settings(wanted)
    moved = [
        pk
        for pk, settings in wanted.items()
        if {"min_qty", "backorders"} & settings.keys() and pk not in counted
    ]
    if moved:
        items = SourceItem.objects.filter(source=DEFAULT_SOURCE, product_id__any_of=moved)
        rows = items.values_list("product__sku", "quantity")
        save_quantities([StockQuantity(sku, DEFAULT_SOURCE, quantity) for sku, quantity in rows])


def write_settings(wanted: Mapping[int, Settings]) -> None:
    """Write settings by product id; those that are not named stay. Must run in a transaction.

    No product becomes Pending: stock is OrderFlow's own business.
    """
    wanted = {pk: settings for pk, settings in sorted(wanted.items()) if settings}
    if not wanted:
        return
    _write_attributes(
        {pk: each[MANAGE_STOCK] for pk, each in wanted.items() if MANAGE_STOCK in each}
    )
    rows = StockSettings.objects.select_for_update().in_bulk(list(wanted))
    changed = []
    for pk, settings in wanted.items():
        others = {name: value for name, value in settings.items() if name != MANAGE_STOCK}
        if others:
            row = rows.get(pk) or StockSettings(product_id=pk)
            _set(row, others)
            changed.append(row)
    StockSettings.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=("product",),
        update_fields=(*_COLUMNS, "others"),
    )


def _quantity(change: StockChange, kept: Mapping[str, Decimal]) -> StockQuantity:
    quantity = change.quantity
    if quantity is None:
        quantity = kept.get(change.sku, Decimal(0))
    status = None if change.is_in_stock is None else int(change.is_in_stock)
    return StockQuantity(change.sku, DEFAULT_SOURCE, quantity.quantize(SMALLEST), status)


def _quantities(skus: Collection[str]) -> dict[str, Decimal]:
    if not skus:
        return {}
    items = SourceItem.objects.filter(source=DEFAULT_SOURCE, product__sku_key__in=skus)
    return dict(items.values_list("product__sku_key", "quantity"))


def _set(row: StockSettings, settings: Settings) -> None:
    others = dict(row.others)
    for name, value in settings.items():
        if name in _COLUMNS:
            setattr(row, name, value)
        elif value is None:
            others.pop(name, None)
        else:
            others[name] = float(value) if isinstance(value, Decimal) else value
    row.others = others


def _write_attributes(wanted: Mapping[int, bool | None]) -> None:
    products: Iterable[Product] = (
        Product.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    )
    changed = []
    for product in products:
        value = wanted[product.pk]
        attributes = {
            code: kept for code, kept in product.custom_attributes.items() if code != MANAGE_STOCK
        }
        if value is not None:
            attributes[MANAGE_STOCK] = str(int(value))
        product.custom_attributes = attributes
        changed.append(product)
    update_rows(changed, "custom_attributes")
