"""This product as a process of its own, which benchmarks.exports asks to export and to select.

Reads one command per line and answers each with one line of JSON: `export N` gives the seconds of a
run over N due products, `select` and `lookup` the seconds of finding 100 due products and of
reading 100 rows by primary key, `explain` the database's plan for the selection.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.utils import timezone  # noqa: E402

from exports.instances import groups_of  # noqa: E402
from exports.selectors import due_queues, next_due  # noqa: E402
from exports.services import run_export  # noqa: E402
from orderflow_bridge.catalog.models import Product, ProductWebsite  # noqa: E402
from orderflow_bridge.common.choices import Entity, Operation  # noqa: E402
from orderflow_bridge.configuration.sections import Api, ProductExport  # noqa: E402
from orderflow_bridge.configuration.services import write_settings  # noqa: E402
from orderflow_bridge.stores.models import Website  # noqa: E402

CHOSEN = 100


def main() -> None:
    """Prepare the database, then serve commands until the input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, required=True)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--parallel", type=int, required=True)
    parser.add_argument("--exports", type=int, required=True)
    arguments = parser.parse_args()
    call_command("migrate", verbosity=0)
    website = Website.objects.get_or_create(code="bench", defaults={"name": "Bench"})[0]
    account = {
        "endpoint": arguments.endpoint, "username": "magento", "password": "secret",
        "organisation": "acme", "channel": "magento", "parallel_calls": arguments.parallel,
    }  # fmt: skip
    write_settings(Api, account, website=website)
    write_settings(ProductExport, {"batch_size": arguments.exports}, website=website)
    _fill(website, arguments.products)
    _answer("ready")
    for command in sys.stdin:
        verb, *numbers = command.split()
        _answer(_COMMANDS[verb](website, *map(int, numbers)))


def _answer(value: object) -> None:
    print(json.dumps(value), flush=True)


def _fill(website: Website, products: int) -> None:
    """Add simple products to the website, all due, as after the first import of a catalogue."""
    Product.objects.create(sku="SKU-0000000", name="Product").websites.add(website)
    with connection.cursor() as cursor:
        number = "lpad(n::text, 7, '0')"
        skus = {"sku": f"'SKU-' || {number}", "sku_key": f"'sku-' || {number}"}
        _repeat(cursor, Product, products - 1, skus)
        cursor.execute(
            "INSERT INTO catalog_productwebsite (product_id, {}) SELECT product.id, {}"
            " FROM catalog_product AS product, catalog_productwebsite AS link"
            " WHERE product.id <> link.product_id".format(*_columns(ProductWebsite, {"product_id"}))
        )
        cursor.execute("VACUUM ANALYZE")


def _repeat(cursor: Any, model: type[Model], count: int, changed: dict[str, str]) -> None:
    """Add copies of a table's only row, with some columns changed."""
    columns, values = _columns(model, set(changed))
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(changed)}, {columns})"
        f" SELECT {', '.join(changed.values())}, {values}"
        f" FROM {model._meta.db_table} AS link, generate_series(1, %s) AS n",
        (count,),
    )


def _columns(model: type[Model], left_out: set[str]) -> tuple[str, str]:
    """Return the names of a table's columns, plain and as those of `link`."""
    names = [
        str(field.column)
        for field in model._meta.concrete_fields
        if not field.primary_key and field.column not in left_out
    ]
    return ", ".join(names), ", ".join(f"link.{name}" for name in names)


def _export(_: Website, count: int) -> float:
    """Run the export once; return its seconds."""
    [group] = groups_of(Entity.PRODUCT)
    started = time.perf_counter()
    done = run_export(Entity.PRODUCT, Operation.CREATE, group)
    seconds = time.perf_counter() - started
    if done.successes != count:
        raise SystemExit(f"Not everything was announced: {done}")
    return seconds


def _select(website: Website) -> float:
    """Find the next 100 due products; return the seconds."""
    now = timezone.now()
    started = time.perf_counter()
    found = next_due(Entity.PRODUCT, Operation.CREATE, (website,), limit=CHOSEN, now=now)
    seconds = time.perf_counter() - started
    if len(found) != CHOSEN:
        raise SystemExit(f"Only {len(found)} products are due.")
    return seconds


def _lookup(_: Website) -> float:
    """Read 100 random rows of the same table by primary key; return the seconds."""
    last = ProductWebsite.objects.order_by("-id").values_list("id", flat=True)[0]
    ids = random.sample(range(last // 2, last), CHOSEN)
    started = time.perf_counter()
    rows = ProductWebsite.objects.filter(pk__in=ids)
    list(rows.values_list("orderflow_due_at", "id", "product_id"))
    return time.perf_counter() - started


def _explain(website: Website) -> str:
    """Return what the database does to find the due products."""
    [queue] = due_queues(Entity.PRODUCT, Operation.CREATE, website, now=timezone.now())
    return str(queue.values_list("id")[:CHOSEN].explain(analyze=True, buffers=True))


_COMMANDS: dict[str, Callable[..., float | str]] = {
    "export": _export, "select": _select, "lookup": _lookup, "explain": _explain,
}  # fmt: skip


if __name__ == "__main__":
    main()
