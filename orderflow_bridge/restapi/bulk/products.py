"""Products in bulk: saved together, in a fixed number of statements, with the stock inside."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.db import transaction

from orderflow_bridge.catalog.changes import Verdict
from orderflow_bridge.catalog.media import save_media
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.inventory.stocked_products import save_documents
from orderflow_bridge.restapi.bulk.outcomes import Kind, Outcome, failed
from orderflow_bridge.restapi.bulk.reading import Operations, read
from orderflow_bridge.restapi.products import PRODUCT_BODY
from orderflow_bridge.stores.selectors import website_ids_in_scope

Product = Mapping[str, Any]


def save_products(operations: Operations, store_code: str) -> list[Outcome]:
    """Create or change the products of many calls; answer their ids and SKUs.

    Pictures are files: a call that brings some is done by itself, in its turn.
    """
    outcomes, wishes = read(operations, PRODUCT_BODY, lambda call: call["product"])
    joins = website_ids_in_scope(store_code or None)
    for has_pictures, group in groupby(wishes, lambda place: _pictures(wishes[place]) is not None):
        places = list(group)
        if has_pictures:
            outcomes |= {place: _save_pictured(wishes[place], joins) for place in places}
        else:
            verdicts = save_documents([wishes[place] for place in places], joins=joins)
            outcomes |= zip(places, map(_outcome, verdicts), strict=True)
    return [outcomes[place] for place in range(len(operations))]


def _save_pictured(product: Product, joins: Collection[int]) -> Outcome:
    """Save a product with its pictures, both or neither."""
    try:
        with transaction.atomic():
            [verdict] = save_documents([product], joins=joins)
            if verdict.item_error is None:
                save_media(verdict.sku, _pictures(product) or ())
    except BridgeError as error:
        return failed(str(error))
    return _outcome(verdict)


def _outcome(verdict: Verdict) -> Outcome:
    if verdict.item_error:
        return failed(verdict.item_error.text)
    return Outcome(answer={"id": verdict.product_id, "sku": verdict.sku})


def _pictures(product: Product) -> Sequence[Mapping[str, Any]] | None:
    pictures: Sequence[Mapping[str, Any]] | None = product.get("media_gallery_entries")
    return pictures


_SERVICE = "Magento\\Catalog\\Api\\ProductRepositoryInterface::save"
_TOPIC = "async.magento.catalog.api.productrepositoryinterface.save"
PRODUCTS_KIND = Kind("products", "Products", f"{_TOPIC}.post", _SERVICE, save_products)
PRODUCTS_BY_SKU_KIND = Kind(
    "products_by_sku", "Products by SKU", f"{_TOPIC}.put", _SERVICE, save_products
)
