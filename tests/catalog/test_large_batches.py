"""Large batches of new products, which PostgreSQL gets by COPY."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from orderflow_bridge.catalog.changes import ProductChange
from orderflow_bridge.catalog.models import Category, Product
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.common.statements import insert_rows
from tests.factories import make_website

pytestmark = pytest.mark.django_db


def test_a_large_batch_is_saved_like_a_small_one() -> None:
    website, category = make_website(), Category.objects.create(name="Bags")

    verdicts = save_products(
        [
            ProductChange(
                f"A{at}",
                {"name": "One\tof \\ many", "price": at},
                {"color": ["red", 'b"lue']},
                joins=[website.pk],
                category_positions={category.pk: at},
            )
            for at in range(60)
        ]
    )

    products = {product.pk: product for product in Product.objects.all()}
    assert [products[verdict.product_id or 0].sku for verdict in verdicts] == [
        f"A{at}" for at in range(60)
    ]
    last = products[verdicts[-1].product_id or 0]
    assert (last.name, last.price) == ("One\tof \\ many", Decimal(59))
    assert last.custom_attributes == {"color": ["red", 'b"lue']}
    assert last.website_links.get().orderflow_due_at is not None
    assert last.category_links.get().position == 59


def test_a_product_that_somebody_else_creates_meanwhile_is_refused_by_the_database() -> None:
    rows = [Product(sku="A", name="A") for _ in range(30)]

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(rows)

    assert not Product.objects.exists()
