"""Pages that are no single row's form overwrite nothing that somebody else has changed either."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orderflow_bridge.catalog.models import StoreValue
from orderflow_bridge.configuration.sections import ProductExport
from orderflow_bridge.configuration.selectors import product_export
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.mapping.models import ChangedRow
from orderflow_bridge.mapping.rows import Part
from orderflow_bridge.sales.models import Order, OrderAddress, Quote
from orderflow_bridge.stores.models import Store
from tests.admin.test_changed_meanwhile import AtSettings
from tests.carts import make_sold
from tests.exchange.test_uploaded_pictures import PNG
from tests.factories import make_product, make_store, make_website
from tests.mapping.rows import change
from tests.order_desk.twins import an_order

pytestmark = pytest.mark.django_db

TITLE = "Somebody else has changed this"
IMAGE_PAGE = "/admin/configuration/productexportsettings/"
PATHS = {
    "row": "/admin/mapping/changedrow/row/?part=product&key=description",
    "table": "/admin/mapping/changedrow/?part=product",
}


def two_at(address: str) -> tuple[AtSettings, AtSettings]:
    """Let Ann and Bob open a page."""
    people = (AtSettings("ann"), AtSettings("bob"))
    for each in people:
        each.open(address)
    return people


@pytest.fixture
def values_page() -> str:
    """Return the page of a bag's values in the German view."""
    base = make_website(code="base", name="Base", is_default=True)
    views = [make_store(base, code=code, name=code.upper()) for code in ("en", "de")]
    product = make_product("BAG", name="Bag")
    return f"/admin/catalog/product/{product.pk}/store-views/?store={views[1].pk}"


def test_a_views_values_are_not_overwritten(values_page):
    ann, bob = two_at(values_page)
    for each in (ann, bob):
        each.typed.pop("default-name")
        each.typed.pop("default-meta_title")
    assert bob.save(name="Beutel", meta_title="Beutel")

    assert not ann.save(name="Tasche", meta_title="Beutel")
    assert StoreValue.objects.get(attribute="name").value == "Beutel"
    assert TITLE in ann.text
    assert "bob saved it at " in ann.text
    assert re.search(r"Product Name\s+Tasche\s+Beutel", ann.text)
    assert "Meta Title Beutel" not in ann.text
    assert 'value="Tasche"' in ann.page.content.decode()
    ann.read()
    assert ann.save()
    assert StoreValue.objects.get(attribute="name").value == "Tasche"


def test_a_view_that_went_back_to_the_default_value_is_told(values_page):
    ann, bob = two_at(values_page)
    bob.typed.pop("default-status")
    assert bob.save(status="2")
    ann.open(values_page)
    assert bob.save(**{"default-status": "on", "_read": ""})

    assert not ann.save(status="2")
    assert re.search(r"Enable Product\s+Disabled\s+\(Use Default Value\)", ann.text)


def test_other_views_and_the_default_value_refuse_nothing(values_page):
    ann, bob = two_at(values_page)
    other = make_store(make_website(), code="fr")
    bob.address = values_page.split("=")[0] + f"={other.pk}"
    bob.typed.pop("default-name")
    assert bob.save(name="Sac", _read="")

    assert ann.save(**{"default-name": "on"}), ann.text


def test_a_row_of_the_mapping_is_not_overwritten():
    ann, bob = two_at(PATHS["row"])
    for each in (ann, bob):
        each.typed.pop("inherit")
    assert bob.save(use="constant", value="Bobs", save="1"), bob.text

    assert not ann.save(use="constant", value="Anns", length="9", save="1")
    assert ChangedRow.objects.get().row.value == "Bobs"
    assert TITLE in ann.text
    assert re.search(r"bob saved it at \d{4}-", ann.text)
    assert re.search(r"constant or template\s+Anns\s+Bobs", ann.text)
    assert 'value="Anns"' in ann.page.content.decode()
    ann.read()
    assert ann.save()
    assert ChangedRow.objects.get().row.value == "Anns"
    assert product_export().apply_mappings


def test_a_row_that_was_taken_away_meanwhile_leaves_what_was_typed():
    change(Part.PRODUCT, "colour_code", constant="red")
    ann, bob = two_at(PATHS["row"].replace("description", "colour_code"))
    assert bob.save(inherit="on", save="1"), bob.text

    assert not ann.save(value="blue", save="1")
    assert 'value="blue"' in ann.page.content.decode()
    assert "(Use system value)" in ann.text
    ann.read()
    assert ann.save()
    assert ChangedRow.objects.get().row.value == "blue"


def test_trying_a_row_tells_of_the_change_too():
    ann, bob = two_at(PATHS["row"])
    bob.typed.pop("inherit")
    assert bob.save(use="constant", value="Bobs", save="1")

    assert not ann.save(latest="1")
    assert TITLE in ann.text


def test_a_row_of_another_scope_refuses_nothing():
    ann, bob = two_at(PATHS["row"])
    site = make_website(code="site")
    bob.open(f"{PATHS['row']}&website={site.code}")
    bob.typed.pop("inherit")
    assert bob.save(use="constant", value="Bobs", save="1")

    ann.typed.pop("inherit")
    assert ann.save(use="constant", value="Anns", save="1"), ann.text


def test_a_row_that_was_changed_since_is_not_put_back():
    change(Part.PRODUCT, "description", constant="first")
    change(Part.PRODUCT, "description", constant="second")
    ann = AtSettings("ann")
    shown = ann.browser.get(PATHS["table"]).context
    change(Part.PRODUCT, "description", constant="third")
    form = {"change": shown["changes"][0].number, "seen": shown["newest"]}

    answer = ann.browser.post("/admin/mapping/changedrow/revert/", form, follow=True)

    assert "somebody else has changed this since you opened the page" in answer.content.decode()
    assert ChangedRow.objects.get().row.value == "third"
    form["seen"] = answer.context["newest"]
    ann.browser.post("/admin/mapping/changedrow/revert/", form)
    assert ChangedRow.objects.get().row.value == "first"


def test_an_orders_addresses_are_not_overwritten():
    order = an_order()
    ann, bob = two_at(f"/admin/sales/order/{order.pk}/edit/")
    assert bob.save(shipping_city="Leeds")

    assert not ann.save(shipping_city="York", billing_city="York")
    assert OrderAddress.objects.filter(city="Leeds").count() == 1
    assert "bob saved it at " in ann.text
    assert re.search(r"Shipping Address: City\s+York\s+Leeds", ann.text)
    assert "Billing Address: City York" not in ann.text
    ann.read()
    assert ann.save()
    assert OrderAddress.objects.filter(city="York").count() == 2


def test_an_order_that_was_fetched_meanwhile_is_no_other_persons_change():
    order = an_order()
    ann = AtSettings("ann")
    ann.open(f"/admin/sales/order/{order.pk}/edit/")
    Order.objects.update(orderflow_export_status="Queued")

    assert ann.save(shipping_city="York"), ann.text


@pytest.fixture
def cart_page() -> str:
    """Return the page of a cart with a mug."""
    make_sold("MUG", 50)
    make_sold("CUP", 50)
    browser = AtSettings("eve").browser
    store = {"store": Store.objects.get().pk, "customer_email": "veronica@example.com"}
    address = browser.post("/admin/sales/order/add/", store).headers["Location"]
    eve = AtSettings("adam")
    eve.open(address)
    assert eve.save(sku_1="MUG", units_1="2", update="1"), eve.text
    return address


def test_a_cart_is_not_overwritten(cart_page):
    ann, bob = two_at(cart_page)
    row = Quote.objects.get().items.get()
    assert bob.save(**{f"qty_{row.pk}": "3", "customer_email": "v@example.com"}, update="1"), (
        bob.text
    )

    assert not ann.save(**{f"qty_{row.pk}": "5"}, update="1")
    row.refresh_from_db()
    assert row.qty == 3
    assert "bob saved it at " in ann.text
    assert re.search(r"Qty of MUG\s+5\s+3", ann.text)
    assert re.search(r"Customer Email\s+veronica@example.com\s+v@example.com", ann.text)
    ann.read()
    assert ann.save()
    row.refresh_from_db()
    assert row.qty == 5


def test_a_cart_that_got_another_row_is_not_ordered(cart_page):
    ann, bob = two_at(cart_page)
    assert bob.save(sku_1="CUP", units_1="4", update="1"), bob.text

    assert not ann.save(payment_method="checkmo", po_number="PO-7")
    assert not Order.objects.exists()
    assert re.search(r"Items\s+as when you opened the page\s+MUG, CUP", ann.text)
    assert 'value="PO-7"' in ann.page.content.decode()
    ann.read()
    added = Quote.objects.get().items.get(sku="CUP")
    assert ann.save(**{f"qty_{added.pk}": "4"}, update="1"), ann.text
    assert Quote.objects.get().items.count() == 2


def test_a_picture_does_not_take_the_place_of_a_default_image_that_was_not_seen(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    ann = AtSettings("ann")
    ann.open(IMAGE_PAGE)
    write_settings(ProductExport, {"placeholder_image": "theirs.png"})
    form = {"picture": SimpleUploadedFile("ours.png", PNG), "_read": ann.typed["_read"]}

    answer = ann.browser.post(f"{IMAGE_PAGE}upload/", form, follow=True)

    assert "somebody else has changed this since you opened the page" in answer.content.decode()
    assert product_export().placeholder_image == "theirs.png"
