"""Stock as rows of a file, with the columns that the import reads."""

from collections.abc import Iterator, Sequence

from orderflow_bridge.common.numbers import plain
from orderflow_bridge.file_transfer.stock import COLUMNS
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.stores.models import Website

__all__ = ("COLUMNS", "rows")

_AT_ONCE = 5_000


def rows(website: Website | None) -> Iterator[Sequence[str]]:
    """Yield the source items of a website's products, or all, oldest first."""
    items = SourceItem.objects.order_by("pk")
    if website is not None:
        items = items.filter(product__website_links__website=website)
    last = 0
    names = ("pk", "source_id", "product__sku", "status", "quantity")
    while batch := list(items.filter(pk__gt=last).values_list(*names)[:_AT_ONCE]):
        last = batch[-1][0]
        for _, source_code, sku, status, quantity in batch:
            yield source_code, sku, str(status), plain(quantity)
