"""The measured process of benchmarks.files: this product with a file of products.

Every step is timed from outside: the file as bytes in memory, the database as it is afterwards.
"""

import csv
import io
import os
import sys
import time
from collections.abc import Callable, Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from orderflow_bridge.catalog.models import Product  # noqa: E402
from orderflow_bridge.file_transfer.list_exports import work_off_list_exports  # noqa: E402
from orderflow_bridge.file_transfer.models import FileImport, Kind, ListExport  # noqa: E402
from orderflow_bridge.file_transfer.services import confirm, work_off_files  # noqa: E402
from orderflow_bridge.file_transfer.storage import store_file  # noqa: E402
from orderflow_bridge.inventory.models import SourceItem  # noqa: E402
from orderflow_bridge.stores.models import Website  # noqa: E402

MOST_SECONDS_PER_100_000 = 60.0
_HEADER = (
    "sku", "product_type", "name", "description", "price", "qty", "weight", "status", "visibility",
    "product_websites", "categories", "additional_attributes", "base_image",
)  # fmt: skip
_RAW = """
CREATE TABLE raw_product (LIKE catalog_product INCLUDING ALL);
CREATE TABLE raw_item (LIKE inventory_sourceitem INCLUDING ALL);
CREATE TABLE raw_website (LIKE catalog_productwebsite INCLUDING ALL);
CREATE TABLE raw_category (LIKE catalog_productcategory INCLUDING ALL);
"""


def main() -> None:
    """Measure and print; exit with 1 when the target is missed."""
    count = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    Website.objects.create(code="base", name="Base", is_default=True)
    file = product_file(count)
    print(f"{count:,} products, {len(file) / 1e6:.1f} MB of CSV")
    stored = store_file(Kind.PRODUCTS, "products.csv", [file])
    _timed("dry run of new products", count, lambda: work_off_files([stored.pk]))
    confirm(FileImport.objects.get(pk=stored.pk))
    seconds = _timed("import of new products", count, lambda: work_off_files([stored.pk]))
    assert Product.objects.count() == SourceItem.objects.count() == count
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    raw = _timed("raw COPY of the same four tables", count, _raw_copy)
    again = _imported(file)
    _timed("import of the same file again", count, lambda: work_off_files([again.pk]))
    changed = _imported(product_file(count, price=2))
    _timed("import with every price changed", count, lambda: work_off_files([changed.pk]))
    _export_of_a_list(count)
    per_100_000 = seconds * 100_000 / count
    print(f"import / raw COPY: {raw / seconds:.2f} of its speed")
    is_reached = per_100_000 <= MOST_SECONDS_PER_100_000
    verdict = "reached" if is_reached else "MISSED"
    print(f"100,000 products in {per_100_000:.1f} s   target ≤ 60 s   {verdict}")
    raise SystemExit(not is_reached)


def _export_of_a_list(count: int) -> None:
    """Have the list of products made into a file in the background, and send it at once."""
    user = User.objects.create_superuser("reader")
    client = Client()
    client.force_login(user)
    sent: list[bytes] = []
    address = "/admin/catalog/product/download/csv/?cols=sku&cols=name&cols=price_text"
    with override_settings(LIST_ROWS_AT_ONCE=count):
        direct = _timed(
            "list sent at once", count, lambda: sent.append(client.get(address).getvalue())
        )
    export = ListExport.objects.create(
        user=user, grid="catalog.product", kind="csv", query=address.partition("?")[2]
    )
    made = _timed("list made in the background", count, lambda: work_off_list_exports([export.pk]))
    export.refresh_from_db()
    assert (export.status, export.size) == (ListExport.Status.DONE, len(sent[0]))
    print(f"in the background / at once: {direct / made:.2f} of its speed")


def product_file(count: int, *, price: int = 1) -> bytes:
    """Return a product file as a shop would write it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADER)
    for number in range(count):
        writer.writerow(
            (
                f"SKU-{number:07d}",
                "simple",
                f"Product number {number}",
                f"A good thing, number {number}, of the best quality there is.",
                f"{price + number % 100}.95",
                str(number % 500),
                "1.25",
                "Enabled",
                "Catalog, Search",
                "base",
                f"Default Category/Range {number % 40}",
                f"color=red,barcode={5_000_000_000_000 + number}",
                f"/p/r/product-{number}.jpg",
            )
        )
    return text.getvalue().encode()


def _imported(file: bytes) -> FileImport:
    """Store a file that is confirmed without a dry run."""
    stored = store_file(Kind.PRODUCTS, "products.csv", [file])
    FileImport.objects.filter(pk=stored.pk).update(status=FileImport.Status.CHECKED)
    confirm(stored)
    return stored


def _raw_copy() -> None:
    """Copy what the import wrote into empty tables of the same shape, in one transaction."""
    tables = (
        ("catalog_product", "raw_product"),
        ("inventory_sourceitem", "raw_item"),
        ("catalog_productwebsite", "raw_website"),
        ("catalog_productcategory", "raw_category"),
    )
    with connection.cursor() as cursor:
        cursor.execute(_RAW)
        for ours, raw in tables:
            lines = _dump(cursor, ours)
            with cursor.copy(f"COPY {raw} FROM STDIN") as copy:
                for line in lines:
                    copy.write(line)


def _dump(cursor: object, table: str) -> Iterator[bytes]:
    with connection.cursor() as reader, reader.copy(f"COPY {table} TO STDOUT") as copy:
        rows = list(copy)
    return iter(rows)


def _timed(title: str, rows: int, work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    print(f"{title:36} {seconds:8.2f} s {rows / seconds:10,.0f} rows/s", flush=True)
    return seconds


if __name__ == "__main__":
    main()
