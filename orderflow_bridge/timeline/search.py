"""Finding by what one types: numbers, SKUs, message ids, parcels, people, names of products."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Q
from django.db.models.functions import Lower, Substr
from django.utils.translation import gettext as _

from exports.models import ExportLine
from imports.models import ImportLine
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.common.people import are_hidden
from orderflow_bridge.common.skus import spellings
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import CreditMemo, Invoice, Order, Shipment, ShipmentTrack
from orderflow_bridge.sales.selectors import numbered

MOST = 10
LONGEST = 150
SHORTEST = 2
# So many orders of people of one name are looked at for the newest of them.
MOST_LOOKED_AT = 500
_DOCUMENTS: tuple[tuple[Any, str, str, str], ...] = (
    (Shipment, "shipment", gettext_lazy("Shipment %(number)s"), "local_shipping"),
    (Invoice, "invoice", gettext_lazy("Invoice %(number)s"), "request_quote"),
    (CreditMemo, "creditmemo", gettext_lazy("Credit Memo %(number)s"), "undo"),
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
    readers = (_orders, _products, _requests, _documents, _parcels) if name else ()
    return [found for reader in readers for found in reader(name, user)]


def suggest(text: str, user: User) -> list[Found]:
    """Return the orders, products and parcels whose names begin with this text, the orders of
    people who are called so, and the products in whose names it is.
    """
    name, found = _name(text), []
    if name and may_see(user, "sales", "order"):
        orders = Order.objects.filter(increment_id__startswith=name).exclude(increment_id=name)
        found += [_order(one) for one in orders.order_by("increment_id")[:MOST]]
    if name and may_see(user, "catalog", "product"):
        products = Product.objects.filter(sku_key__startswith=name).exclude(sku_key=name)
        found += [_product(one) for one in products.order_by("sku_key")[:MOST]]
    if len(name) >= SHORTEST:
        found += [*_people(name, user), *_named_products(name, user)]
    return found


def remember(text: str, user: User) -> list[Found]:
    """Return the stories of a name that only the histories know."""
    name = _name(text)
    return list(_known_to_histories(name, user)) if name else []


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
    title = _("Order %(number)s") % {"number": order.increment_id}
    return Found(title, order.status_label, url, "receipt_long")


def _products(text: str, user: User) -> Iterator[Found]:
    if may_see(user, "catalog", "product"):
        yield from map(_product, Product.objects.filter(sku_key=text))


def _product(product: Product) -> Found:
    url = story_url("product", product.sku)
    title = _("Product %(sku)s") % {"sku": product.sku}
    return Found(title, product.name, url, "inventory_2")


def _requests(text: str, user: User) -> Iterator[Found]:
    """Yield the messages with this id, or with this one in the log, newest first.

    A requeued one bears its ids again.
    """
    pages = {
        RequestType.IMPORT: ("imports", "importrequest", _("Import Request #%(number)s")),
        RequestType.EXPORT: ("exports", "exportrequest", _("Export Request #%(number)s")),
    }
    found = Request.objects.filter(Q(message_id=text) | Q(correlation_id=text)).order_by("-pk")
    for request in found.defer("lines", "request_body", "response_body")[:MOST]:
        app_label, model_name, name = pages[RequestType(request.type)]
        if may_see(user, app_label, model_name):
            url = admin_url(f"{app_label}_{model_name}_change", request.pk)
            what = f"{request.get_entity_display()} {request.get_operation_display()}".strip()
            yield Found(name % {"number": request.message_id}, what, url, "mail")


def _documents(text: str, user: User) -> Iterator[Found]:
    for model, model_name, name, icon in _DOCUMENTS:
        if may_see(user, "sales", model_name):
            for document in model.objects.filter(increment_id=text).select_related("order"):
                url = admin_url(f"sales_{model_name}_change", document.pk)
                of = _("of order %(number)s") % {"number": document.order.increment_id}
                yield Found(name % {"number": document.increment_id}, of, url, icon)


def _parcels(text: str, user: User) -> Iterator[Found]:
    """Yield the shipments whose tracking numbers begin with the text."""
    is_number = len(text) >= SHORTEST and any(each.isdigit() for each in text)
    if not (is_number and may_see(user, "sales", "shipment")):
        return
    number = Lower(Substr("track_number", 1, LONGEST))
    tracks = ShipmentTrack.objects.alias(number=number).filter(_begins("number", text))
    for track in tracks.select_related("shipment__order")[:MOST]:
        shipment = track.shipment
        url = admin_url("sales_shipment_change", shipment.pk)
        of = _("Shipment %(number)s of order %(order)s") % {
            "number": shipment.increment_id,
            "order": shipment.order.increment_id,
        }
        yield Found(_("Parcel %(number)s") % {"number": track.track_number}, of, url, "package_2")


def _people(text: str, user: User) -> Iterator[Found]:
    """Yield the newest orders of people by name or e-mail, for whoever may see people's data."""
    if are_hidden() or text.isdigit() or not may_see(user, "sales", "order"):
        return
    first, __, last = text.partition(" ")
    wanted = _begins("email", text) | _begins("last", text) | _begins("first", text)
    if last.strip():
        wanted |= _begins("first", first) & _begins("last", last.strip())
    people = {"email": "customer_email", "last": "customer_lastname", "first": "customer_firstname"}
    lower = {name: Lower(column) for name, column in people.items()}
    rows = Order.objects.alias(**lower).filter(wanted).order_by().values_list("pk", flat=True)
    newest = sorted(rows[:MOST_LOOKED_AT], reverse=True)[:MOST]
    for order in Order.objects.filter(pk__in=newest).order_by("-pk"):
        who = f"{order.customer_firstname} {order.customer_lastname}".strip()
        yield replace(_order(order), description=f"{who}, {order.customer_email}".strip(", "))


def _named_products(text: str, user: User) -> Iterator[Found]:
    """Yield the products in whose names all the words are."""
    if not may_see(user, "catalog", "product") or text.isdigit():
        return
    named = Product.objects.order_by("pk")
    for word in text.split():
        named = named.filter(name__icontains=word)
    yield from map(_product, named[:MOST])


def _begins(name: str, text: str) -> Q:
    """Return the condition that a text in small letters begins so, which an index answers."""
    start = text.lower()
    return Q(**{f"{name}__byte_gte": start, f"{name}__byte_lt": f"{start}\U0010ffff"})


def _known_to_histories(text: str, user: User) -> Iterator[Found]:
    """Yield the stories of what no longer exists, or never did, but was sent or received."""
    kinds = (
        (_("Timeline of order %(name)s"), "order", "sales", Entity.SHIPMENT, Entity.ORDER),
        (_("Timeline of product %(name)s"), "product", "catalog", Entity.INVENTORY, Entity.PRODUCT),
    )
    for title, kind, app_label, imported, exported in kinds:
        if not may_see(user, app_label, kind):
            continue
        names = spellings(text) if kind == "product" else {text}
        received = ImportLine.objects.filter(reference__in=names, parent__entity=imported)
        told = ExportLine.objects.filter(reference__in=names, parent__entity=exported)
        if received.order_by().exists() or told.order_by().exists():
            yield Found(
                title % {"name": text},
                _("It does not exist here"),
                story_url(kind, text),
                "history",
            )
