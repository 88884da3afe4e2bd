"""Products saved from documents, with the stock item inside (wire.md §6–7).

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
from orderflow_bridge.inventory.figures import LARGEST, Figure, save_figures
from orderflow_bridge.inventory.models import DEFAULT_SOURCE, SourceItem
from orderflow_bridge.inventory.selectors import CARRIERS

_STEP = Decimal("0.0001")


class StockChange(NamedTuple):
    """What is wanted of a product's stock item; None leaves it as it is."""

    sku: str
    quantity: Decimal | None
    is_in_stock: bool | None


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
    changes = {}
    for place, document in enumerate(documents):
        change = product_change(document, sku=skus[place] if skus else None, joins=joins)
        quantity = _stock_item(document).get("qty")
        if quantity is None or abs(quantity) <= LARGEST:
            changes[place] = change
        else:
            verdicts[place] = Verdict(change.sku, complaint=invalid("qty", quantity))
    verdicts |= zip(changes, save_products(list(changes.values())), strict=True)
    save_stock(
        [
            StockChange(verdict.sku, item.get("qty"), item.get("is_in_stock"))
            for place, verdict in verdicts.items()
            if verdict.complaint is None and (item := _stock_item(documents[place]))
        ]
    )
    return [verdicts[place] for place in range(len(documents))]


def save_stock(changes: Sequence[StockChange]) -> None:
    """Write quantities to the default source, which stands for Magento's one stock item.

    Without a quantity the present one is kept; without `is_in_stock` it follows from the quantity.
    Types that hold no stock are passed over, as clients send a stock item for every type. The
    quantities must be within `figures.LARGEST`. No product becomes Pending. Raises BridgeError if
    there is no default source.
    """
    wanted = [change for change in changes if change[1:] != (None, None)]
    if not wanted:
        return
    skus = {change.sku for change in wanted}
    carriers = Product.objects.filter(sku__in=skus, type_id__in=CARRIERS)
    holding = set(carriers.order_by().values_list("sku", flat=True))
    kept = _quantities({change.sku for change in wanted if change.quantity is None})
    figures = [_figure(change, kept) for change in wanted if change.sku in holding]
    for verdict in save_figures(figures):
        if verdict.complaint:
            raise BridgeError(verdict.complaint.text)


def _figure(change: StockChange, kept: Mapping[str, Decimal]) -> Figure:
    quantity = kept.get(change.sku, Decimal(0)) if change.quantity is None else change.quantity
    status = None if change.is_in_stock is None else int(change.is_in_stock)
    return Figure(change.sku, DEFAULT_SOURCE, quantity.quantize(_STEP), status)


def _stock_item(document: Mapping[str, Any]) -> Mapping[str, Any]:
    extension: Mapping[str, Any] = document.get("extension_attributes") or {}
    item: Mapping[str, Any] = extension.get("stock_item") or {}
    return item


def _quantities(skus: Collection[str]) -> dict[str, Decimal]:
    if not skus:
        return {}
    items = SourceItem.objects.filter(source=DEFAULT_SOURCE, product__sku__in=skus)
    return dict(items.values_list("product__sku", "quantity"))
