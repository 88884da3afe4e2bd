"""A shop with many orders, for benchmarks.order_lists."""

import os
from datetime import timedelta
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

# As on the server: the loaded application is out of the garbage collector's rounds.
import orderflow_bridge.wsgi  # noqa: E402, F401
from orderflow_bridge.access.services import grant_token  # noqa: E402
from orderflow_bridge.catalog.models import Product  # noqa: E402
from orderflow_bridge.documents.orders import orders_with_parts  # noqa: E402
from orderflow_bridge.sales.models import (  # noqa: E402
    Order,
    OrderAddress,
    OrderItem,
    OrderPayment,
    OrderStatusHistory,
)
from orderflow_bridge.stores.models import Store, StoreGroup, Website  # noqa: E402

_BATCH = 2_000
_ROWS = 3
_TOWN = {
    "firstname": "Veronica",
    "lastname": "Costello",
    "street": "6146 Honey Bluff Parkway\nBack door",
    "city": "Calder",
    "region": "Michigan",
    "postcode": "49628-7978",
    "country_id": "US",
    "telephone": "(555) 229-3326",
}


class OrderShop:
    """Orders of three rows and a variant's two, with addresses, payment and history."""

    def __init__(self, orders: int) -> None:
        call_command("migrate", verbosity=0)
        website = Website.objects.create(code="bench", name="Bench")
        group = StoreGroup.objects.create(website=website, code="bench", name="Bench")
        self.store = Store.objects.create(website=website, group=group, code="bench", name="Bench")
        self.products = [
            Product.objects.create(sku=f"SKU-{number}", name=f"Product {number}", price=10)
            for number in range(20)
        ]
        for start in range(0, orders, _BATCH):
            self._fill(start, min(_BATCH, orders - start))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        user = User.objects.create_superuser("bench")
        self.client = Client(headers={"Authorization": f"Bearer {grant_token(user)}"})
        self.last = Order.objects.latest("pk").pk

    def read_page(self, number: int, size: int) -> int:
        """Read a page by REST; return how many bytes the answer has."""
        query: dict[str, str | int] = {
            "searchCriteria[filter_groups][0][filters][0][field]": "status",
            "searchCriteria[filter_groups][0][filters][0][value]": "processing",
            "searchCriteria[sortOrders][0][field]": "entity_id",
            "searchCriteria[sortOrders][0][direction]": "DESC",
            "searchCriteria[pageSize]": size,
            "searchCriteria[currentPage]": number + 1,
        }
        answer = self.client.get("/rest/V1/orders", query)
        assert answer.status_code == 200, answer.content
        assert answer.content.count(b'"increment_id"') == size
        return len(answer.content)

    def run_queries(self, number: int, size: int) -> None:
        """Read the same rows and make nothing of them."""
        orders = Order.objects.filter(status="processing").order_by("-pk")
        list(orders_with_parts(orders)[number * size : (number + 1) * size])

    def _fill(self, start: int, count: int) -> None:
        now = timezone.now()
        orders = Order.objects.bulk_create(
            Order(
                increment_id=f"{number:09d}", store=self.store, website=self.store.website,
                state="processing", status="processing", customer_email="v@example.com",
                customer_firstname="Veronica", customer_lastname="Costello",
                shipping_method="flatrate_flatrate", shipping_description="Flat Rate - Fixed",
                subtotal=50, grand_total=55, base_grand_total=55, shipping_amount=5,
                total_qty_ordered=5, created_at=now - timedelta(seconds=number),
                extra={"customer_id": number, "remote_ip": "10.0.0.1"},
            )
            for number in range(start, start + count)
        )  # fmt: skip
        parents = OrderItem.objects.bulk_create(
            self._row(order, position) for order in orders for position in range(_ROWS + 1)
        )
        OrderItem.objects.bulk_create(
            self._row(parent.order, _ROWS, parent)
            for position, parent in enumerate(parents)
            if position % (_ROWS + 1) == _ROWS
        )
        OrderAddress.objects.bulk_create(
            OrderAddress(order=order, address_type=kind, **_TOWN)
            for order in orders
            for kind in OrderAddress.Type
        )
        OrderPayment.objects.bulk_create(
            OrderPayment(order=order, method="checkmo", title="Check", amount_ordered=55)
            for order in orders
        )
        OrderStatusHistory.objects.bulk_create(
            OrderStatusHistory(order=order, status="processing", comment=comment)
            for order in orders
            for comment in ("Order placed.", "")
        )

    def _row(self, order: Order, position: int, parent: OrderItem | None = None) -> OrderItem:
        product = self.products[(order.pk + position) % len(self.products)]
        is_carrier = position == _ROWS and parent is None
        return OrderItem(
            order=order, parent_item=parent, product=product, sku=product.sku, name=product.name,
            product_type=Product.Type.CONFIGURABLE if is_carrier else Product.Type.SIMPLE,
            qty_ordered=Decimal(1), price=0 if parent else 10, row_total=0 if parent else 10,
            weight=Decimal("1.5"),
        )  # fmt: skip
