"""Going through a file: interrupted anywhere, it ends as if nothing had happened."""

import random
from dataclasses import replace

import pytest
from django.db import OperationalError
from django.utils import timezone

from orderflow_bridge.catalog.models import Category, Product, ProductCategory
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.file_transfer import products, stock
from orderflow_bridge.file_transfer.models import FileImport, FileImportLine, Kind, Phase
from orderflow_bridge.file_transfer.services import cancel, confirm, work_off, work_off_files
from orderflow_bridge.file_transfer.storage import StoredFile, contents
from orderflow_bridge.inventory.models import SourceItem
from tests.factories import make_product, make_website
from tests.file_transfer.files import checked, counts, csv_of, imported, told, upload

pytestmark = pytest.mark.django_db

HEADER = ("sku", "name", "price", "qty", "categories", "additional_attributes")


class Crash(BaseException):
    """A worker is killed."""


def rows_of(chance):
    """Return rows of a product file at random: new, changed, repeated and bad ones."""
    return [
        (
            f"A-{chance.randrange(25)}",
            chance.choice(["One", "Two", ""]),
            chance.choice(["", "1", "2.5", "ten"]),
            chance.choice(["", "0", "7", "x"]),
            chance.choice(["", "Gear", "Gear/Bags,Sale"]),
            chance.choice(["", "color=red", "size=S|L", "broken"]),
        )
        for _ in range(60)
    ]


def shop():
    """Return everything a product file writes, without ids and times."""
    return (
        sorted(
            Product.objects.values_list("sku", "name", "price", "orderflow_export_status"),
        ),
        {product.sku: product.custom_attributes for product in Product.objects.all()},
        sorted(ProductCategory.objects.values_list("product__sku", "category__name")),
        sorted(Category.objects.values_list("name", "parent__name", flat=False), key=str),
        sorted(SourceItem.objects.values_list("product__sku", "source", "quantity", "status")),
    )


def emptied(read):
    """Return what `read` says, and empty the shop."""
    found = read()
    Product.objects.all().delete()
    for category in Category.objects.order_by("-pk"):
        category.delete()
    return found


def interrupted(importer, chance):
    """Return the importer with small batches, killing its worker before or after the effect."""

    def take(records, setting):
        fate = chance.random()
        if fate < 0.25:
            raise Crash
        outcomes = importer.take(records, setting)
        if fate < 0.5:
            raise Crash
        return outcomes

    return replace(importer, batch=chance.randrange(1, 9), take=take)


def work_until_done(stored, chance):
    """Work a file off with workers that are killed all the time."""
    for _ in range(2_000):
        try:
            work_off({stored.kind: interrupted(products.IMPORTER, chance)}, ids=[stored.pk])
        except Crash:
            FileImport.objects.update(claimed_until=timezone.now())
        stored.refresh_from_db()
        if stored.status in (FileImport.Status.CHECKED, FileImport.Status.DONE):
            return
    pytest.fail("The file was never done.")


@pytest.mark.parametrize("seed", range(8))
def test_an_import_killed_anywhere_ends_in_the_same_shop_as_one_straight_run(seed):
    make_website(code="base", is_default=True)
    rows = rows_of(random.Random(seed))
    content = csv_of(HEADER, *rows)
    straight = imported(Kind.PRODUCTS, content)
    expected = emptied(shop)
    chance = random.Random(seed + 1_000)
    stored = upload(Kind.PRODUCTS, content)

    work_until_done(stored, chance)
    confirm(stored)
    work_until_done(stored, chance)

    assert shop() == expected
    assert counts(stored) == counts(straight)
    assert told(stored) == told(straight)


def test_a_worker_that_comes_back_late_writes_nothing():
    make_product("A-1")
    stored = checked(Kind.STOCK, csv_of(("sku", "quantity"), ("A-1", 5)))
    confirm(stored)

    def overtaken(records, setting):
        FileImport.objects.update(fence=99)
        return stock.take(records, setting)

    work_off({Kind.STOCK: replace(stock.IMPORTER, take=overtaken)}, ids=[stored.pk])

    assert not SourceItem.objects.exists()
    stored.refresh_from_db()
    assert stored.status == FileImport.Status.IMPORTING


def test_a_row_that_breaks_the_batch_fails_alone():
    for sku in ("A", "B", "C"):
        make_product(sku)

    def choke(records, setting):
        if any(record.rows[0].values["sku"] == "B" for record in records):
            raise ValueError("cannot be stored")
        return stock.take(records, setting)

    stored = upload(Kind.STOCK, csv_of(("sku", "quantity"), ("A", 1), ("B", 2), ("C", 3)))
    work_off({Kind.STOCK: replace(stock.IMPORTER, take=choke)})

    stored.refresh_from_db()
    assert [change for _, change, _ in told(stored)] == ["created", "failed", "created"]


def test_a_database_that_is_away_puts_the_file_off_and_loses_nothing():
    make_product("A-1")
    stored = upload(Kind.STOCK, csv_of(("sku", "quantity"), ("A-1", 5)))

    def away(records, setting):
        raise OperationalError("the database has gone away")

    work_off({Kind.STOCK: replace(stock.IMPORTER, take=away)})

    stored.refresh_from_db()
    assert "gone away" in stored.last_error
    assert work_off_files() == [], "it rests for a minute"
    FileImport.objects.update(retry_at=timezone.now())
    assert work_off_files() == [stored.pk]
    stored.refresh_from_db()
    assert (stored.status, stored.last_error) == (FileImport.Status.CHECKED, "")


def test_a_cancelled_file_is_not_worked_on_and_what_was_imported_stays():
    for sku in ("A", "B"):
        make_product(sku)
    stored = checked(Kind.STOCK, csv_of(("sku", "quantity"), ("A", 1), ("B", 2)))
    confirm(stored)

    def stopped(rows):
        for number, record in enumerate(stock.IMPORTER.records(rows)):
            if number:
                cancel(FileImport.objects.get())
            yield record

    work_off({Kind.STOCK: replace(stock.IMPORTER, records=stopped, batch=1)})

    stored.refresh_from_db()
    assert stored.status == FileImport.Status.CANCELED
    assert SourceItem.objects.get().product.sku == "A"
    with pytest.raises(ActionNotAvailable):
        cancel(stored)
    with pytest.raises(ActionNotAvailable):
        confirm(stored)


def test_a_file_is_confirmed_once():
    stored = checked(Kind.STOCK, csv_of(("sku", "quantity"), ("A", 1)))
    confirm(stored)

    with pytest.raises(ActionNotAvailable):
        confirm(stored)


def test_a_quotation_mark_that_never_ends_refuses_the_file():
    content = b'sku,quantity\nA-1,5\nA-2,"' + b"x\n" * 3_000_000

    stored = checked(Kind.STOCK, content)

    assert stored.status == FileImport.Status.REFUSED
    assert "Row 3 cannot be read" in stored.refusal


def test_only_so_many_failures_are_kept_and_all_are_counted():
    rows = [(f"nope-{number}", 1) for number in range(10_050)]

    stored = checked(Kind.STOCK, csv_of(("sku", "quantity"), *rows))

    assert counts(stored) == {"failed": 10_050}
    assert FileImportLine.objects.filter(phase=Phase.CHECK).count() == 10_000


def test_a_stored_file_is_what_was_uploaded():
    content = random.Random(7).randbytes(1_700_000)

    stored = upload(Kind.STOCK, content)

    assert b"".join(contents(stored)) == content
    assert StoredFile(stored).readall() == content
    assert stored.size == len(content)
