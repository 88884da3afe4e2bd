"""The stock settings of a product row: Magento's columns, and what changes of them."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from orderflow_bridge.common.exceptions import ItemError
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.file_transfer.product_cells import EMPTIED
from orderflow_bridge.file_transfer.stock import quantity_of
from orderflow_bridge.inventory.models import StockSettings
from orderflow_bridge.inventory.selectors import MANAGE_STOCK, managed
from orderflow_bridge.inventory.stock_items import CONFIGURED, Settings, settings_in

# Columns of Magento's files and the settings of a stock item; a switch has the setting's own name.
_NAMES = {
    "out_of_stock_qty": "min_qty",
    "min_cart_qty": "min_sale_qty",
    "max_cart_qty": "max_sale_qty",
    "allow_backorders": "backorders",
    "notify_on_stock_below": "notify_stock_qty",
    "qty_increments": "qty_increments",
    "enable_qty_increments": "enable_qty_increments",
    "manage_stock": MANAGE_STOCK,
}
_OWN = ("is_qty_decimal", "is_decimal_divided")
_SWITCHES = tuple(switch for switch, _ in CONFIGURED.values())
_FLAGS = frozenset((*_SWITCHES, *_OWN, "enable_qty_increments", "manage_stock"))
_YES_NO = {"1": True, "0": False, "yes": True, "no": False}
COLUMNS = (
    tuple(column for name, setting in _NAMES.items() for column in (name, CONFIGURED[setting][0]))
    + _OWN
)


def settings_of(cells: Mapping[str, str]) -> Settings:
    """Return what a row sets; None follows the configuration. Raises ValueError."""
    texts = tuple(cells.get(column, "") for column in COLUMNS)
    return _settings(texts) if any(texts) else {}


@lru_cache(maxsize=256)  # most rows of a file say the same
def _settings(texts: Sequence[str]) -> Settings:
    item: dict[str, Any] = {}
    for column, cell in zip(COLUMNS, texts, strict=True):
        text = cell.strip()
        name = _NAMES.get(column, column)
        if not text:
            continue
        if text == EMPTIED and name in CONFIGURED:
            item[CONFIGURED[name][0]] = True
        else:
            item[name] = _value(column, text)
    settings = settings_in(item)
    if isinstance(settings, ItemError):
        raise ValueError(settings.text)
    return settings


def _value(column: str, text: str) -> Any:
    if column in _FLAGS:
        value = _YES_NO.get(text.lower())
        if value is None:
            raise ValueError(f'{column} "{text[:100]}" is neither 1 nor 0.')
        return value
    number = quantity_of(column, text)
    return int(number) if column == "allow_backorders" and number == int(number) else number


def stored_settings(product_ids: Collection[int]) -> dict[int, Settings]:
    """Return the settings that products have of their own: one query, none for no products."""
    if not product_ids:
        return {}
    rows = StockSettings.objects.filter(product_id__any_of=product_ids)
    return {
        row.product_id: {**row.others, "min_qty": row.min_qty, "backorders": row.backorders}
        for row in rows
    }


def changed_settings(
    wanted: Settings, stored: Settings, attributes: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the settings that a row changes; `attributes` are the product's further ones."""
    there = {**dict.fromkeys(_OWN, False), **stored, MANAGE_STOCK: managed(attributes)}
    return {name: value for name, value in wanted.items() if not _is_same(there.get(name), value)}


def _is_same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return Decimal(str(int(one) if isinstance(one, bool) else one)) == Decimal(
        str(int(other) if isinstance(other, bool) else other)
    )


def setting_cells(stored: Settings, attributes: Mapping[str, Any]) -> list[str]:
    """Return the cells of `COLUMNS`: settings that follow the configuration are empty."""
    there = {**stored, MANAGE_STOCK: managed(attributes)}
    cells = []
    for setting in _NAMES.values():
        value = there.get(setting)
        cells += ["", ""] if value is None else [_text(value), "0"]
    return [*cells, *("1" if there.get(name) else "" for name in _OWN)]


def _text(value: Any) -> str:
    return plain(Decimal(str(int(value) if isinstance(value, bool) else value)))
