"""Whether and how much can be sold, asked by SKU and stock (docs/rest.md, "Stock")."""

from decimal import Decimal

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import ActionNotAvailable, NoSuchEntity
from orderflow_bridge.inventory.arrangement import find_stock
from orderflow_bridge.inventory.models import Stock
from orderflow_bridge.inventory.selectors import (
    AS_CONFIGURED,
    CARRIERS,
    availabilities,
    counted_products,
    salable_quantity,
    stock_of_website,
    unpromised_units,
)
from orderflow_bridge.stores.models import Website


def salable_quantity_of(sku: str, stock_id: int) -> Decimal:
    """Return how many units of a SKU a stock can still sell.

    Raises NoSuchEntity for an unknown SKU or stock, ActionNotAvailable for a product that holds no
    stock.
    """
    product = _product(sku)
    stock = find_stock(stock_id)
    if product.type_id not in CARRIERS:
        raise ActionNotAvailable(
            "Can't check requested quantity for products without Source Items support."
        )
    return salable_quantity(product, stock)


def is_salable(sku: str, stock_id: int) -> bool:
    """Tell whether a stock can sell a SKU: an enabled product of which something may be sold.

    What stock is not kept of never runs out. Raises NoSuchEntity for an unknown SKU or stock.
    """
    product = _product(sku)
    stock = find_stock(stock_id)
    if product.status != Product.Status.ENABLED:
        return False
    if product.type_id in CARRIERS and counted_products([product.pk]):
        units = unpromised_units(product, stock)
        rules = availabilities([product.pk]).get(product.pk, AS_CONFIGURED)
        return units is not None and units > rules.limit
    return True


def resolve_stock(kind: str, code: str) -> Stock:
    """Return the stock a sales channel sells from. Raises NoSuchEntity: only websites are one."""
    website = Website.objects.filter(code=code).first() if kind == "website" else None
    stock = stock_of_website(website.pk) if website else None
    if stock is None:
        raise NoSuchEntity("No linked stock found")
    return stock


def _product(sku: str) -> Product:
    product: Product | None = Product.objects.filter(sku_key=sku).first()
    if product is None:
        raise NoSuchEntity.product()
    return product
