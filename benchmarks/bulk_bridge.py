"""The measured process of benchmarks.bulk: this product, called through its own REST views.

"Bulk" is the whole way: the body is read, checked for rights, stored, answered; then carried out.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
django.setup()

import orjson  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from orderflow_bridge.access.services import grant_token  # noqa: E402
from orderflow_bridge.catalog.models import Product  # noqa: E402
from orderflow_bridge.inventory.models import SourceItem  # noqa: E402
from orderflow_bridge.restapi.bulk.services import process_bulks  # noqa: E402
from orderflow_bridge.restapi.bulk.topics import KINDS  # noqa: E402
from orderflow_bridge.stores.models import Website  # noqa: E402

PER_CALL = 10_000
FEW = 200
TARGETS = {
    "source items in bulk": 10_000,
    "source items, 100 per call": 10_000,
    "new products in bulk": 2_000,
}
_RAW = """
CREATE TEMPORARY TABLE raw_copy (sku text, quantity numeric) ON COMMIT DROP;
CREATE TABLE IF NOT EXISTS raw_item (LIKE inventory_sourceitem INCLUDING ALL)
    WITH (fillfactor = 50);
"""
_RAW_UPDATE = """
UPDATE raw_item i SET quantity = c.quantity, status = (c.quantity > 0)::integer, updated_at = now()
FROM raw_copy c JOIN catalog_product p ON p.sku = c.sku
WHERE i.product_id = p.id AND i.source_code = 'default'
"""
_FILL = """
INSERT INTO raw_item SELECT * FROM inventory_sourceitem
WHERE NOT EXISTS (SELECT FROM raw_item)
"""


class Shop:
    """A REST client in this process."""

    def __init__(self) -> None:
        user = User.objects.create_superuser("bench", "bench@example.com", "bench-12345")
        self._headers = {"Authorization": f"Bearer {grant_token(user)}"}
        self._client = Client()

    def post(self, path: str, body: Any) -> None:
        """Post JSON; anything but success stops the measurement."""
        answer = self._client.post(
            path, orjson.dumps(body), "application/json", headers=self._headers
        )
        if answer.status_code not in (200, 202):
            raise SystemExit(f"{path}: {answer.status_code} {answer.content[:200]!r}")


def main() -> None:
    """Measure and print; exit with 1 when a target is missed."""
    count, rounds = int(sys.argv[1]), int(sys.argv[2])
    call_command("migrate", verbosity=0)
    Website.objects.create(code="base", name="Base", is_default=True)
    shop = Shop()
    results: dict[str, list[float]] = {}
    for number in range(rounds):
        for title, rows, work in _variants(shop, count, number):
            started = time.perf_counter()
            work()
            rate = rows / (time.perf_counter() - started)
            results.setdefault(title, []).append(rate)
            print(f"round {number + 1}: {title:34} {rate:10,.0f}/s", flush=True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    raise SystemExit(_report(results))


def _variants(
    shop: Shop, count: int, number: int
) -> Iterator[tuple[str, int, Callable[[], object]]]:
    skus = [f"R{number}-{at:07d}" for at in range(count)]
    yield "new products in bulk", count, lambda: _bulk(shop, "products", _products(skus, 1))
    yield "changed products in bulk", count, lambda: _bulk(shop, "products", _products(skus, 2))
    few = _products([f"S{number}-{at}" for at in range(FEW)], 1)
    yield "new products one by one, REST", FEW, lambda: _each(shop, "products", few)
    yield "new products one by one, ORM", FEW, lambda: _orm_products(number)
    items = "inventory/source-items"
    yield "source items in bulk", count, lambda: _bulk(shop, items, _items(skus, number + 1))
    yield "source items, 100 per call", count, lambda: _bulk(shop, items, _hundreds(skus, number))
    yield "source items one by one, REST", FEW, lambda: _each(shop, items, _items(skus[:FEW], 5))
    yield "source items one by one, ORM", FEW, lambda: _orm_items(skus[:FEW])
    yield "source items, COPY and one UPDATE", count, lambda: _raw_items(skus, number)


def _products(skus: Sequence[str], price: int) -> list[Any]:
    stock = {"stock_item": {"qty": 5, "is_in_stock": True}}
    return [
        {
            "product": {
                "sku": sku,
                "name": f"Product {sku}",
                "price": price + 0.95,
                "weight": 1.25,
                "type_id": "simple",
                "custom_attributes": [{"attribute_code": "description", "value": "A good thing."}],
                "extension_attributes": stock,
            }
        }
        for sku in skus
    ]


def _item(sku: str, quantity: int) -> dict[str, Any]:
    return {"sku": sku, "source_code": "default", "quantity": quantity, "status": 1}


def _items(skus: Sequence[str], quantity: int) -> list[Any]:
    return [{"sourceItems": [_item(sku, at % 50 + quantity)]} for at, sku in enumerate(skus)]


def _hundreds(skus: Sequence[str], number: int) -> list[Any]:
    return [
        {"sourceItems": [_item(sku, number + 60) for sku in skus[start : start + 100]]}
        for start in range(0, len(skus), 100)
    ]


def _bulk(shop: Shop, path: str, operations: list[Any]) -> None:
    """Send operations in calls of PER_CALL, and carry them out."""
    for start in range(0, len(operations), PER_CALL):
        shop.post(f"/rest/async/bulk/V1/{path}", operations[start : start + PER_CALL])
    done = process_bulks(KINDS)
    if done.failed or done.completed != len(operations):
        raise SystemExit(f"Not everything was carried out: {done}")


def _each(shop: Shop, path: str, operations: list[Any]) -> None:
    for operation in operations:
        shop.post(f"/rest/V1/{path}", operation)


def _orm_products(number: int) -> None:
    website = Website.objects.get()
    for at in range(FEW):
        with transaction.atomic():
            sku = f"O{number}-{at}"
            product = Product.objects.create(sku=sku, name=f"Product {sku}", price=1)
            product.website_links.create(website=website)
            SourceItem.objects.create(product=product, source_id="default", quantity=5, status=1)


def _orm_items(skus: Sequence[str]) -> None:
    for sku in skus:
        item = SourceItem.objects.get(product__sku=sku, source="default")
        item.quantity, item.status = item.quantity + 1, 1
        item.save()


def _raw_items(skus: Sequence[str], number: int) -> None:
    """The least a database can do: the rows are ready in memory, nothing is judged."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RAW)
        cursor.execute(_FILL)
        with cursor.copy("COPY raw_copy FROM STDIN") as copy:
            for at, sku in enumerate(skus):
                copy.write_row((sku, at % 50 + number + 2))
        cursor.execute(_RAW_UPDATE)


def _report(results: dict[str, list[float]]) -> int:
    """Print medians, ratios and verdicts; return the exit status."""
    rates = {title: median(found) for title, found in results.items()}
    print()
    for title, rate in rates.items():
        print(f"{title:34} {rate:10,.0f}/s")
    for bulk, other in (
        ("source items in bulk", "source items, COPY and one UPDATE"),
        ("source items, 100 per call", "source items, COPY and one UPDATE"),
        ("source items in bulk", "source items one by one, REST"),
        ("source items in bulk", "source items one by one, ORM"),
        ("new products in bulk", "new products one by one, REST"),
        ("new products in bulk", "new products one by one, ORM"),
    ):
        ratios = [a / b for a, b in zip(results[bulk], results[other], strict=True)]
        print(f"{bulk} / {other}: {median(ratios):.2f}")
    missed = [title for title, target in TARGETS.items() if rates[title] < target]
    print(f"load of this machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for title, target in TARGETS.items():
        verdict = "MISSED" if title in missed else "reached"
        print(f"{title}: target ≥ {target:,}/s {verdict}")
    return int(bool(missed))


if __name__ == "__main__":
    main()
