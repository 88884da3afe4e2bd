"""Timelines in the admin, and finding by what one types."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.sections import ShipmentImport
from orderflow_bridge.sales.refunding import Refund, refund_order
from tests.admin.samples import make_operator, queue_despatch, queue_stock
from tests.configuration.storing import store
from tests.factories import make_order, make_product, make_reservation

pytestmark = pytest.mark.django_db

FIND = "/admin/timeline/timeline/"
ORDER_STORY = f"{FIND}order/000000005/"
SKU_STORY = f"{FIND}product/24-MB01/"


@pytest.fixture
def order():
    make_product("24-MB01")
    return make_order(items=[("24-MB01", 1)], increment_id="000000005", grand_total=10)


def sent_to(browser, text):
    answer = browser.get(FIND, {"q": text})
    return answer.url if answer.status_code == 302 else ""


def test_the_order_page_has_a_tab_that_fetches_its_story(boss, order):
    text = boss.get(f"/admin/sales/order/{order.pk}/change/").content.decode()

    assert 'href="#timeline"' in text
    assert f'data-reads="{ORDER_STORY}"' in text


def test_the_product_page_has_a_tab_that_leads_to_its_story(boss, order):
    product = order.items.get().product

    form = boss.get(f"/admin/catalog/product/{product.pk}/change/").content.decode()
    story = boss.get(SKU_STORY).content.decode()

    assert f'href="{SKU_STORY}"' in form
    assert f'href="/admin/catalog/product/{product.pk}/change/"' in story
    assert 'aria-current="page"' in story


def test_a_tab_gets_the_steps_alone(boss, order):
    part = boss.get(ORDER_STORY, headers={"HX-Request": "true"}).content.decode()

    assert "Order placed" in part
    assert "<html" not in part


def test_a_story_leads_to_raw_messages_and_names_the_zone_once(boss, order):
    request = queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)

    text = boss.get(ORDER_STORY).content.decode()

    assert f"/admin/imports/importrequest/{request.pk}/change/#request-body" in text
    assert text.count("Times are in UTC") == 1


def test_edits_by_people_are_told_with_their_names(boss, order):
    product = order.items.get().product
    boss.post(f"/admin/catalog/product/{product.pk}/export/")

    text = boss.get(SKU_STORY).content.decode()

    assert "Product changed by boss" in text
    assert "Export was asked for." in text


@pytest.mark.parametrize("address", [ORDER_STORY, SKU_STORY, f"{FIND}?q=24"])
def test_a_story_takes_few_queries(boss, order, address):
    make_reservation("24-MB01", -1, order=order)
    queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)
    queue_stock("71", [("24-MB01", "90", "507")])
    boss.get(address)

    with CaptureQueriesContext(connection) as queries:
        boss.get(address)

    # One tells whether OrderFlow has it, for the link into OrderFlow.
    assert len(queries) <= 20


def test_older_steps_are_a_link_away(boss, order):
    for number in range(60):
        order.status_histories.create(comment=f"Comment {number}", status="processing")

    newest = boss.get(ORDER_STORY)
    older = boss.get(newest.context["older_url"]).content.decode()

    assert "Comment 59" in newest.content.decode()
    assert "Comment 5<" in older
    assert "Back to the newest" in older


def test_links_of_a_story_obey_rights(client, order):
    queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)
    clerk = make_operator("clerk")
    rights = Permission.objects.filter(codename__in=("view_order", "view_timeline"))
    clerk.user_permissions.add(*rights)
    client.force_login(clerk)

    answer = client.get(ORDER_STORY)

    assert answer.status_code == 200
    assert "/admin/imports/importrequest/" not in answer.content.decode()
    assert client.get(SKU_STORY).status_code == 403
    assert client.get(FIND, {"q": "24-MB01"}).status_code == 200


def test_a_name_that_is_typed_leads_straight_to_its_page(boss, order):
    queued = queue_stock("71", [("24-MB01", "90", "507")])
    memo = refund_order(order.pk, Refund())

    assert sent_to(boss, "000000005") == f"/admin/sales/order/{order.pk}/change/#timeline"
    assert sent_to(boss, " 24-MB01 ") == SKU_STORY
    assert sent_to(boss, "24-mb01") == SKU_STORY
    assert sent_to(boss, "71") == f"/admin/imports/importrequest/{queued.pk}/change/"
    assert sent_to(boss, memo.increment_id) == f"/admin/sales/creditmemo/{memo.pk}/change/"


def test_several_things_of_one_name_are_listed(boss, order):
    queue_stock("71", [("24-MB01", "90", "507")])
    make_product("71")

    text = boss.get(FIND, {"q": "71"}).content.decode()

    assert "Product 71" in text
    assert "Import Request #71" in text


def test_the_beginning_of_a_name_is_enough_to_be_shown_a_list(boss, order):
    text = boss.get(FIND, {"q": "24-"}).content.decode()

    assert "Product 24-MB01" in text


def test_what_only_the_histories_know_can_be_found(boss):
    store(ShipmentImport, wait_minutes=0)
    queue_despatch("38", "000000099")
    process_imports(Entity.SHIPMENT)

    text = boss.get(FIND, {"q": "000000099"}).content.decode()

    assert f"{FIND}order/000000099/" in text
    assert "does not exist" in boss.get(f"{FIND}order/000000099/").content.decode()


@pytest.mark.parametrize("text", ["", "nope", "\0", "<script>", "9" * 400])
def test_what_is_not_found_is_said(boss, text):
    answer = boss.get(FIND, {"q": text})

    assert answer.status_code == 200
    assert "bridge-empty" in answer.content.decode()
    assert "<script>”" not in answer.content.decode()


def test_the_command_palette_finds_orders_and_skus(boss, order):
    text = boss.get("/admin/timeline/timeline/palette/", {"q": "24-MB01"}).content.decode()

    assert f'data-url="{SKU_STORY}"' in text
    assert "It does not exist here" not in text


def test_a_story_of_a_sku_with_slashes_has_an_address(boss):
    make_product("A/B #1?")

    assert sent_to(boss, "A/B #1?") == f"{FIND}product/A/B%20%231%3F/"
    assert "Product created" in boss.get(f"{FIND}product/A/B%20%231%3F/").content.decode()


def test_the_row_of_an_order_leads_to_its_story(boss, order):
    assert boss.get(f"{FIND}{order.pk}/change/").url == ORDER_STORY
