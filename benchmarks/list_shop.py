"""A shop with many products whose list is read, for benchmarks.products_list and list_exports."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
os.environ.setdefault("BRIDGE_LOG_LEVEL", "ERROR")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

# As on the server: the loaded application is out of the garbage collector's rounds.
import orderflow_bridge.wsgi  # noqa: E402, F401
from benchmarks.file_bridge import product_file  # noqa: E402
from orderflow_bridge.catalog.models import Product  # noqa: E402
from orderflow_bridge.file_transfer.list_exports import work_off_list_exports  # noqa: E402
from orderflow_bridge.file_transfer.models import (  # noqa: E402
    FileImport,
    Kind,
    ListExport,
    ListExportPart,
)
from orderflow_bridge.file_transfer.services import confirm, work_off_files  # noqa: E402
from orderflow_bridge.file_transfer.storage import contents_of, store_file  # noqa: E402
from orderflow_bridge.stores.models import Website  # noqa: E402

LIST = "/admin/catalog/product/"
SMALL = "/admin/inventory/source/"
COLUMNS = "cols=sku&cols=name&cols=price_text&cols=barcode"
_COPY = (
    "COPY (SELECT sku, name, price, barcode FROM catalog_product ORDER BY id DESC) TO STDOUT CSV"
)


class ListShop:
    """Products with stock, a website and one of forty categories each, and who reads their list."""

    def __init__(self, products: int) -> None:
        call_command("migrate", verbosity=0)
        Website.objects.create(code="base", name="Base", is_default=True)
        stored = store_file(Kind.PRODUCTS, "products.csv", [product_file(products)])
        FileImport.objects.filter(pk=stored.pk).update(status=FileImport.Status.CHECKED)
        confirm(FileImport.objects.get(pk=stored.pk))
        work_off_files([stored.pk])
        assert Product.objects.count() == products
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.products = products
        self.user = User.objects.create_superuser("bench")
        self.client = Client()
        self.client.force_login(self.user)

    def read(self, address: str) -> int:
        """Read a page; return how many statements it took."""
        statements = 0

        def count(execute, *call):  # type: ignore[no-untyped-def]
            nonlocal statements
            statements += 1
            return execute(*call)

        with connection.execute_wrapper(count):
            answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return statements

    def sent_at_once(self) -> bytes:
        """Return the list's file as it is sent where a list is short enough."""
        with override_settings(LIST_ROWS_AT_ONCE=self.products):
            return bytes(self.client.get(f"{LIST}download/csv/?{COLUMNS}").getvalue())

    def made_in_background(self) -> bytes:
        """Return the file that a worker makes, as it is kept."""
        export = ListExport.objects.create(
            user=self.user, grid="catalog.product", kind="csv", query=COLUMNS
        )
        work_off_list_exports([export.pk])
        export.refresh_from_db()
        assert export.status == ListExport.Status.DONE, export.failure or export.last_error
        return b"".join(contents_of(ListExportPart.objects.filter(list_export=export)))

    def copied(self) -> bytes:
        """Return the same columns as the database itself writes them, without any admin."""
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            return b"".join(bytes(part) for part in copy)
