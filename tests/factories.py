"""Test data: plain functions with sensible defaults. Every value can be given by name.

What a row needs and the test does not care about (a store, a product) is found or made.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

import orjson
from django.contrib.auth.models import Permission, User

from orderflow_bridge.access.rights import SEE_PEOPLE
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.inventory.models import (
    DEFAULT_SOURCE,
    Reservation,
    Source,
    SourceItem,
    Stock,
    StockSourceLink,
)
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order, OrderAddress, OrderItem, Quote, QuoteItem
from orderflow_bridge.stores.models import Store, StoreGroup, Website

_number = count(1)

Number = Decimal | int | float | str


def make_website(**values: Any) -> Website:
    """Make a website; its code is new unless given."""
    number = next(_number)
    defaults = {"code": f"website-{number}", "name": f"Website {number}"}
    return Website.objects.create(**{**defaults, **values})


def make_store(website: Website | None = None, **values: Any) -> Store:
    """Make a store view with a store (group) of its own, on a new website unless given."""
    website = website or make_website()
    number = next(_number)
    group = values.pop("group", None) or StoreGroup.objects.create(
        website=website, code=f"group-{number}", name=f"Store {number}"
    )
    defaults = {"code": f"store-{number}", "name": f"Store View {number}"}
    return Store.objects.create(group=group, website=website, **{**defaults, **values})


def make_product(sku: str = "", **values: Any) -> Product:
    """Make a simple product; its SKU is new unless given."""
    sku = sku or f"SKU-{next(_number)}"
    defaults = {"name": f"Product {sku}", "price": Decimal("10.00")}
    return Product.objects.create(sku=sku, **{**defaults, **values})


def product_of(product: Product | str | None) -> Product:
    """Return a product given as itself, as a SKU (found or made), or not at all (made)."""
    if isinstance(product, Product):
        return product
    return Product.objects.filter(sku_key=product or "").first() or make_product(product or "")


def make_source(source_code: str = DEFAULT_SOURCE, **values: Any) -> Source:
    """Make a source, or change the one that is there: `default` comes with the database."""
    defaults = {"name": source_code.title(), **values}
    return Source.objects.update_or_create(source_code=source_code, defaults=defaults)[0]


def make_stock(
    name: str = "", *, sources: Iterable[str] = (DEFAULT_SOURCE,), websites: Iterable[Website] = ()
) -> Stock:
    """Make a stock that draws from these sources (made when missing), first one first."""
    stock = Stock.objects.get_or_create(name=name or f"Stock {next(_number)}")[0]
    for priority, code in enumerate(sources, start=1):
        source = Source.objects.filter(pk=code).first() or make_source(code)
        StockSourceLink.objects.update_or_create(
            stock=stock, source=source, defaults={"priority": priority}
        )
    stock.websites.add(*websites)
    return stock


def make_source_item(
    product: Product | str | None = None,
    quantity: Number = 0,
    source: str = DEFAULT_SOURCE,
    **values: Any,
) -> SourceItem:
    """Make a stock row; it is in stock when the quantity is above zero."""
    quantity = Decimal(str(quantity))
    if not Source.objects.filter(pk=source).exists():
        make_source(source)
    return SourceItem.objects.create(
        product=product_of(product),
        source_id=source,
        quantity=quantity,
        **{"status": SourceItem.Status(int(quantity > 0)), **values},
    )


def make_reservation(
    product: Product | str | None = None,
    quantity: Number = -1,
    *,
    stock: Stock | None = None,
    order: Order | None = None,
    **values: Any,
) -> Reservation:
    """Make a reservation: minus for a promise, plus for its compensation."""
    return Reservation.objects.create(
        stock=stock or Stock.objects.first() or make_stock(),
        product=product_of(product),
        quantity=Decimal(str(quantity)),
        **{"order_id": order.pk if order else None, "event": "order_placed", **values},
    )


def make_order(
    *,
    items: Sequence[tuple[Product | str, Number]] = (),
    configurables: Sequence[tuple[Product | str, Number]] = (),
    invoiced: bool = True,
    store: Store | None = None,
    **values: Any,
) -> Order:
    """Make an order of simple products (`items`) and of variants (`configurables`): pairs of
    product and quantity. Invoiced, it is processing; otherwise new.

    >>> make_order(items=[("24-MB01", 2)], increment_id="000000005")
    """
    defaults: dict[str, Any] = {
        "increment_id": f"T{next(_number):09d}",
        "state": Order.State.PROCESSING if invoiced else Order.State.NEW,
        "status": Order.Status.PROCESSING if invoiced else Order.Status.PENDING,
        "customer_email": "veronica.costello@example.com",
        "customer_firstname": "Veronica",
        "customer_lastname": "Costello",
    }
    store = store or Store.objects.first() or make_store()
    order = Order.objects.create(store=store, **{**defaults, **values})
    for product, qty in items:
        make_order_item(order, product, qty, invoiced=invoiced)
    for product, qty in configurables:
        make_configurable_item(order, product, qty, invoiced=invoiced)
    return order


def make_order_item(
    order: Order,
    product: Product | str | None = None,
    qty: Number = 1,
    *,
    invoiced: bool = True,
    **values: Any,
) -> OrderItem:
    """Make one row of an order."""
    product = product_of(product)
    units = Decimal(str(qty))
    defaults: dict[str, Any] = {
        "sku": product.sku,
        "name": product.name,
        "product_type": product.type_id,
        "is_virtual": product.type_id in ("virtual", "downloadable"),
        "qty_ordered": units,
        "qty_invoiced": units if invoiced else Decimal(0),
        "price": product.price or Decimal(0),
        "row_total": units * (product.price or Decimal(0)),
        "weight": product.weight,
    }
    return OrderItem.objects.create(order=order, product=product, **{**defaults, **values})


def make_configurable_item(
    order: Order, variant: Product | str | None = None, qty: Number = 1, *, invoiced: bool = True
) -> OrderItem:
    """Make the two rows of a variant, both with its SKU; return the parent row, which carries."""
    variant = product_of(variant)
    parent_product = make_product(
        f"{variant.sku[:50]}-conf-{next(_number)}", type_id=Product.Type.CONFIGURABLE
    )
    parent = make_order_item(order, parent_product, qty, invoiced=invoiced, sku=variant.sku)
    make_order_item(order, variant, qty, invoiced=invoiced, parent_item=parent, price=0)
    return parent


def make_bundle_item(
    order: Order,
    parts: Sequence[tuple[Product | str, Number]],
    qty: Number = 1,
    *,
    ship_separately: bool = False,
    invoiced: bool = True,
) -> OrderItem:
    """Make a bundle's row and its parts' rows (units per bundle); return the bundle's row."""
    bundle = make_product(type_id=Product.Type.BUNDLE)
    parent = make_order_item(order, bundle, qty, invoiced=invoiced, ship_separately=ship_separately)
    for part, units in parts:
        total = Decimal(str(units)) * Decimal(str(qty))
        make_order_item(order, part, total, invoiced=invoiced, parent_item=parent)
    return parent


def make_address(order: Order, **values: Any) -> OrderAddress:
    """Make an order's shipping address, or its billing address with `address_type`."""
    defaults: dict[str, Any] = {
        "address_type": OrderAddress.Type.SHIPPING,
        "firstname": order.customer_firstname,
        "lastname": order.customer_lastname,
        "street": "6146 Honey Bluff Parkway",
        "city": "Calder",
        "region": "Michigan",
        "postcode": "49628-7978",
        "country_id": "US",
        "telephone": "(555) 229-3326",
    }
    return OrderAddress.objects.create(order=order, **{**defaults, **values})


def make_quote(
    *,
    items: Sequence[tuple[Product | str, Number]] = (),
    configurables: Sequence[tuple[Product | str, Number]] = (),
    store: Store | None = None,
    **values: Any,
) -> Quote:
    """Make an active quote. A variant's child row counts one unit per unit of its parent row."""
    store = store or Store.objects.first() or make_store()
    quote = Quote.objects.create(store=store, **values)
    for product, qty in items:
        make_quote_item(quote, product, qty)
    for variant, qty in configurables:
        parent_product = make_product(type_id=Product.Type.CONFIGURABLE)
        parent = make_quote_item(quote, parent_product, qty, sku=product_of(variant).sku)
        make_quote_item(quote, variant, 1, parent_item=parent)
    return quote


def make_quote_item(
    quote: Quote, product: Product | str | None = None, qty: Number = 1, **values: Any
) -> QuoteItem:
    """Make one row of a quote."""
    product = product_of(product)
    defaults: dict[str, Any] = {
        "sku": product.sku,
        "name": product.name,
        "product_type": product.type_id,
        "qty": Decimal(str(qty)),
        "price": product.price or Decimal(0),
    }
    return QuoteItem.objects.create(quote=quote, product=product, **{**defaults, **values})


def make_user(
    username: str = "", *, password: str = "secret-12345", rights: Iterable[str] = (), **values: Any
) -> User:
    """Make a user with these rights, named as Django does: "access.orderflow_import".

    Who has any sees people's data, too, as everybody but OrderFlow's support.
    """
    username = username or f"user-{next(_number)}"
    user = User.objects.create_user(username=username, password=password, **values)
    if wanted := list(rights):
        wanted.append(SEE_PEOPLE)
        codenames = [right.partition(".")[2] for right in wanted]
        found = Permission.objects.filter(codename__in=codenames).select_related("content_type")
        named = {f"{each.content_type.app_label}.{each.codename}": each for each in found}
        user.user_permissions.add(*(named[right] for right in wanted))
    return user


def make_request(
    *,
    entity: Entity = Entity.INVENTORY,
    message_id: str | int | None = None,
    lines: Sequence[Any] = (),
    **values: Any,
) -> Request:
    """Make a waiting import request. Lines are stored as given (imports/inbox.py says how)."""
    text = str(next(_number) if message_id is None else message_id)
    shipment = entity == Entity.SHIPMENT
    defaults: dict[str, Any] = {
        "type": RequestType.IMPORT,
        "operation": Operation.CREATE if shipment else Operation.UPDATE,
        "message_number": int(text) if text.isdecimal() else None,
        "request_body": orjson.dumps(list(lines)),
        "response_body": f"Success - Message {text} Received".encode(),
    }
    return Request.objects.create(
        entity=entity,
        message_id=text,
        lines=list(lines),
        line_count=len(lines),
        **{**defaults, **values},
    )
