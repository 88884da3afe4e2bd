"""In which language a list's file is made, and what is kept of it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from orderflow_bridge.access.models import ChosenLanguage
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.file_transfer.list_exports import work_off_list_exports
from orderflow_bridge.file_transfer.models import ListExport, ListExportPart
from orderflow_bridge.file_transfer.storage import contents_of

pytestmark = pytest.mark.django_db


def test_the_file_is_in_the_language_that_its_reader_has_chosen() -> None:
    Product.objects.create(sku="A-1", name="Thing")
    user = User.objects.create_superuser("boss")
    ChosenLanguage.objects.create(user=user, language="de")
    query = "cols=sku&cols=price_text&cols=type_id"
    export = ListExport.objects.create(user=user, grid="catalog.product", query=query, kind="csv")

    work_off_list_exports([export.pk])

    parts = ListExportPart.objects.filter(list_export=export)
    file = b"".join(contents_of(parts)).decode("utf-8-sig")
    assert file.splitlines() == ["SKU,Preis,Typ", "A-1,,Einfaches Produkt"]


def test_what_is_kept_of_a_list_is_english_and_its_page_is_the_readers() -> None:
    client = Client(headers={"accept-language": "de"})
    client.force_login(User.objects.create_superuser("boss"))

    client.post("/admin/file_transfer/listexport/make/catalog.product/csv/?status=1")

    [export] = ListExport.objects.all()
    assert (export.title, export.filters) == ("Products", "Status: Enabled")
    page = client.get(f"/admin/file_transfer/listexport/{export.pk}/change/").content.decode()
    assert "Fortschritt" in page
