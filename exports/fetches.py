"""OrderFlow fetches a product or an order, which makes it Exported (docs/contract/shop-rules.md).

Only the integration's own fetch counts: the caller must hold the right "OrderFlow Import" itself.
Anybody else's read changes nothing. What is marked is the revision that was read, so a change made
while OrderFlow reads stays Pending and is announced again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson
from django.db.models import QuerySet

from exports.instances import instance_of
from exports.marking import Seen, record_seen
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, PRODUCT_STOCK
from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.configuration.selectors import order_export, product_export
from orderflow_bridge.documents.orders import order_fields, orders_with_parts
from orderflow_bridge.documents.records import Document
from orderflow_bridge.documents.stock import product_documents
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.unannounced import notice_once_read
from orderflow_bridge.stores.selectors import website_of_store

ORDERS_DISABLED = (
    "Order exports are currently disabled. Please review your OrderFlow module configuration."
)


@dataclass(frozen=True)
class Fetched:
    """What a caller gets: the document, or in its place the reason why not."""

    document: Document
    refusal: str = ""


def fetch_product(
    sku: str, *, caller: Caller, body: bytes = b"", store_code: str | None = None
) -> Fetched:
    """Return a product for a caller, and mark it Exported if the caller is OrderFlow.

    `body` is the message as received. `store_code` is that of the address called: where websites
    have several OrderFlow instances, it tells which of them is asking. Raises NoSuchEntity.
    """
    links = _links_of(sku)
    product = links[0].product if links else _product(sku)
    website_ids = sorted(link.website_id for link in links)
    [document] = product_documents(
        [product], with_stock=caller.may(PRODUCT_STOCK), website_ids={product.pk: website_ids}
    )
    if not is_orderflow(caller):
        return Fetched(document)
    seen = product_seen(product.sku, links, store_code=store_code)
    record_seen(seen, body=body, response=orjson.dumps(document), received_by=caller.username)
    return Fetched(document, seen.failure)


def fetch_order(order_id: int, *, caller: Caller, body: bytes = b"") -> Fetched:
    """Return an order for a caller, and mark it Exported if the caller is OrderFlow.

    With order export switched off the order is answered all the same, but stays as it was, and the
    record says why. Raises NoSuchEntity.
    """
    order = orders_with_parts(Order.objects.filter(pk=order_id)).first()
    if order is None:
        raise NoSuchEntity.any()
    document = order_fields(order)
    if is_orderflow(caller):
        seen = order_seen(order)
        record_seen(
            replace(seen, notices=(order.orderflow_notice, notice_once_read(order))),
            body=body,
            response=orjson.dumps(document),
            received_by=caller.username,
        )
    return Fetched(document)


def is_orderflow(caller: Caller) -> bool:
    """Whether a caller is the integration itself. A superuser's general power is not enough."""
    return ORDERFLOW_IMPORT in caller.rights


def product_seen(
    sku: str, links: Sequence[ProductWebsite], *, store_code: str | None = None
) -> Seen:
    """Return what OrderFlow has seen of a product with these rows, or why it should not have."""
    exported = [link for link in links if product_export(link.website).is_enabled]
    if not exported:
        return Seen(
            Entity.PRODUCT,
            sku,
            failure=f"Product '{sku}' is not in any product export enabled websites",
        )
    concerned = _of_one_instance(exported, store_code)
    return Seen(
        Entity.PRODUCT,
        sku,
        entity_id=concerned[0].product_id,
        revisions={link.pk: link.orderflow_revision for link in concerned},
        website=concerned[0].website,
        is_whole=len(concerned) == len(exported),
    )


def order_seen(order: Order) -> Seen:
    """Return what OrderFlow has seen of an order, or why that does not count."""
    website = order.store.website
    return Seen(
        Entity.ORDER,
        order.increment_id,
        entity_id=order.pk,
        revisions={order.pk: order.orderflow_revision},
        website=website,
        failure="" if order_export(website).is_enabled else ORDERS_DISABLED,
    )


def links_of_product(sku: str) -> "QuerySet[ProductWebsite]":
    """Return a product's rows, in the websites' order, each with the product as it is now.

    One statement reads both, so that the revisions belong to the content.
    """
    return (
        ProductWebsite.objects.filter(product__sku_key=sku)
        .select_related("product", "website")
        .order_by("website__sort_order", "website_id")
    )


def _links_of(sku: str) -> list[ProductWebsite]:
    return list(links_of_product(sku))


def _product(sku: str) -> Product:
    """Return a product that is on no website."""
    product: Product | None = Product.objects.filter(sku_key=sku).first()
    if product is None:
        raise NoSuchEntity.product()
    return product


def _of_one_instance(links: list[ProductWebsite], store_code: str | None) -> list[ProductWebsite]:
    """Return the rows of the instance that is asking: that of the website of the address called.

    All rows, if there is but one instance, or if the address names none of their websites.
    """
    instances = {link.website_id: instance_of(link.website) for link in links}
    if len(set(instances.values())) == 1:
        return links
    asking = instances.get(website_of_store(store_code) or 0)
    return [link for link in links if asking in (None, instances[link.website_id])]
