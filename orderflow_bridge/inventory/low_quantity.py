"""From how few units on a source item counts as low: what a shop asks for, kept and given back.

Nobody is written to because of it: the problem *Oversold*, stock reports and `stockItems/lowStock`
tell what is low.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from orderflow_bridge.common.exceptions import InputRefused, ItemError
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.inventory.models import LowQuantity, SourceItem

# Magento's own, where nobody says otherwise (notify_stock_qty).
DEFAULT = Decimal(1)
_LARGEST = Decimal(99_999_999)


class Threshold(NamedTuple):
    """The units of a product at a source from which on it is low; None follows the default."""

    source_code: str
    sku: str
    qty: Decimal | None


def threshold_of(source_code: str, sku: str) -> Threshold:
    """Return the threshold of a source item. Raises InputRefused if there is no such item."""
    item = _items([(source_code, sku)]).get((source_code, sku_key(sku)))
    if item is None:
        raise InputRefused([], "Wrong input data")
    found = LowQuantity.objects.filter(source_item=item).first()
    return Threshold(item.source_id, item.product.sku, found.qty if found else DEFAULT)


@transaction.atomic
def save_thresholds(thresholds: Sequence[Threshold]) -> None:
    """Write thresholds, all or none. Raises InputRefused, naming each that cannot be written."""
    items = _items([(each.source_code, each.sku) for each in thresholds])
    errors = []
    for place, each in enumerate(thresholds):
        if (each.source_code, sku_key(each.sku)) not in items:
            error = ItemError(
                'The source item of "%sku" at "%source" does not exist.',
                {"sku": each.sku, "source": each.source_code},
            )
            errors.append(error.at(place))
        elif each.qty is not None and not 0 <= each.qty <= _LARGEST:
            errors.append(ItemError('"%field" should be numeric.', {"field": "notify_stock_qty"}))
    if errors or not thresholds:
        raise InputRefused(errors, "Validation Failed" if errors else "Input data is empty")
    for each in thresholds:
        LowQuantity.objects.update_or_create(
            source_item=items[each.source_code, sku_key(each.sku)], defaults={"qty": each.qty}
        )


@transaction.atomic
def remove_thresholds(places: Sequence[tuple[str, str]]) -> None:
    """Let source items, by source code and SKU, follow the default. Raises InputRefused."""
    if not places:
        raise InputRefused([], "Input data is empty")
    LowQuantity.objects.filter(source_item__in=_items(places).values()).delete()


def _items(places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], SourceItem]:
    """Return source items by source code and the key of the SKU: one query."""
    wanted = {(source_code, sku_key(sku)) for source_code, sku in places}
    found = SourceItem.objects.filter(
        source__in={source_code for source_code, _ in wanted},
        product__sku_key__any_of=[key for _, key in wanted],
    ).select_related("product")
    by_place = {(each.source_id, each.product.sku_key): each for each in found}
    return {place: each for place, each in by_place.items() if place in wanted}
