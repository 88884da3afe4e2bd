"""What plugins add to documents, or change in them, after the mapping."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.client.documents import OrderLine, Value
from orderflow_bridge.plugins.hooks import Hook, taken
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website

_LONGEST_KEY = 100
_LARGEST = 10**20
Values = Mapping[str, Value]


def with_product_values(product: Product, website: Website, values: Values) -> Values:
    """Return a product's values with those of plugins. Raises PluginFailed."""
    for hook in taken("product_document_values"):
        about = f"product {product.sku}"
        answer = hook(about=about, product=product, website=website, values=dict(values))
        values = _merged(hook, about, values, answer)
    return values


def with_order_values(order: Order, website: Website, values: Values) -> Values:
    """Return an order's own values with those of plugins. Raises PluginFailed."""
    for hook in taken("order_document_values"):
        about = f"order {order.increment_id}"
        answer = hook(about=about, order=order, website=website, values=dict(values))
        values = _merged(hook, about, values, answer)
    return values


def with_line_values(
    order: Order, website: Website, lines: Sequence[OrderLine]
) -> Sequence[OrderLine]:
    """Return an order's lines with the values of plugins. Raises PluginFailed."""
    for hook in taken("order_line_values"):
        about = f"order {order.increment_id}"
        answer = hook(about=about, order=order, website=website, lines=tuple(lines))
        if answer is None:
            continue
        if not isinstance(answer, Mapping) or not set(answer) <= set(range(len(lines))):
            raise hook.refuse(about, "It answers something else than values by places of lines.")
        lines = [
            OrderLine(line.sku, _merged(hook, about, line.fields, answer.get(place)))
            for place, line in enumerate(lines)
        ]
    return lines


def _merged(hook: Hook, about: str, values: Values, answer: Any) -> Values:
    """Return the values with a plugin's; None takes a key out. Raises PluginFailed."""
    if answer is None:
        return values
    if not isinstance(answer, Mapping):
        raise hook.refuse(about, "It answers something else than values by keys.")
    for key, value in answer.items():
        _check(hook, about, key, value)
    merged = {**values, **answer}
    return {key: value for key, value in merged.items() if value is not None}


def _check(hook: Hook, about: str, key: Any, value: Any) -> None:
    """Refuse what would not be one line of a document."""
    if not isinstance(key, str):
        raise hook.refuse(about, "It answers a key that is no text.")
    is_plain = key.isprintable() and "=" not in key
    if not key.strip() or not is_plain or len(key) > _LONGEST_KEY:
        raise hook.refuse(about, f"It answers a key that is none: {key[:_LONGEST_KEY]!r}.")
    if value is not None and not isinstance(value, str | int | float | Decimal | bool):
        raise hook.refuse(about, f"It answers a value for {key} that is no text and no number.")
    if isinstance(value, int | float | Decimal) and not _is_number(value):
        raise hook.refuse(about, f"It answers a value for {key} that is no number.")


def _is_number(value: int | float | Decimal) -> bool:
    """Tell whether a document can write a number: with a larger one it would be no document."""
    if isinstance(value, int):
        return abs(value) < _LARGEST
    exact = Decimal(str(value))
    return exact.is_finite() and abs(exact) < _LARGEST
