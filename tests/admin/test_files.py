"""Data → Files and Bulk Calls: upload, look, confirm; export; requeue."""

import io

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from openpyxl import load_workbook

from orderflow_bridge.file_transfer.models import FileImport, Kind
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.restapi.bulk.cron import carry_out_bulks
from orderflow_bridge.restapi.bulk.models import Bulk
from orderflow_bridge.restapi.bulk.services import accept
from tests.admin.samples import make_nobody
from tests.factories import make_product, make_source_item
from tests.file_transfer.files import checked, csv_of, imported

pytestmark = pytest.mark.django_db

LIST = "/admin/file_transfer/fileimport/"
STOCK = csv_of(("sku", "quantity"), ("A-1", 5), ("nope", 1), ("<b>", 1))


def sign_in(*rights: str) -> Client:
    """Return the browser of a member of staff with these rights of the file room."""
    user = User.objects.create_user("clerk", password="secret-12345", is_staff=True)
    found = Permission.objects.filter(content_type__app_label="file_transfer", codename__in=rights)
    user.user_permissions.set(found)
    client = Client()
    client.force_login(user)
    return client


def upload(client: Client, kind: str = "stock", content: bytes = STOCK, name: str = "stock.csv"):
    """Upload a file as the form does."""
    file = io.BytesIO(content)
    file.name = name
    return client.post(f"{LIST}upload/{kind}/", {"file": file}, follow=True)


def test_a_file_is_uploaded_checked_looked_at_confirmed_and_imported(boss):
    make_product("A-1")

    page = upload(boss).content.decode()

    stored = FileImport.objects.get()
    address = f"{LIST}{stored.pk}/"
    assert stored.status == FileImport.Status.CHECKED
    assert "Nothing has been changed yet" in page
    assert "5, in stock at default" in page
    assert "&lt;b&gt;" in page
    assert not SourceItem.objects.exists()
    question = boss.get(f"{address}confirm/").content.decode()
    assert "1 would be created, 0 updated, 0 stay unchanged; 2 cannot be taken" in question
    done = boss.post(f"{address}confirm/", follow=True).content.decode()
    assert "The file has been imported." in done
    assert SourceItem.objects.get().quantity == 5
    again = boss.post(f"{address}confirm/", follow=True).content.decode()
    assert "does not wait for a confirmation any more" in again


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "The file is empty."), (b"%PDF-1.7", "PDF document"), (b"a,b\n1,2\n", "no column")],
)
def test_a_file_that_cannot_be_imported_says_why(boss, content, said):
    assert said in upload(boss, content=content).content.decode()


def test_a_form_without_a_file_says_so(boss):
    page = boss.post(f"{LIST}upload/stock/", {}).content.decode()

    assert "Choose a file." in page
    assert not FileImport.objects.exists()


def test_a_checked_file_can_be_stopped(boss):
    stored = checked(Kind.STOCK, STOCK)

    boss.get(f"{LIST}{stored.pk}/cancel/")
    assert FileImport.objects.get().status == FileImport.Status.CHECKED
    boss.post(f"{LIST}{stored.pk}/cancel/")

    assert FileImport.objects.get().status == FileImport.Status.CANCELED


def test_the_page_of_a_file_at_work_renews_itself(boss):
    stored = checked(Kind.STOCK, STOCK)
    FileImport.objects.update(
        status=FileImport.Status.CHECKING, last_error="OperationalError: gone away"
    )

    page = boss.get(f"{LIST}{stored.pk}/change/").content.decode()

    assert 'data-every="2"' in page
    assert "gone away" in page


def test_the_rows_of_a_file_can_be_searched(boss):
    stored = checked(Kind.STOCK, STOCK)

    by_text = boss.get(f"{LIST}{stored.pk}/change/", {"q": "nope"}).content.decode()
    by_number = boss.get(f"{LIST}{stored.pk}/change/", {"q": "3"}).content.decode()
    nothing = boss.get(f"{LIST}{stored.pk}/change/", {"q": "zzz"}).content.decode()

    assert "nope @ default" in by_text
    assert "nope @ default" in by_number
    assert "No row matches." in nothing


def test_an_uploaded_file_can_be_downloaded_as_it_came(boss):
    stored = checked(Kind.STOCK, STOCK)

    answer = boss.get(f"{LIST}{stored.pk}/file/")

    assert b"".join(answer.streaming_content) == STOCK
    assert boss.get(f"{LIST}999999/file/").status_code == 404


@pytest.mark.parametrize("kind", Kind.values)
def test_everything_can_be_exported_as_csv_and_excel(boss, kind):
    make_source_item("A-1", 5)

    csv = b"".join(boss.get(f"{LIST}export/{kind}.csv").streaming_content)
    xlsx = b"".join(boss.get(f"{LIST}export/{kind}.xlsx").streaming_content)

    header = csv.decode("utf-8-sig").splitlines()[0].split(",")
    sheet = load_workbook(io.BytesIO(xlsx)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == header
    assert boss.get(f"{LIST}export/{kind}.pdf").status_code == 404


def test_unknown_kinds_are_not_found(boss):
    assert boss.get(f"{LIST}upload/planets/").status_code == 404
    assert boss.get(f"{LIST}export/planets.csv").status_code == 404


def test_each_kind_takes_a_right_of_its_own():
    stored = imported(Kind.ORDERS, csv_of(("increment_id", "customer_email", "sku", "qty_ordered")))
    waiting = checked(Kind.ORDERS, csv_of(("increment_id", "customer_email", "sku", "qty_ordered")))
    client = sign_in("view_fileimport", "import_stock", "export_products")

    page = client.get(LIST).content.decode()

    assert f"{LIST}upload/stock/" in page
    assert f"{LIST}upload/products/" not in page
    assert f"{LIST}export/products.csv" in page
    assert f"{LIST}export/stock.csv" not in page
    assert client.get(f"{LIST}upload/stock/").status_code == 200
    assert client.get(f"{LIST}upload/products/").status_code == 403
    assert client.get(f"{LIST}export/stock.csv").status_code == 403
    assert client.get(f"{LIST}{stored.pk}/file/").status_code == 403
    assert client.post(f"{LIST}{waiting.pk}/confirm/").status_code == 403
    assert client.post(f"{LIST}{waiting.pk}/cancel/").status_code == 403
    assert FileImport.objects.get(pk=waiting.pk).status == FileImport.Status.CHECKED


def test_failed_operations_of_a_bulk_call_are_shown_and_requeued(boss):
    item = {"sku": "A-1", "source_code": "default", "quantity": 5, "status": 1}
    wanted = {"sourceItems": [item]}
    bulk = accept("source_items", "topic", [wanted], username="erp").bulk
    carry_out_bulks()
    address = f"/admin/bulk/bulk/{bulk.pk}/"

    page = boss.get(f"{address}change/").content.decode()
    assert "was not found" in page
    make_product("A-1")
    boss.get(f"{address}requeue/")
    assert Bulk.objects.count() == 1
    boss.post(f"{address}requeue/")
    carry_out_bulks()

    assert Bulk.objects.latest("id").requeued_from == bulk
    assert SourceItem.objects.get().quantity == 5


def test_a_user_without_the_rights_sees_neither_files_nor_bulk_calls():
    client = Client()
    client.force_login(make_nobody())

    assert client.get(LIST).status_code == 403
    assert client.get("/admin/bulk/bulk/").status_code == 403
