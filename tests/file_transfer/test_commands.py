"""manage.py import and export."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.file_transfer.models import FileImport, Kind
from orderflow_bridge.file_transfer.services import confirm
from orderflow_bridge.inventory.models import SourceItem
from tests.factories import make_product, make_source_item, make_website
from tests.file_transfer.files import checked, csv_of

pytestmark = pytest.mark.django_db


def run(*arguments, **options):
    """Run a command; return what it said on both outputs."""
    output, errors = StringIO(), StringIO()
    call_command(*arguments, stdout=output, stderr=errors, **options)
    return output.getvalue(), errors.getvalue()


@pytest.fixture
def stock_file(tmp_path):
    """Return a stock file with a good row and a bad one."""
    make_product("A-1")
    path = tmp_path / "stock.csv"
    path.write_bytes(csv_of(("sku", "quantity"), ("A-1", 5), ("nope", 5)))
    return path


def test_a_file_is_imported(stock_file):
    output, errors = run("import", "stock", str(stock_file))

    assert "Stock: 1 created, 0 updated, 0 unchanged, 1 failed." in output
    assert errors == 'row 3: nope @ default: Product with requested "sku": "nope" was not found.\n'
    assert SourceItem.objects.get().quantity == 5
    assert FileImport.objects.get().username == "manage.py"


def test_a_dry_run_lists_what_would_change_and_leaves_nothing_behind(stock_file):
    output, _ = run("import", "stock", str(stock_file), "--dry-run")

    assert "row 2: Created A-1 @ default: 5, in stock at default" in output
    assert "1 would be created" in output
    assert not SourceItem.objects.exists()
    assert not FileImport.objects.exists()


def test_an_interrupted_import_is_gone_on_with(stock_file):
    stored = checked(Kind.STOCK, stock_file.read_bytes())
    confirm(stored)
    FileImport.objects.update(records_done=1, imported={"1": 1})

    output, _ = run("import", "stock", str(stock_file))

    assert "Going on with an interrupted import; 1 are done." in output
    assert FileImport.objects.get().status == FileImport.Status.DONE
    assert not SourceItem.objects.exists(), "its first row was done before"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "stock", "/nowhere/stock.csv"), "cannot be read"),
        (("import", "stock", "x.csv", "--website", "mars"), "no website 'mars'"),
        (("export", "stock", "/nowhere/stock.csv"), "cannot be written"),
        (("export", "stock", "x.csv", "--website", "mars"), "no website 'mars'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments, said):
    with pytest.raises(CommandError, match=said):
        run(*arguments)


def test_a_file_that_is_no_table_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"%PDF-1.7")

    with pytest.raises(CommandError, match="PDF"):
        run("import", "products", str(path))


@pytest.mark.parametrize("name", ["products.csv", "products.xlsx"])
def test_what_is_exported_can_be_imported(tmp_path, name):
    make_website(code="base", is_default=True)
    make_source_item(make_product("A-1", name="Bag"), 7)
    path = tmp_path / name

    run("export", "products", str(path))
    output, _ = run("import", "products", str(path), "--website", "base")

    assert "0 created, 0 updated, 1 unchanged, 0 failed" in output
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert Product.objects.count() == 1


def test_an_export_without_a_file_goes_to_standard_output(capfdbinary):
    make_source_item("A-1", 7)

    run("export", "stock")

    assert b"default,A-1,1,7\r\n" in capfdbinary.readouterr().out
