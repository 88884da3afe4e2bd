"""Placing the demo orders and quotes; the shop's own services then invoice and ship them."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.numbers import cents
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.demo.sales import ORDERS, QUOTES, SHIPPING_PRICE, Sale
from orderflow_bridge.demo.shop import DEFAULT, Shop
from orderflow_bridge.sales import services
from orderflow_bridge.sales.invoicing import invoice_order
from orderflow_bridge.sales.models import (
    Order,
    OrderAddress,
    OrderItem,
    OrderPayment,
    OrderStatusHistory,
    Quote,
    QuoteItem,
    Sequence,
)
from orderflow_bridge.sales.shipping import ship_order
from orderflow_bridge.stores.models import Store


def order_number(sale: Sale, store: Store) -> str:
    """Return an order's number; views other than the first are prefixed."""
    prefix = "" if sale.store == DEFAULT else str(store.pk)
    return f"{prefix}{sale.number:09d}"


def add_orders(shop: Shop) -> list[Order]:
    """Place the orders whose numbers are free; return them. The counters then stand behind them."""
    added = []
    for sale in ORDERS:
        store = shop.stores[sale.store]
        number = order_number(sale, store)
        if not Order.objects.filter(increment_id=number).exists():
            order = _place(sale, store, number)
            _do(order, sale)
            added.append(order)
        _keep_counter_ahead(store, sale.number)
    return added


def add_quotes(shop: Shop) -> int:
    """Add the quotes, into a shop that has none; return how many."""
    if Quote.objects.exists():
        return 0
    for store, email, rows, is_active in QUOTES:
        changed = timezone.now() - timedelta(hours=2 if is_active else 200)
        quote = Quote.objects.create(
            store=shop.stores[store],
            customer_email=email,
            is_active=is_active,
            reserved_order_id="" if is_active else "000000001",
            currency_code="GBP" if store == "uk" else "USD",
            created_at=changed,
            updated_at=changed,
        )
        for sku, qty in rows:
            product = Product.objects.get(sku_key=sku)
            QuoteItem.objects.create(
                quote=quote,
                product=product,
                sku=sku,
                name=product.name,
                product_type=product.type_id,
                qty=qty,
                price=product.price or 0,
            )
    return len(QUOTES)


def _place(sale: Sale, store: Store, number: str) -> Order:
    placed_at = timezone.now() - timedelta(days=sale.days_ago)
    found = {each.sku_key: each for each in Product.objects.filter(sku_key__in=_skus(sale))}
    products = {sku: found[sku_key(sku)] for sku in _skus(sale)}
    is_virtual = all(product.type_id == "downloadable" for product in products.values())
    subtotal = sum((_row_total(products[sku], qty) for sku, qty, _ in sale.rows), Decimal(0))
    shipping = Decimal(0) if is_virtual else Decimal(SHIPPING_PRICE)
    currency = "GBP" if sale.store == "uk" else "USD"
    order = Order.objects.create(
        increment_id=number,
        store=store,
        is_virtual=is_virtual,
        customer_email=sale.customer.email,
        customer_firstname=sale.customer.firstname,
        customer_lastname=sale.customer.lastname,
        shipping_method="" if is_virtual else "flatrate_flatrate",
        shipping_description="" if is_virtual else "Flat Rate - Fixed",
        order_currency_code=currency,
        base_currency_code=currency,
        subtotal=subtotal,
        subtotal_incl_tax=subtotal,
        shipping_amount=shipping,
        shipping_incl_tax=shipping,
        grand_total=subtotal + shipping,
        base_grand_total=subtotal + shipping,
        total_qty_ordered=sum(qty for _, qty, _ in sale.rows),
        weight=sum((products[sku].weight or Decimal(0)) * qty for sku, qty, _ in sale.rows),
        orderflow_export_status=ExportStatus.EXPORTED if sale.is_exported else ExportStatus.PENDING,
        orderflow_export_date=placed_at + timedelta(minutes=5) if sale.is_exported else None,
        orderflow_due_at=None if sale.is_exported else placed_at,
        created_at=placed_at,
    )
    for sku, qty, parent_sku in sale.rows:
        _add_row(order, products[sku], qty, products.get(parent_sku))
    _add_parties(order, sale)
    return order


def _row_total(product: Product, qty: int) -> Decimal:
    return cents((product.price or Decimal(0)) * qty)


def _skus(sale: Sale) -> set[str]:
    return {sku for own, _, parent in sale.rows for sku in (own, parent) if sku}


def _add_row(order: Order, product: Product, qty: int, parent: Product | None) -> None:
    """Add a row; a variant gets two, both with its SKU, and the parent's row carries the price."""
    priced = {
        "price": product.price or 0,
        "original_price": product.price or 0,
        "price_incl_tax": product.price or 0,
        "row_total": _row_total(product, qty),
        "row_total_incl_tax": _row_total(product, qty),
    }
    carrier = OrderItem.objects.create(
        order=order,
        product=parent or product,
        sku=product.sku,
        name=(parent or product).name,
        product_type=(parent or product).type_id,
        is_virtual=product.type_id == Product.Type.DOWNLOADABLE,
        qty_ordered=qty,
        weight=product.weight,
        created_at=order.created_at,
        **priced,
    )
    if parent:
        OrderItem.objects.create(
            order=order,
            parent_item=carrier,
            product=product,
            sku=product.sku,
            name=product.name,
            qty_ordered=qty,
            weight=product.weight,
            created_at=order.created_at,
        )


def _add_parties(order: Order, sale: Sale) -> None:
    customer = sale.customer
    for kind in OrderAddress.Type:
        OrderAddress.objects.create(
            order=order, address_type=kind, region_code="", **customer._asdict()
        )
    OrderPayment.objects.create(
        order=order, method="checkmo", title="Check / Money order", amount_ordered=order.grand_total
    )
    OrderStatusHistory.objects.create(
        order=order, status=order.status, comment="Order placed.", created_at=order.created_at
    )


def _do(order: Order, sale: Sale) -> None:
    """Do to an order what happened to it."""
    for action in sale.record_actions:
        if action == "invoice":
            invoice_order(order.pk)
        elif action == "ship":
            ship_order(order.pk, tracking_numbers=("1Z999AA10123456784",), title="UPS")
        elif action == "ship-one":
            first = order.items.order_by("id").values_list("pk", flat=True)[0]
            ship_order(order.pk, quantities={first: Decimal(1)})
        elif action == "hold":
            services.hold(order.pk)
        elif action == "cancel":
            services.cancel(order.pk)


def _keep_counter_ahead(store: Store, number: int) -> None:
    """Make sure that the shop's next order does not want a number that is taken."""
    counter, _ = Sequence.objects.get_or_create(document=Sequence.Document.ORDER, store=store)
    if counter.last_value < number:
        counter.last_value = number
        counter.save()
