"""Finding by what one types: an order's number, a SKU, a message id, a document's number."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Q
from django.http import HttpRequest
from unfold.dataclasses import SearchResult

from exports.models import ExportLine
from imports.models import ImportLine
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.common.skus import spellings
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import CreditMemo, Invoice, Order, Shipment
from orderflow_bridge.sales.selectors import numbered

MOST = 10
LONGEST = 150
_DOCUMENTS: tuple[tuple[Any, str, str, str], ...] = (
    (Shipment, "shipment", "Shipment", "local_shipping"),
    (Invoice, "invoice", "Invoice", "request_quote"),
    (CreditMemo, "creditmemo", "Credit Memo", "undo"),
)

User = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Found:
    """A page that what was typed leads to."""

    title: str
    description: str
    url: str
    icon: str


def find(text: str, user: User) -> list[Found]:
    """Return the pages of everything that bears exactly this name and that the user may see."""
    name = _name(text)
    readers = (_orders, _products, _requests, _documents) if name else ()
    return [found for reader in readers for found in reader(name, user)]


def suggest(text: str, user: User) -> list[Found]:
    """Return the orders and products whose names begin with this text."""
    name, found = _name(text), []
    if name and may_see(user, "sales", "order"):
        orders = Order.objects.filter(increment_id__startswith=name).exclude(increment_id=name)
        found += [_order(one) for one in orders.order_by("increment_id")[:MOST]]
    if name and may_see(user, "catalog", "product"):
        products = Product.objects.filter(sku_key__startswith=name).exclude(sku_key=name)
        found += [_product(one) for one in products.order_by("sku_key")[:MOST]]
    return found


def remember(text: str, user: User) -> list[Found]:
    """Return the stories of a name that only the histories know."""
    name = _name(text)
    return list(_known_to_histories(name, user)) if name else []


def commands(request: HttpRequest, term: str) -> list[SearchResult]:
    """Return what the search field finds. `term` has lost its capitals; the address has them."""
    text, user = request.GET.get("s", term), request.user
    found = [*find(text, user), *suggest(text, user)] or remember(text, user)
    return [
        SearchResult(title=one.title, description=one.description, link=one.url, icon=one.icon)
        for one in found
    ]


def _name(text: str) -> str:
    """Return what was typed as a name that can be looked up; "" if it cannot be one."""
    name = text.strip()[:LONGEST]
    return "" if "\0" in name else name


def may_see(user: User, app_label: str, model_name: str) -> bool:
    """Tell whether a user may open the pages of a model."""
    rights = (f"{app_label}.{verb}_{model_name}" for verb in ("view", "change"))
    return any(user.has_perm(right) for right in rights)  # type: ignore[union-attr]


def story_url(kind: str, reference: str) -> str:
    """Return the address of a story; `kind` is "order" or "product"."""
    return admin_url(f"timeline_{kind}", reference)


def _orders(text: str, user: User) -> Iterator[Found]:
    if may_see(user, "sales", "order"):
        yield from map(_order, Order.objects.filter(numbered([text])))


def _order(order: Order) -> Found:
    url = f"{admin_url('sales_order_change', order.pk)}#timeline"
    return Found(f"Order {order.increment_id}", order.status_label, url, "receipt_long")


def _products(text: str, user: User) -> Iterator[Found]:
    if may_see(user, "catalog", "product"):
        yield from map(_product, Product.objects.filter(sku_key=text))


def _product(product: Product) -> Found:
    url = story_url("product", product.sku)
    return Found(f"Product {product.sku}", product.name, url, "inventory_2")


def _requests(text: str, user: User) -> Iterator[Found]:
    """Yield the messages with this id, or with this one in the log, newest first.

    A requeued one bears its ids again.
    """
    pages = {
        RequestType.IMPORT: ("imports", "importrequest", "Import Request"),
        RequestType.EXPORT: ("exports", "exportrequest", "Export Request"),
    }
    found = Request.objects.filter(Q(message_id=text) | Q(correlation_id=text)).order_by("-pk")
    for request in found.defer("lines", "request_body", "response_body")[:MOST]:
        app_label, model_name, name = pages[RequestType(request.type)]
        if may_see(user, app_label, model_name):
            url = admin_url(f"{app_label}_{model_name}_change", request.pk)
            what = f"{request.get_entity_display()} {request.get_operation_display()}".strip()
            yield Found(f"{name} #{request.message_id}", what, url, "mail")


def _documents(text: str, user: User) -> Iterator[Found]:
    for model, model_name, name, icon in _DOCUMENTS:
        if may_see(user, "sales", model_name):
            for document in model.objects.filter(increment_id=text).select_related("order"):
                url = admin_url(f"sales_{model_name}_change", document.pk)
                of = f"of order {document.order.increment_id}"
                yield Found(f"{name} {document.increment_id}", of, url, icon)


def _known_to_histories(text: str, user: User) -> Iterator[Found]:
    """Yield the stories of what no longer exists, or never did, but was sent or received."""
    kinds = (
        ("order", "sales", Entity.SHIPMENT, Entity.ORDER),
        ("product", "catalog", Entity.INVENTORY, Entity.PRODUCT),
    )
    for kind, app_label, imported, exported in kinds:
        if not may_see(user, app_label, kind):
            continue
        names = spellings(text) if kind == "product" else {text}
        received = ImportLine.objects.filter(reference__in=names, parent__entity=imported)
        told = ExportLine.objects.filter(reference__in=names, parent__entity=exported)
        if received.order_by().exists() or told.order_by().exists():
            title = f"Timeline of {kind} {text}"
            yield Found(title, "It does not exist here", story_url(kind, text), "history")
