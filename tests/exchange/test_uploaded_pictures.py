"""Pictures uploaded in the product form: kept by what they are, served, told to OrderFlow."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from orderflow_bridge.access.ready_roles import OPERATOR
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.selectors import product_export
from tests.exchange.conftest import signed_in
from tests.exports.shop import make_due_products, make_shop

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def product(orderflow):
    [product] = make_due_products(make_shop(orderflow), 1, sku="24-MB01")
    ProductWebsite.objects.update(orderflow_export_status=ExportStatus.EXPORTED)
    return product


def upload(browser, product, name, content):
    address = f"/admin/catalog/product/{product.pk}/change/"
    data = {}
    page = browser.get(address)
    form = page.context["adminform"].form
    for field in form:
        value = field.value()
        if value not in (None, False):
            data[field.html_name] = value
    for inline in page.context["inline_admin_formsets"]:
        for each in inline.formset.management_form:
            data[each.html_name] = each.value()
        for row in inline.formset.forms:
            for each in row:
                if each.value() not in (None, False):
                    data[each.html_name] = each.value()
    data["picture"] = SimpleUploadedFile(name, content)
    return browser.post(address, data)


def test_a_picture_becomes_the_products_image_is_shown_served_and_told_of(boss, product):
    answer = upload(boss, product, "Bag.PNG", PNG)

    assert answer.status_code == 302, answer.content.decode()[:200]
    product = Product.objects.get(pk=product.pk)
    assert product.image == "/b/a/bag.png"
    assert product.orderflow_export_status == ExportStatus.PENDING
    page = boss.get(f"/admin/catalog/product/{product.pk}/change/").content.decode()
    assert 'src="/media/catalog/product/b/a/bag.png"' in page


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("bag.png", b"<script>alert(1)</script>", "The image MIME type is not valid"),
        ("bag.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "MIME type is not valid"),
        ("bag.png", PNG + b"0" * 10 * 1024 * 1024, "larger than 10 MiB"),
    ],
)
def test_what_is_no_picture_by_its_bytes_is_refused_whatever_it_is_called(
    boss, product, name, content, text
):
    answer = upload(boss, product, name, content)

    assert text in answer.content.decode()
    assert Product.objects.get(pk=product.pk).image == ""


def test_what_a_name_says_of_folders_and_kinds_counts_nothing(boss, product):
    upload(boss, product, "../../etc/passwd.html", PNG)

    assert Product.objects.get(pk=product.pk).image == "/p/a/passwd.png"


def test_a_guest_uploads_nothing(product):
    answer = Client().post(f"/admin/catalog/product/{product.pk}/change/", {"picture": "x"})

    assert answer.status_code == 302
    assert "/login/" in answer.headers["Location"]


EXPORT = "/admin/configuration/productexportsettings/"


def test_the_default_image_is_uploaded_on_its_settings_page(boss, product):
    assert "Upload The Default Image" in boss.get(EXPORT).content.decode()

    boss.post(f"{EXPORT}upload/", {"picture": SimpleUploadedFile("none.png", PNG)})

    assert product_export().placeholder_image == (
        "http://testserver/media/catalog/product/n/o/none.png"
    )


def test_a_website_has_a_default_image_of_its_own(boss, product):
    website = product.websites.get()
    file = SimpleUploadedFile("own.png", PNG)

    boss.post(f"{EXPORT}upload/?website={website.code}", {"picture": file})

    assert product_export(website).placeholder_image.endswith("/o/w/own.png")
    assert product_export().placeholder_image == ""


def test_what_is_no_picture_becomes_no_default_image(boss):
    file = SimpleUploadedFile("none.png", b"<html>")

    answer = boss.post(f"{EXPORT}upload/", {"picture": file}, follow=True)

    assert "The image MIME type is not valid" in answer.content.decode()
    assert product_export().placeholder_image == ""


def test_whoever_may_not_configure_uploads_no_default_image(orderflow):
    operator = signed_in(OPERATOR)
    file = SimpleUploadedFile("none.png", PNG)

    assert operator.post(f"{EXPORT}upload/", {"picture": file}).status_code == 403
