"""Products and stock in the admin."""

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages

from imports.services import process_imports
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.inventory.admin import REPLACED
from orderflow_bridge.inventory.models import SourceItem
from tests.admin.samples import queue_stock
from tests.factories import make_product, make_source, make_source_item

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/catalog/product/"
STOCK = "/admin/inventory/sourceitem/"


def form_of(answer) -> dict[str, object]:
    """Return what a browser would post if nothing was typed."""
    values: dict[str, object] = {}
    forms = [answer.context["adminform"].form]
    for inline in answer.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                values[field.html_name] = value
                if field.field.show_hidden_initial:
                    values[field.html_initial_name] = value
    return values


def test_the_list_shows_the_sum_of_all_sources(boss):
    product = make_product("24-MB01", price=Decimal("37"))
    make_source("leeds")
    make_source_item(product, 90)
    make_source_item(product, "10.5", source="leeds")

    text = boss.get(PRODUCTS).content.decode()

    assert "100.5" in text
    assert "$37.00" in text


def test_a_product_without_stock_rows_has_none_and_a_configurable_shows_nothing(boss):
    make_product("A")
    make_product("B", type_id=Product.Type.CONFIGURABLE)

    admin = boss.get(PRODUCTS).context["cl"].model_admin
    rows = {row.sku: admin.quantity(row) for row in boss.get(PRODUCTS).context["cl"].result_list}

    assert rows == {"A": "0", "B": ""}


def test_a_product_is_found_by_sku_name_and_barcode(boss):
    make_product("24-MB01", name="Joust Duffle Bag", barcode="5012345")
    make_product("24-MB02", name="Fusion Backpack")

    for words in ("24-mb01", "joust", "5012345"):
        rows = boss.get(f"{PRODUCTS}?q={words}").context["cl"].result_list
        assert [row.sku for row in rows] == ["24-MB01"]


def test_an_edited_product_is_pending_again(boss):
    product = make_product("24-MB01", orderflow_export_status=ExportStatus.EXPORTED)
    address = f"{PRODUCTS}{product.pk}/change/"
    form = form_of(boss.get(address))

    answer = boss.post(address, {**form, "name": "Joust Duffle Bag, large"})

    product.refresh_from_db()
    assert answer.status_code == 302
    assert product.name == "Joust Duffle Bag, large"
    assert product.orderflow_export_status == ExportStatus.PENDING


def test_a_product_saved_without_a_change_keeps_its_export_status(boss):
    product = make_product("24-MB01", orderflow_export_status=ExportStatus.EXPORTED)
    address = f"{PRODUCTS}{product.pk}/change/"

    answer = boss.post(address, form_of(boss.get(address)))

    product.refresh_from_db()
    assert answer.status_code == 302
    assert product.orderflow_export_status == ExportStatus.EXPORTED


def test_a_products_page_shows_its_stock_with_the_last_sequence_id(boss):
    product = make_product("24-MB01")
    make_source_item(product, 90, last_sequence_id=507)

    text = boss.get(f"{PRODUCTS}{product.pk}/change/").content.decode()

    assert "507" in text
    assert "Last Sequence ID" in text


def test_a_hostile_product_name_is_escaped(boss):
    make_product("<b>A", name="<script>alert(1)</script>")

    text = boss.get(PRODUCTS).content.decode()

    assert "<script>alert(1)" not in text
    assert "<b>A" not in text


def test_a_corrected_quantity_sets_the_status_and_warns_that_orderflow_replaces_it(boss):
    item = make_source_item("24-MB01", 90, last_sequence_id=507)
    address = f"{STOCK}{item.pk}/change/"
    form = form_of(boss.get(address))

    answer = boss.post(address, {**form, "quantity": "0"})

    item.refresh_from_db()
    assert form["quantity"] == "90"
    assert (item.quantity, item.status) == (0, SourceItem.Status.OUT_OF_STOCK)
    assert item.last_sequence_id == 507
    assert REPLACED in [str(message) for message in get_messages(answer.wsgi_request)]


def test_zeros_behind_a_typed_quantity_say_nothing(boss):
    item = make_source_item("24-MB01", 90)
    address = f"{STOCK}{item.pk}/change/"

    boss.post(address, {**form_of(boss.get(address)), "quantity": "5.00000"})

    item.refresh_from_db()
    assert item.quantity == 5


def test_quantities_stand_in_forms_without_needless_zeros(boss):
    item = make_source_item("24-MB01", 90)

    text = boss.get(f"{STOCK}{item.pk}/change/").content.decode()

    assert 'value="90"' in text


def test_a_stock_row_cannot_be_deleted_because_it_remembers_what_was_applied(boss):
    item = make_source_item("24-MB01", 90, last_sequence_id=507)

    assert boss.post(f"{STOCK}{item.pk}/delete/", {"post": "yes"}).status_code == 403
    boss.post(STOCK, {"action": "delete_selected", "_selected_action": [item.pk], "post": "yes"})
    assert SourceItem.objects.filter(pk=item.pk).exists()


def test_orderflows_next_figure_replaces_a_correction(boss):
    item = make_source_item("24-MB01", 90, last_sequence_id=507)
    address = f"{STOCK}{item.pk}/change/"
    boss.post(address, {**form_of(boss.get(address)), "quantity": "5"})

    queue_stock("72", [("24-MB01", "80", "508")])
    process_imports(Entity.INVENTORY)

    item.refresh_from_db()
    assert item.quantity == 80
