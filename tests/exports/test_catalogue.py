"""Exporting the whole catalogue: in batches, to be gone on with by whoever has time."""

import pytest

from exports.catalogue import begin_catalogue, carry_on_with_catalogue
from exports.cron import export_products_create
from exports.models import CatalogueRun
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.exceptions import ExportRefused
from orderflow_bridge.configuration.sections import ProductExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.stores.models import Website
from tests.exports.shop import make_shop, told
from tests.factories import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def website(orderflow) -> Website:
    return make_shop(orderflow)


def make_exported_products(website: Website, count: int) -> list[Product]:
    products = [make_product() for _ in range(count)]
    for product in products:
        product.websites.add(website)
    links = ProductWebsite.objects.filter(product__in=products)
    links.update(orderflow_export_status=ExportStatus.EXPORTED, orderflow_due_at=None)
    return products


def due() -> int:
    return ProductWebsite.objects.filter(
        orderflow_export_status=ExportStatus.PENDING, orderflow_due_at__isnull=False
    ).count()


def test_every_simple_product_becomes_due(website: Website) -> None:
    make_exported_products(website, 5)
    make_product(type_id=Product.Type.VIRTUAL).websites.add(website)
    begin_catalogue(by="boss")

    run = carry_on_with_catalogue(seconds=60)

    assert run is not None
    assert (run.asked_by, run.total, run.done) == ("boss", 5, 5)
    assert run.finished_at is not None
    assert due() == 5


def test_each_batch_is_kept_and_the_next_run_goes_on_from_there(website: Website) -> None:
    make_exported_products(website, 5)
    begin_catalogue(by="boss")

    first = carry_on_with_catalogue(seconds=0, at_once=2)
    after_first = due()
    second = carry_on_with_catalogue(seconds=0, at_once=2)

    assert first is not None
    assert second is not None
    assert (first.done, after_first, second.done, due()) == (2, 2, 4, 4)
    assert second.finished_at is None


def test_nothing_is_done_that_nobody_has_asked_for(website: Website) -> None:
    make_exported_products(website, 1)

    assert carry_on_with_catalogue(seconds=60) is None
    assert due() == 0


def test_one_that_is_under_way_is_not_begun_anew(website: Website) -> None:
    make_exported_products(website, 3)
    begin_catalogue(by="boss")
    carry_on_with_catalogue(seconds=0, at_once=2)

    again = begin_catalogue(by="other")

    assert (again.asked_by, again.done) == ("boss", 2)
    assert CatalogueRun.objects.count() == 1


def test_with_the_product_export_off_it_is_refused(website: Website) -> None:
    write_settings(ProductExport, {"is_enabled": False}, website=website)

    with pytest.raises(ExportRefused, match="Product exports are currently disabled"):
        begin_catalogue(by="boss")

    assert not CatalogueRun.objects.exists()


def test_the_product_export_carries_on_and_announces_what_it_made_due(
    website: Website, orderflow
) -> None:
    products = make_exported_products(website, 3)
    begin_catalogue(by="boss")

    summary = export_products_create()

    assert summary.endswith("Of the catalogue, 3 of 3 products are due now.")
    assert sorted(told(orderflow)) == sorted(product.sku for product in products)
