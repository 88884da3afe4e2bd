"""A shop with stock, and pushes that empty it."""

from collections.abc import Iterable

from imports.inventory.mass_changes import held_mass_change
from imports.models import MassChange, StockWatch
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_source
from tests.imports.stock import queue


def make_shop(count: int, *, source: str = "default", quantity: int = 7) -> list[str]:
    """Fill a source with products that have stock, counted with sequence id 1; return the SKUs."""
    make_source(source)
    skus = [f"P-{number}" for number in range(count)]
    there = set(Product.objects.values_list("sku", flat=True))
    Product.objects.bulk_create(
        Product(sku=sku, sku_key=sku.lower(), name=sku, price=10)
        for sku in skus
        if sku not in there
    )
    ids = dict(Product.objects.filter(sku__in=skus).values_list("sku", "pk"))
    SourceItem.objects.bulk_create(
        SourceItem(
            product_id=ids[sku],
            source_id=source,
            quantity=quantity,
            status=1,
            last_sequence_id=1,
        )
        for sku in skus
    )
    return skus


def push(
    skus: Iterable[str], quantity: int, sequence_id: int, *, source: str = "default"
) -> Request:
    """Queue one message with the same figure for all of these."""
    return queue(*((sku, quantity, sequence_id, source) for sku in skus))


def configure(**values: int | bool) -> None:
    """Set the limits of a mass change."""
    write_settings(InventoryImport, values)


def in_stock(source: str = "default") -> int:
    """Return how many items of a source have stock."""
    return SourceItem.objects.filter(source=source, quantity__gt=0).count()


def held() -> MassChange:
    """Return the mass change that is held."""
    change = held_mass_change()
    assert change is not None
    return change


def watches() -> dict[str, int]:
    """Return what was counted of each source."""
    return dict(StockWatch.objects.values_list("source_code", "in_stock"))
