"""Adding the demo catalogue: categories, products, variants, stock. What is there stays."""

from decimal import Decimal
from itertools import count

from django.utils import timezone

from orderflow_bridge.catalog.attribute_set import DEFAULT_SET, AttributeSet
from orderflow_bridge.catalog.models import (
    Category,
    Product,
    ProductCategory,
    ProductRelation,
    ProductWebsite,
)
from orderflow_bridge.catalog.services import refresh_export_status
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.demo import goods
from orderflow_bridge.demo.goods import Goods
from orderflow_bridge.demo.shop import Shop
from orderflow_bridge.inventory.models import SourceItem

_STOCKED = (Product.Type.SIMPLE, Product.Type.DOWNLOADABLE)


def add_catalogue(shop: Shop) -> list[Product]:
    """Add what is missing and return the products that were added."""
    categories = _add_categories()
    sets = (AttributeSet(id=number, name=name) for number, name in goods.ATTRIBUTE_SETS.values())
    AttributeSet.objects.bulk_create(sets, ignore_conflicts=True)
    barcodes = (f"50{number:011d}" for number in count(1))
    added = []
    for one in goods.SIMPLE:
        added += _add(one, Product.Type.SIMPLE, shop, categories, next(barcodes))
    for one in goods.DOWNLOADABLE:
        added += _add(one, Product.Type.DOWNLOADABLE, shop, categories, next(barcodes))
    for (sku, name, category), variants in goods.CONFIGURABLE:
        parent = Goods(sku, name, "0", "0", category)
        added += _add(parent, Product.Type.CONFIGURABLE, shop, categories, "")
        for variant_sku, variant_name, price, weight in variants:
            variant = Goods(variant_sku, variant_name, price, weight, category)
            added += _add(variant, Product.Type.SIMPLE, shop, categories, next(barcodes))
            _relate(sku, variant_sku)
    _add_stock(added, shop)
    return added


def _add_categories() -> dict[str, Category]:
    root, _ = Category.objects.get_or_create(name="Default Category", parent=None)
    found: dict[str, Category] = {"": root}
    for position, (name, parent) in enumerate(goods.CATEGORIES):
        found[name], _ = Category.objects.get_or_create(
            name=name, parent=found[parent], defaults={"position": position}
        )
    return found


def _add(
    one: Goods, kind: Product.Type, shop: Shop, categories: dict[str, Category], barcode: str
) -> list[Product]:
    """Add a product; return it alone, or nothing when its SKU is taken."""
    if Product.objects.filter(sku_key=one.sku).exists():
        return []
    is_parent = kind == Product.Type.CONFIGURABLE
    is_variant = kind == Product.Type.SIMPLE and one.category in ("Tops", "Jackets")
    is_exported = one.sku in goods.EXPORTED
    attribute_set_id, _ = goods.ATTRIBUTE_SETS.get(one.category, (DEFAULT_SET, ""))
    product = Product.objects.create(
        sku=one.sku,
        name=one.name,
        type_id=kind,
        attribute_set_id=attribute_set_id,
        price=None if is_parent else Decimal(one.price),
        weight=Decimal(one.weight) or None,
        weight_units="kg" if Decimal(one.weight) else "",
        visibility=Product.Visibility.NOT_VISIBLE if is_variant else Product.Visibility.BOTH,
        description=f"{one.name}. Part of the demo catalogue.",
        barcode=barcode,
        tax_code="standard",
        orderflow_export_status=ExportStatus.EXPORTED if is_exported else ExportStatus.PENDING,
        orderflow_export_date=timezone.now() if is_exported else None,
    )
    ProductCategory.objects.create(product=product, category=categories[one.category])
    ProductWebsite.objects.bulk_create(
        ProductWebsite(
            product=product,
            website=shop.websites[code],
            orderflow_export_status=product.orderflow_export_status,
            orderflow_export_date=product.orderflow_export_date,
        )
        for code in one.websites.split()
    )
    refresh_export_status([product.pk])
    return [product]


def _relate(parent_sku: str, child_sku: str) -> None:
    parent = Product.objects.get(sku_key=parent_sku)
    ProductRelation.objects.get_or_create(
        parent=parent, child=Product.objects.get(sku_key=child_sku)
    )


def _add_stock(products: list[Product], shop: Shop) -> None:
    SourceItem.objects.bulk_create(
        SourceItem(
            product=product,
            source=shop.source,
            quantity=goods.UNITS_IN_STOCK,
            status=SourceItem.Status.IN_STOCK,
        )
        for product in products
        if product.type_id in _STOCKED
    )
