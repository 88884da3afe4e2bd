"""The bridge with two plugins installed as wheels; tests/plugins/test_wheels.py runs this file.

Gift Wrap uses every hook and brings everything that a plugin may. Breaking raises in each hook in
turn, over what has BREAKS in its name.
"""

from decimal import Decimal
from io import StringIO
from typing import Any

import breaking_hooks
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from gift_wrap.models import Told, Wrap
from gift_wrap.sections import GiftWrap

from exports.cron import export_orders_create, export_products_create
from imports.inbox import accept_inventory, accept_shipment
from imports.services import process_imports
from orderflow_bridge.access.role_rights import rights_pages
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.sections import ExportMode
from orderflow_bridge.configuration.selectors import values_of
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.plugins.hooks import hooks_of, loaded_plugins
from orderflow_bridge.plugins.models import HookFailure, HookUse
from orderflow_bridge.plugins.specs import Hooks
from orderflow_bridge.plugins.statistics import write_statistics
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order, Shipment
from orderflow_bridge.watch.services import watch
from tests.exports.shop import make_due_orders, make_due_products, make_shop, row
from tests.exports.test_push_mode import report
from tests.factories import make_address, make_order, make_product, make_source
from tests.fakes import Answer
from tests.imports.despatches import stored_despatch
from tests.imports.stock import stock
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db(transaction=True)

HOOKS = sorted(name for name in vars(Hooks) if not name.startswith("_"))
PUSH = {"mode": ExportMode.PUSH}


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss", "boss@example.com", "secret-12345"))
    return client


@pytest.fixture(autouse=True)
def _mended() -> Any:
    yield
    breaking_hooks.raises_in = ""


def due_order(website: Any, number: str) -> Order:
    [order] = make_due_orders(website, 1, increment_id=number, items=[("24-MB01", 1)])
    for kind in ("shipping", "billing"):
        make_address(order, address_type=kind)
    return order


def accept(message_id: str, *skus: str) -> None:
    accept_inventory(
        quantities=[(sku, "5", None) for sku in skus],
        sequences=[(sku, "7", None) for sku in skus],
        message_id=message_id,
        body=b"<x/>",
        received_by="orderflow",
    )


def despatch(order: Order, message_id: str) -> None:
    accept_shipment(
        despatch=stored_despatch(order),
        message_id=message_id,
        body=b"<x/>",
        received_by="orderflow",
    )


def told(hook: str) -> list[str]:
    return list(Told.objects.filter(hook=hook).order_by("id").values_list("text", flat=True))


def test_a_plugin_uses_every_hook_there_is():
    [gift_wrap, breaking] = loaded_plugins()

    assert (gift_wrap.name, gift_wrap.version, gift_wrap.package) == (
        "gift_wrap", "1.2.0", "orderflow-gift-wrap",
    )  # fmt: skip
    assert sorted(hooks_of(gift_wrap)) == HOOKS
    assert sorted(hooks_of(breaking)) == HOOKS


def test_its_tables_are_there_and_lack_no_migration():
    assert apps.get_app_config("gift_wrap").verbose_name == "Gift Wrap"
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


def test_it_shapes_documents_and_keeps_its_own_goods_here(orderflow):
    website = make_shop(orderflow, products=PUSH, orders=PUSH)
    [paper] = make_due_products(website, 1, sku="WRAP-RED")
    make_due_products(website, 1, sku="24-MB01")
    due_order(website, "000000005")
    Wrap.objects.create(order_number="000000005", colour="red")
    taken = [report(taken=["24-MB01"]), report(taken=["000000005"])]
    orderflow.answers = [Answer(body=body) for body in taken]

    export_products_create()
    export_orders_create()

    products, orders = (each.body.decode() for each in orderflow.heard)
    assert "\nwrappable=1" in products
    assert "WRAP-RED" not in products
    assert row(paper, website).orderflow_last_error == "Gift Wrap: Paper is not sold."
    assert "\ngiftWrap=red\n" in orders
    assert "\norderLine.1.packLast=1\n" in orders
    assert sorted(told("exports_settled")) == [
        "000000005: exported", "24-MB01: exported", "WRAP-RED: failed",
    ]  # fmt: skip


def test_it_keeps_stock_back_and_hears_of_messages_shipments_and_problems():
    make_source()
    make_product("A")
    write_settings(GiftWrap, {"units_kept_back": 2})
    order = make_order(items=[("A", 1)])
    Wrap.objects.create(order_number=order.increment_id, colour="red")

    accept("71", "A", "nowhere")
    process_imports(Entity.INVENTORY)
    despatch(order, "72")
    process_imports(Entity.SHIPMENT)
    make_product("nowhere")
    watch()

    assert {sku: quantity for (sku, _), (quantity, _, _) in stock().items()} == {"A": 3}
    assert told("message_accepted") == ["71", "72"]
    assert told("batch_applied") == ["71: 1", "72: 1"]
    assert told("shipments_booked") == [order.increment_id]
    assert "unknown_sku" in told("problems_opened")
    assert "unknown_sku" in told("problems_ended")
    assert not Wrap.objects.exists(), "the paper is used up"


def test_its_settings_have_a_page_and_are_in_the_navigation(boss):
    address = "/admin/gift_wrap/giftwrapsettings/"
    page = boss.get(address).content.decode()

    assert "Units Kept Back" in page
    assert ">Plugins</" in page
    saved = boss.post(address, {"units_kept_back": "4", "refused_prefix": "PAPER"})
    assert saved.status_code == 302
    assert values_of(GiftWrap) == GiftWrap(4, "PAPER")
    listed = StringIO()
    call_command("config", "list", stdout=listed)
    assert "gift_wrap/settings/units_kept_back" in listed.getvalue()


def test_its_job_runs_and_is_shown_with_the_others(boss):
    Wrap.objects.create(order_number="000000005", colour="red")
    output = StringIO()

    call_command("jobs", "run", "gift_wrap_count", stdout=output)

    assert "1 orders want paper." in output.getvalue()
    assert "Gift Wrap Count" in boss.get("/admin/scheduler/jobrun/").content.decode()


def test_its_detector_looks_with_the_others(boss):
    for number in range(4):
        Wrap.objects.create(order_number=str(number), colour="red")
    watch()
    problem = Problem.objects.get(kind="gift_wrap_low")
    page = boss.get(f"/admin/problems/problem/{problem.pk}/change/").content.decode()
    listed = boss.get("/admin/problems/problem/").content.decode()
    Wrap.objects.all().delete()
    watch()
    problem.refresh_from_db()

    assert "4 orders want paper." in page
    assert "Paper Is Low" in listed
    assert problem.resolved_at is not None


def test_its_rest_route_answers_those_who_have_its_right():
    Wrap.objects.create(order_number="000000005", colour="red")

    assert Shop("gift_wrap.view_wrap").get("giftWraps") == (
        200, [{"order_number": "000000005", "colour": "red"}],
    )  # fmt: skip
    status, refusal = Shop().get("giftWraps")
    assert status == 401
    assert refusal["parameters"] == {"resources": "Agency_GiftWrap::wraps"}
    schema = Client().get("/rest/schema").json()
    assert "/rest/V1/giftWraps" in schema["paths"]


def test_its_page_is_in_the_menu_and_its_tab_on_the_order(boss):
    order = make_order()
    Wrap.objects.create(order_number=order.increment_id, colour="purple")

    page = boss.get("/admin/gift_wrap/wrap/").content.decode()
    tab = boss.get(f"/admin/sales/order/{order.pk}/change/").content.decode()

    assert "purple" in page
    assert 'href="/admin/gift_wrap/wrap/"' in tab, "the menu has it"
    assert 'id="gift-wrap"' in tab
    assert "purple" in tab
    rights = [each.name for group in rights_pages() for each in group.rights]
    assert "gift_wrap.view_wrap" in rights
    assert "gift_wrap.change_giftwrapsettings" in rights


def test_both_are_on_the_page_of_plugins(boss):
    accept("71", "A")
    write_statistics()
    page = boss.get("/admin/plugins/hookuse/").content.decode()

    assert "Gift Wrap" in page
    assert "1.2.0" in page
    assert "orderflow-breaking" in page
    assert HookUse.objects.filter(plugin="gift_wrap", hook="message_accepted", calls=1).exists()


@pytest.mark.parametrize("hook", HOOKS)
def test_one_that_raises_leaves_everything_else_as_it_is(orderflow, hook):
    breaking_hooks.raises_in = hook
    website = make_shop(orderflow, products=PUSH, orders=PUSH)
    make_source()
    make_due_products(website, 1, sku="24-MB01")
    make_due_products(website, 1, sku="BREAKS")
    due_order(website, "000000005")
    due_order(website, "BREAKS-6")
    everything = ["24-MB01", "BREAKS", "000000005", "BREAKS-6"]
    orderflow.answers = [Answer(body=report(taken=everything))] * 4

    export_products_create()
    export_orders_create()
    accept("71", "24-MB01", "nowhere")
    accept("72", "BREAKS")
    process_imports(Entity.INVENTORY)
    for number, order in enumerate(Order.objects.order_by("id")):
        despatch(order, f"8{number}")
    process_imports(Entity.SHIPMENT)
    make_product("nowhere")
    watch()

    sent = "\n".join(each.body.decode() for each in orderflow.heard)
    of_product = hook in ("product_document_values", "refuse_exports")
    of_order = hook in ("order_document_values", "order_line_values", "refuse_exports")
    assert "24-MB01" in sent
    assert "000000005" in sent
    assert ('externalReference="BREAKS"' not in sent) == of_product
    assert ("BREAKS-6" not in sent) == of_order
    exported = Order.objects.filter(orderflow_export_status="Exported")
    assert exported.filter(increment_id="000000005").exists()
    quantities = dict(
        SourceItem.objects.filter(last_sequence_id=7).values_list("product__sku", "quantity")
    )
    assert quantities["24-MB01"] == Decimal(5)
    waits = hook == "adjust_quantities"
    assert ("BREAKS" in quantities) == (not waits)
    assert Request.objects.filter(message_id="72", processed_at=None).exists() == waits
    assert Shipment.objects.count() == 2
    assert Problem.objects.get(kind="plugin_failing").subject == "breaking"
    assert set(HookFailure.objects.values_list("plugin", "hook")) == {("breaking", hook)}
    for heard in ("message_accepted", "batch_applied", "shipments_booked", "exports_settled"):
        assert told(heard), f"Gift Wrap was told by {heard}"
    assert "unknown_sku" in told("problems_opened")
    assert "unknown_sku" in told("problems_ended")
