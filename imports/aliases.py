"""Which product a SKU of OrderFlow's stands for, where the shop calls it otherwise."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef

from imports.models import SkuAlias
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.memory import Memory

Aliases = Mapping[str, str]
"""The products' SKUs by the keys of the aliases."""

aliases_read = Memory(seconds=5.0)
forget = aliases_read.forget


def sku_aliases() -> Aliases:
    """Return the aliases in force: a product that has such a SKU itself comes before any.

    Read from memory for some seconds, so that it costs no statement per batch. A line that comes
    before an alias is known here waits, and is applied by the next run.
    """
    known: Aliases | None = aliases_read.get(sku_aliases)
    if known is None:
        own = Product.objects.filter(sku_key=OuterRef("sku_key"))
        rows = SkuAlias.objects.exclude(Exists(own)).order_by()
        known = dict(rows.values_list("sku_key", "product__sku"))
        aliases_read.keep(sku_aliases, known)
    return known
