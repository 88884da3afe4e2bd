"""Stores → Configuration → Mappings, as the ready role OrderFlow administrator uses it."""

import json
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from exports.documents import product_document
from orderflow_bridge.access.ready_roles import ADMINISTRATOR, OPERATOR
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.configuration.models import SettingChange
from orderflow_bridge.mapping.models import ChangedRow
from orderflow_bridge.mapping.rows import Part
from tests.exports.documents import make_shipped_order
from tests.factories import make_product, make_user, make_website
from tests.mapping.rows import change

pytestmark = pytest.mark.django_db


def browser(role):
    user = make_user(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def administrator():
    return browser(ADMINISTRATOR)


def address(page="changelist", **query):
    return reverse(f"admin:mapping_changedrow_{page}", query=query or None)


def page_of(response):
    assert response.status_code == 200, response.content.decode()[:2000]
    return BeautifulSoup(response.content, "html.parser")


def table_of(page):
    return {
        row.th.find(string=True).strip(): [cell.text.strip() for cell in row.select("td")][:2]
        for row in page.select(".mapping-table tbody tr")
    }


def text_of(page):
    return " ".join(page.text.split())


def entered(**values):
    """Return the form's fields as a browser sends them."""
    return {"use": "field", "value": "", **values}


def test_the_table_shows_the_system_values_of_each_part(administrator):
    page = page_of(administrator.get(address()))

    rows = table_of(page)
    assert rows["description"] == ["product.name", "System value"]
    assert rows["category"] == ["The name of its first category", "System value"]
    assert "externalReference" not in rows
    assert [link.text for link in page.select(".mapping-parts a")] == [
        "Product", "Order", "Address", "Order Line", "Shipment Part",
    ]  # fmt: skip
    assert "Mappings" in [link.text for link in page.select(".configuration-sections a")]
    for part in Part:
        page_of(administrator.get(address(part=part)))


def test_a_row_is_changed_and_its_table_history_and_document_say_so(administrator):
    product = make_product("24-MB01", custom_attributes={"ean": "5012345678900"})
    url = address("row", part="product", key="barcode")

    response = administrator.post(url, entered(value="product.ean", save="1"), follow=True)

    page = page_of(response)
    assert table_of(page)["barcode"] == ["product.ean", "Default Config"]
    assert "You saved the mapping." in text_of(page)
    assert "Make Products Pending" in text_of(page)
    assert product_document(product, make_website()).fields["barcode"] == "5012345678900"
    everything = page_of(administrator.get(reverse("configuration_changes")))
    assert "Product: barcode (inherited) product.ean" in text_of(everything)


def test_the_tick_gives_the_system_value_back(administrator):
    change(Part.PRODUCT, "barcode", constant="x")
    url = address("row", part="product", key="barcode")

    administrator.post(url, entered(inherit="on", save="1"))

    assert not ChangedRow.objects.exists()


def test_a_row_is_added_and_becomes_a_custom_field(administrator):
    url = address("row", part="order")
    sent = entered(key="customerGroup", value="order.customer_group_id", save="1")

    page = page_of(administrator.post(url, sent, follow=True))

    assert table_of(page)["customerGroup"] == ["order.customer_group_id", "Default Config"]
    assert "custom field" in text_of(page)


@pytest.mark.parametrize(
    ("part", "sent", "reason"),
    [
        ("product", {"key": "Barcode", "value": "product.sku"}, "There is already a key barcode."),
        ("product", {"key": "two words", "value": "product.sku"}, "A key is a letter and then"),
        ("product", {"key": "a\nb=1", "value": "product.sku"}, "A key is a letter and then"),
        ("product", {"key": "externalReference", "value": "product.sku"}, "is fixed"),
        ("order_line", {"key": "Quantity", "value": "item.sku"}, "is fixed"),
        ("order", {"key": "shipmentSite", "value": "order.status"}, "Keys of an order do not"),
        ("order", {"key": "orderLine1", "value": "order.status"}, "Keys of an order do not"),
        ("product", {"key": "x", "value": ""}, "Enter a field or attribute."),
        ("product", {"key": "x", "value": "product.weigth"}, "Did you mean weight"),
        ("product", {"key": "x", "value": "order.status"}, "There is no value “order” here."),
        ("product", {"key": "x", "value": "category.colour"}, "category has no “colour”."),
        ("product", {"key": "x", "value": "product.colur"}, "has “colur”. Did you mean colour?"),
        ("product", {"key": "x", "value": "system.sizes"}, "There is no system value"),
        ("product", {"key": "x", "use": "constant", "value": "a\nb"}, "Line breaks and control"),
        ("product", {"key": "x", "use": "template", "value": "{{ a"}, "cannot be read"),
        ("product", {"key": "x", "use": "template", "value": "{{ settings.x }}"}, "no value “set"),
        ("product", {"key": "x", "use": "template", "value": "{% for a in b %}"}, "cannot be read"),
        ("product", {"key": "x", "value": "product.sku", "when": "product.s ="}, "cannot be read"),
        ("product", {"key": "x", "value": "product.sku", "date": "%Q"}, "“%Q” is no part of a"),
        ("product", {"key": "x", "value": "product.sku", "decimals": "9"}, "Between 0 and 4."),
        ("product", {"key": "x", "value": "product.sku", "length": "0"}, "Between 1 and 10000."),
        ("product", {"key": "x", "use": "system"}, "Nothing is sent under x by the system"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_reason_beside_its_field(
    administrator, part, sent, reason
):
    make_product(custom_attributes={"colour": "blue"})

    page = page_of(administrator.post(address("row", part=part), entered(**sent, save="1")))

    assert reason in text_of(page)
    assert page.select(".configuration-error")
    assert not ChangedRow.objects.exists()


def test_a_key_that_is_there_is_not_added_twice(administrator):
    change(Part.PRODUCT, "shelf", constant="1")

    sent = entered(key="shelf", use="constant", value="2", save="1")
    page = page_of(administrator.post(address("row", part="product"), sent))

    assert "There is already a row for shelf." in text_of(page)


def test_a_websites_row_stands_over_default_config(administrator):
    website = make_website(code="uk", name="UK")
    change(Part.PRODUCT, "barcode", constant="all")
    url = address("row", part="product", key="barcode", website="uk")
    administrator.post(url, entered(use="constant", value="uk", save="1"))

    page = page_of(administrator.get(address(website="uk")))

    assert table_of(page)["barcode"] == ["“uk”", "UK"]
    assert ChangedRow.objects.get(website=website).definition == {"use": "constant", "value": "uk"}
    assert table_of(page_of(administrator.get(address())))["barcode"][1] == "Default Config"


def test_a_row_is_previewed_with_a_real_product_before_it_is_saved(administrator):
    make_website()
    make_product("24-MB01", name="Bag", barcode="1")
    url = address("row", part="product", key="barcode")

    sent = entered(
        use="template", value="{{ product.name|upper }}", reference="24-mb01", preview="1"
    )
    page = page_of(administrator.post(url, sent))

    assert [each.text for each in page.select(".mapping-changed del")] == ["barcode=1"]
    assert [each.text for each in page.select(".mapping-changed ins")] == ["barcode=BAG"]
    assert "24-MB01: 1 line would change" in text_of(page)
    assert page.select_one("#id_value")["value"] == "{{ product.name|upper }}"
    assert not ChangedRow.objects.exists()


def test_a_row_is_tried_on_the_latest_and_says_what_changes_and_what_fails(administrator):
    make_website()
    make_product("A", custom_attributes={"factor": "2"}, weight=3)
    make_product("B", weight=3)
    url = address("row", part="product", key="weight")

    sent = entered(use="template", value="{{ product.weight * product.factor }}", latest="1")
    page = page_of(administrator.post(url, sent))

    text = text_of(page)
    assert "Of 2 products, 1 would change and 1 would fail" in text
    assert "Product B cannot be written. The mapping of weight (Product) makes no value" in text
    assert [each.text for each in page.select(".mapping-changed ins")] == ["weight=6"]


def test_a_saved_mapping_is_tried_against_the_system_values(administrator):
    make_shipped_order(increment_id="000000005", items=[("A", 1)])
    change(Part.ADDRESS, "mobilePhoneNumber", field="address.telephone")

    page = page_of(administrator.get(address(part="address", reference="000000005", preview="1")))
    latest = page_of(administrator.get(address(part="address", latest="1")))

    assert [each.text.partition("=")[0] for each in page.select(".mapping-changed ins")] == [
        "deliveryMobilePhoneNumber", "invoiceMobilePhoneNumber",
    ]  # fmt: skip
    assert "Of 1 orders, 1 would change and 0 would fail" in text_of(latest)


def test_a_change_is_put_back(administrator):
    change(Part.PRODUCT, "barcode", constant="first")
    change(Part.PRODUCT, "barcode", constant="second")
    last = SettingChange.objects.filter(path="orderflow_mapping/product/barcode").latest("pk")

    page = page_of(administrator.post(address("revert"), {"change": last.pk}, follow=True))

    assert "You put back barcode." in text_of(page)
    assert table_of(page)["barcode"][0] == "“first”"


def test_a_mapping_goes_to_another_shop_as_a_file_with_its_difference_shown_first(administrator):
    make_product("A")
    change(Part.PRODUCT, "shelf", constant="1")
    file = administrator.get(address("export")).content
    assert json.loads(file)["parts"]["mappings"] == {
        "default": {"product/shelf": {"use": "constant", "value": "1"}}
    }
    change(Part.PRODUCT, "shelf", constant="2")

    client_file = _uploaded(file)
    shown = administrator.post(
        reverse("admin:configuration_transfer_file"), {"file": client_file}, follow=True
    )
    page = page_of(shown)
    assert "MappingsDefault ConfigProduct: shelf“2”“1”" in text_of(page)
    [seen] = page.select("input[name=seen]")
    administrator.post(page.select("form[action*=import]")[0]["action"], {"seen": seen["value"]})

    assert product_document(Product.objects.get(), make_website()).fields["shelf"] == "1"


def _uploaded(content):
    file = BytesIO(content)
    file.name = "mappings.json"
    return file


def test_an_operator_has_no_access(administrator):
    assert browser(OPERATOR).get(address()).status_code == 403


def test_nobody_sees_an_orders_document_who_may_not_see_orders():
    make_shipped_order(increment_id="000000005", items=[("A", 1)])
    user = make_user(rights=("mapping.view_changedrow",))
    client = Client()
    client.force_login(user)

    text = client.get(address(part="order", reference="000000005", preview="1")).content.decode()

    assert "OrderFlow&#x27;s key" in text or "OrderFlow's key" in text
    assert "000000005" not in text
    assert "mapping-reference" not in text
