"""Attribute sets have names: in the list, its filter and files, the form, and for a selection."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from orderflow_bridge.catalog.attribute_set import AttributeSet, forget
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.documents.attributes import attribute_set_list
from tests.admin.test_stock_and_products import form_of
from tests.factories import make_product, make_user

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/catalog/product/"
SETS = "/admin/catalog/attributeset/"


@pytest.fixture
def boss() -> Client:
    """A browser of a superuser, in a shop where the set 15 has a name and the set 77 has none."""
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    AttributeSet.objects.create(id=15, name="Bag")
    make_product("24-MB01", attribute_set_id=15)
    make_product("24-MB02", attribute_set_id=77)
    make_product("24-MB03")
    forget()
    return client


def column_of(answer) -> dict[str, str]:
    """Return what the products list shows, by SKU."""
    changelist = answer.context["cl"]
    shown = changelist.model_admin.attribute_set
    return {row.sku: shown(row) for row in changelist.result_list}


def test_the_list_shows_names_and_the_number_of_a_set_that_has_none(boss):
    page = boss.get(PRODUCTS)

    assert column_of(page) == {"24-MB01": "Bag", "24-MB02": "77", "24-MB03": "Default"}
    text = b"".join(
        boss.get(f"{PRODUCTS}download/csv/?cols=sku&cols=attribute_set").streaming_content
    ).decode()
    assert "Attribute Set" in text.splitlines()[0]
    assert ",Bag" in text


def test_the_list_is_narrowed_to_a_set(boss):
    assert column_of(boss.get(f"{PRODUCTS}?attribute_set_id=15")) == {"24-MB01": "Bag"}


def test_the_form_offers_names_and_keeps_a_number_without_one(boss):
    product = Product.objects.get(sku="24-MB02")
    page = f"{PRODUCTS}{product.pk}/change/"
    form = boss.get(page)
    field = form.context["adminform"].form.fields["attribute_set_id"]
    assert dict(field.choices) == {4: "Default", 15: "Bag", 77: "77"}

    assert boss.post(page, form_of(form)).status_code == 302
    product.refresh_from_db()
    assert product.attribute_set_id == 77

    assert boss.post(page, {**form_of(form), "attribute_set_id": "15"}).status_code == 302
    product.refresh_from_db()
    assert product.attribute_set_id == 15


def test_who_may_only_look_reads_the_name(boss):
    product = Product.objects.get(sku="24-MB01")
    client = Client()
    client.force_login(make_user("reader", is_staff=True, rights=["catalog.view_product"]))

    page = client.get(f"{PRODUCTS}{product.pk}/change/").content.decode()

    assert "Bag" in page
    assert 'name="attribute_set_id"' not in page


def test_a_selection_gets_a_set_by_its_name(boss):
    keys = list(Product.objects.values_list("pk", flat=True))
    chosen = {"action": "update_attributes", "_selected_action": keys}
    assert '<option value="15">Bag</option>' in boss.post(PRODUCTS, chosen).content.decode()

    answers = {
        "new-change-attribute_set_id": "on",
        "new-attribute_set_id": "15",
        "confirmed": "yes",
    }
    boss.post(PRODUCTS, {**chosen, **answers})

    assert set(Product.objects.values_list("attribute_set_id", flat=True)) == {15}


def test_a_number_that_products_have_is_offered_to_be_named_and_shown_by_its_name_at_once(boss):
    form = boss.get(f"{SETS}add/").context["adminform"].form
    assert form["id"].value() == 77

    boss.post(f"{SETS}add/", {"id": "77", "name": "Watch"})

    assert column_of(boss.get(PRODUCTS))["24-MB02"] == "Watch"
    assert boss.get(f"{SETS}add/").context["adminform"].form["id"].value() == 78
    boss.post(f"{SETS}77/delete/", {"post": "yes"})
    assert column_of(boss.get(PRODUCTS))["24-MB02"] == "77"


def test_rest_tells_the_names_too(boss):
    sets = {each["attribute_set_id"]: each["attribute_set_name"] for each in attribute_set_list()}

    assert sets == {4: "Default", 15: "Bag", 77: "Attribute Set 77"}
