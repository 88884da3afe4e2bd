"""The measured process of benchmarks.rest: this product, asked through its whole application."""

import os
import time
from collections.abc import Callable, Sequence
from itertools import count
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
from orderflow_bridge.catalog.models import Product, ProductWebsite  # noqa: E402
from orderflow_bridge.documents.products import save_documents  # noqa: E402
from orderflow_bridge.stores.models import Store, StoreGroup, Website  # noqa: E402

BATCH = 1_000
_RAW = """
CREATE TABLE raw_product (LIKE catalog_product INCLUDING ALL);
CREATE TABLE raw_website (LIKE catalog_productwebsite INCLUDING ALL);
"""
_TABLES = (
    ("catalog_product", "raw_product", "id"),
    ("catalog_productwebsite", "raw_website", "product_id"),
)

Documents = Sequence[dict[str, Any]]


class RestShop:
    """A shop with one website that fills with products."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        self.website = Website.objects.create(code="base", name="Base", is_default=True)
        group = StoreGroup.objects.create(website=self.website, code="base", name="Base")
        Store.objects.create(website=self.website, group=group, code="default", name="Default")
        token = grant_token(User.objects.create_superuser("bench"))
        self.client = Client(headers={"Authorization": f"Bearer {token}"})
        self._number = count(1)
        self._newest: Documents = ()
        with connection.cursor() as cursor:
            cursor.execute(_RAW)

    def round(self, products: int, single: int) -> dict[str, float]:
        """Save so many new products in every way; return how many per second."""
        return {
            "ORM, one by one": self._rate(single, self._save_by_orm),
            "POST products, one by one": self._rate(single, self._post_each),
            "save_documents, 1,000 at once": self._rate(products, self._save_together),
            "the same again, nothing changed": self._repeated(products),
            "the same again, every price changed": self._repeated(products, price=7),
            "raw COPY of the same rows": self._copied(products),
        }

    def _rate(self, number: int, save: Callable[[Documents], None]) -> float:
        documents = self._newest = [self._document() for _ in range(number)]
        before = Product.objects.count()
        started = time.perf_counter()
        save(documents)
        seconds = time.perf_counter() - started
        assert Product.objects.count() == before + number, "not all products were saved"
        return number / seconds

    def _document(self) -> dict[str, Any]:
        number = next(self._number)
        attributes = {
            "description": f"A good thing, number {number}, of the best quality there is.",
            "barcode": str(5_000_000_000_000 + number),
            "color": "red",
            "url_key": f"product-{number}",
        }
        return {
            "sku": f"SKU-{number:07d}",
            "name": f"Product number {number}",
            "price": 10 + number % 90,
            "weight": 1.25,
            "type_id": "simple",
            "attribute_set_id": 4,
            "extension_attributes": {"website_ids": [self.website.pk]},
            "custom_attributes": [
                {"attribute_code": code, "value": value} for code, value in attributes.items()
            ],
        }

    def _save_by_orm(self, documents: Documents) -> None:
        for document in documents:
            attributes = {
                each["attribute_code"]: each["value"] for each in document["custom_attributes"]
            }
            with transaction.atomic():
                product = Product.objects.create(
                    sku=document["sku"],
                    name=document["name"],
                    price=document["price"],
                    weight=document["weight"],
                    description=attributes.pop("description"),
                    barcode=attributes.pop("barcode"),
                    custom_attributes=attributes,
                )
                ProductWebsite.objects.create(product=product, website=self.website)

    def _post_each(self, documents: Documents) -> None:
        for document in documents:
            self._post("/rest/V1/products", {"product": document})

    def _save_together(self, documents: Documents) -> None:
        for start in range(0, len(documents), BATCH):
            save_documents(documents[start : start + BATCH])

    def _repeated(self, number: int, **changed: Any) -> float:
        """Save the newest products again."""
        documents = [document | changed for document in self._newest]
        started = time.perf_counter()
        self._save_together(documents)
        return number / (time.perf_counter() - started)

    def _post(self, path: str, body: Any, *, status: int = 200) -> None:
        answer = self.client.post(path, orjson.dumps(body), content_type="application/json")
        assert answer.status_code == status, answer.content[:500]

    def _copied(self, products: int) -> float:
        """Copy the newest rows into empty tables of the same shape: what the server can do."""
        seconds = 0.0
        newest = f"(SELECT id FROM catalog_product ORDER BY id DESC LIMIT {products})"
        for ours, raw, column in _TABLES:
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {raw}")
                query = f"COPY (SELECT * FROM {ours} WHERE {column} IN {newest}) TO STDOUT"
                with cursor.copy(query) as copy:
                    lines = list(copy)
                started = time.perf_counter()
                with cursor.copy(f"COPY {raw} FROM STDIN") as copy:
                    for line in lines:
                        copy.write(line)
                seconds += time.perf_counter() - started
        return products / seconds
