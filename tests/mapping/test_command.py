"""`manage.py mapping show|export|import|try`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.mapping.models import ChangedRow
from orderflow_bridge.mapping.rows import Part
from tests.exports.documents import make_shipped_order
from tests.factories import make_product, make_website
from tests.mapping.rows import change

pytestmark = pytest.mark.django_db


def said(*words):
    output = StringIO()
    call_command("mapping", *words, stdout=output, stderr=output)
    return output.getvalue()


def test_it_shows_every_row_and_where_it_comes_from():
    website = make_website(code="uk", name="UK")
    change(Part.PRODUCT, "barcode", field="product.sku", default="none")
    change(Part.PRODUCT, "weight", use="off", website=website)

    rows = [
        line.split() for line in said("show", "--part", "product", "--website", "uk").splitlines()
    ]

    assert ["product", "barcode", "product.sku,", "else", "“none”", "Default", "Config"] in rows
    assert ["product", "weight", "Not", "sent", "UK"] in rows
    assert ["product", "description", "product.name", "System", "value"] in rows
    assert len(said("show").splitlines()) > 60


def test_it_carries_the_mapping_to_another_shop_after_a_dry_run(tmp_path):
    change(Part.PRODUCT, "shelf", constant="1")
    file = str(tmp_path / "mapping.json")
    said("export", file)
    ChangedRow.objects.all().delete()

    shown = said("import", file, "--dry-run")
    assert "shelf" in shown
    assert not ChangedRow.objects.exists()
    said("import", file)

    assert ChangedRow.objects.get().definition == {"use": "constant", "value": "1"}


def test_it_tries_the_mapping_on_the_latest_and_on_one():
    make_website()
    make_product("A", name="Bag", barcode="1")
    make_shipped_order(increment_id="000000005", items=[("A", 1)])
    change(Part.PRODUCT, "barcode", template="{{ product.name|upper }}")
    change(Part.ORDER, "source", constant="shop")

    latest, order = said("try"), said("try", "000000005")

    assert "Of 1 products, 1 would change and 0 would fail." in latest
    assert "  - barcode=1\n  + barcode=BAG" in latest
    assert order == "000000005:\n  + source=shop\n"


def test_it_tries_a_file_before_it_is_imported_and_fails_where_a_document_would(tmp_path):
    make_website()
    make_product("A", weight=1)
    change(Part.PRODUCT, "weight", template="{{ product.weight / product.factor }}")
    file = str(tmp_path / "mapping.json")
    said("export", file)
    ChangedRow.objects.all().delete()

    with pytest.raises(CommandError, match="Not everything could be written"):
        said("try", "--file", file)
    Product.objects.update(custom_attributes={"factor": "4"})

    assert "  - weight=1\n  + weight=0.25" in said("try", "--file", file, "--part", "product")


@pytest.mark.parametrize("words", [("try", "nobody"), ("show", "--website", "mars")])
def test_what_there_is_not_is_told(words):
    with pytest.raises(CommandError, match=r"^There is no (product or order|website) “"):
        said(*words)
