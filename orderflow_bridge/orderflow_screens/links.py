"""What a page needs to lead to OrderFlow's screens: of many references at once, which are there."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.selectors import by_website
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.page_parts import PageParts
from orderflow_bridge.console.pages import Button
from orderflow_bridge.orderflow_screens.addresses import (
    are_offered,
    arrow,
    inventory_url,
    is_there,
    order_url,
    product_url,
)
from orderflow_bridge.sales.models import Order, Shipment

THERE = Q(orderflow_export_date__isnull=False) | Q(orderflow_export_status=ExportStatus.EXPORTED)


def urls_of_stock(skus: Iterable[str]) -> dict[str, str]:
    """Return the addresses of stock screens by SKU, of products that OrderFlow has; one statement.

    Of several OrderFlow instances the first website's is meant. Nothing is asked without the right.
    """
    wanted = {sku for sku in skus if sku}
    if not wanted or not are_offered():
        return {}
    keys = {sku_key(sku): sku for sku in wanted}
    rows = _there().filter(product__sku_key__in=list(keys))
    first: dict[str, int] = {}
    for key, website_id in rows.values_list("product__sku_key", "website_id"):
        first.setdefault(keys.get(key, key), website_id)
    return {sku: inventory_url(website_id, sku) for sku, website_id in first.items()}


def urls_of_orders(increment_ids: Iterable[str]) -> dict[str, str]:
    """Return the addresses of order screens by number, of orders that OrderFlow has."""
    wanted = {each for each in increment_ids if each}
    if not wanted or not are_offered():
        return {}
    rows = Order.objects.filter(THERE, increment_id__in=wanted)
    return {
        number: order_url(website_id, number)
        for number, website_id in rows.values_list("increment_id", "website_id")
    }


def url_of_order(order: Order) -> str:
    """Return the address of an order's screen; "" while OrderFlow has not got it."""
    return order_url(order.website_id, order.increment_id) if is_there(order) else ""


def url_of_link(link: ProductWebsite) -> str:
    """Return the address of a product's screen in a website's OrderFlow that has it."""
    return product_url(link.website_id, link.product.sku) if is_there(link) else ""


def first_website() -> Subquery:
    """Return, for a query over what has a product, the first website whose OrderFlow has it."""
    rows = _there().filter(product=OuterRef("product_id"))
    return Subquery(rows.values("website_id")[:1])


def stock_arrow(item: Any) -> Any:
    """Return the link of a row that `first_website` was read along with, as `in_orderflow`."""
    return arrow(url_of_stock_row(item), _("the stock of %(sku)s") % {"sku": item.product.sku})


def url_of_stock_row(item: Any) -> str:
    """Return the address of such a row's stock screen, "" while OrderFlow has not got it."""
    return inventory_url(getattr(item, "in_orderflow", None), item.product.sku)


def url_of_quantity(sku: str) -> str:
    """Return the address of the stock screen of a SKU that OrderFlow has sent a figure of.

    The shop need not have it. With several OrderFlows nobody can tell whose figure it was: "".
    """
    places = {
        (account.endpoint, account.organisation, account.channel): website_id
        for website_id, account in by_website(Api).items()
        if account.endpoint
    }
    return inventory_url(next(iter(places.values())), sku) if len(places) == 1 else ""


def order_arrow(shipment: Shipment) -> Any:
    """Return the link of a shipment's order."""
    return arrow(
        url_of_order(shipment.order),
        _("order %(number)s") % {"number": shipment.order.increment_id},
    )


def _order_button(request: HttpRequest, shipment: Shipment) -> Button | None:
    url = url_of_order(shipment.order)
    return Button(_("Order In OrderFlow"), url, "open_in_new") if url else None


SHIPMENT_PARTS = PageParts(
    columns={"orderflow": column("OrderFlow", order_arrow)}, buttons=(_order_button,)
)


def _there() -> QuerySet[ProductWebsite]:
    order = ("website__sort_order", "website_id")
    return ProductWebsite.objects.filter(THERE).order_by(*order)
