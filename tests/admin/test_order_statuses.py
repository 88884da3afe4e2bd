"""Stores → Order Statuses, and how statuses of the shop's own look elsewhere."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages

from orderflow_bridge.configuration.sections import OrderExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sales.models import OrderStatusHistory
from orderflow_bridge.stores.models import OrderStatus
from orderflow_bridge.stores.order_statuses import register_status
from tests.factories import make_order

pytestmark = pytest.mark.django_db

LIST = "/admin/stores/orderstatus/"
ORDERS = "/admin/sales/order/"
SETTINGS = "/admin/configuration/orderexportsettings/"


def page(code: str, view: str = "change") -> str:
    return f"{LIST}{OrderStatus.objects.get(code=code).pk}/{view}/"


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def add(browser, code, **values):
    return browser.post(f"{LIST}add/", {"code": code, "label": "", "state": "", **values})


def default_of(state):
    return OrderStatus.objects.get(state=state, is_default=True).code


def test_the_list_shows_magentos_statuses_and_those_that_came_with_orders(boss):
    register_status("awaiting_wms")

    shown = BeautifulSoup(boss.get(LIST).content, "lxml").text

    assert "Suspected Fraud" in shown
    assert "awaiting_wms" in shown
    assert "Not assigned" in shown
    assert LIST in boss.get("/admin/").content.decode()


def test_the_list_is_filtered_by_state(boss):
    register_status("awaiting_wms")

    for state, codes in (("none", ["awaiting_wms"]), ("holded", ["holded"])):
        found = boss.get(f"{LIST}?state={state}").context["cl"].result_list
        assert [row.code for row in found] == codes


def test_an_added_status_becomes_the_default_of_its_state(boss):
    add(boss, "awaiting_wms", label="Awaiting Warehouse", state="processing", is_default="on")

    assert default_of("processing") == "awaiting_wms"
    assert not OrderStatus.objects.get(code="processing").is_default


def test_a_status_gets_a_label_and_keeps_its_code(boss):
    register_status("awaiting_wms")
    make_order(status="awaiting_wms")
    data = {"code": "other", "label": "Awaiting Warehouse", "state": "processing"}

    boss.post(page("awaiting_wms"), data)

    assert OrderStatus.objects.get(label="Awaiting Warehouse").code == "awaiting_wms"
    assert ">Awaiting Warehouse<" in boss.get(ORDERS).content.decode()


@pytest.mark.parametrize("data", [{"state": "complete", "is_default": "on"}, {"state": "new"}])
def test_a_state_does_not_lose_its_default(boss, data):
    answer = boss.post(page("pending"), {"label": "Pending", **data})

    assert (
        "“Pending” is the default of New. Make another status the default of that state first."
        in answer.content.decode()
    )
    assert default_of("new") == "pending"


@pytest.mark.parametrize(
    ("code", "values", "text"),
    [
        ("a,b", {}, "Leave out commas: they separate the codes in settings."),
        ("mine", {"is_default": "on"}, "Choose the state whose default this is."),
        ("pending", {}, "Order status with this Code already exists."),
    ],
)
def test_what_cannot_be_a_status_is_refused_in_words(boss, code, values, text):
    answer = add(boss, code, **values)

    assert text in answer.content.decode()
    assert OrderStatus.objects.count() == 9


def test_a_status_in_use_is_not_deleted(boss):
    register_status("awaiting_wms")
    make_order(status="awaiting_wms")
    make_order(state="holded", status="holded", hold_before_status="awaiting_wms")

    answer = boss.post(page("awaiting_wms", "delete"), {"post": "yes"})

    assert texts(answer) == [
        "“awaiting_wms” cannot be deleted: 2 orders have it. Rename it instead."
    ]
    assert OrderStatus.objects.filter(code="awaiting_wms").exists()


def test_a_status_that_a_setting_names_is_not_deleted(boss):
    register_status("awaiting_wms")
    write_settings(OrderExport, {"exportable_status": ("awaiting_wms",)})

    answer = boss.post(page("awaiting_wms", "delete"), {"post": "yes"})

    assert texts(answer) == [
        "“awaiting_wms” cannot be deleted: it is chosen under Configuration. Take it out of"
        " Exportable Order Status and Unsent Order Statuses first."
    ]


def test_magentos_own_and_defaults_are_not_deleted(boss):
    add(boss, "mine", label="Mine", state="new", is_default="on")

    own = texts(boss.post(page("fraud", "delete"), {"post": "yes"}))
    default = texts(boss.post(page("mine", "delete"), {"post": "yes"}))

    assert own[-1] == (
        "“Suspected Fraud” is one of Magento's own: it cannot be deleted. Rename it instead."
    )
    assert default[-1] == (
        "“Mine” is the default of New: it cannot be deleted. Make another status the default of"
        " that state first."
    )
    assert OrderStatus.objects.count() == 10


def test_a_status_without_orders_is_deleted(boss):
    register_status("mistyped")

    boss.post(page("mistyped", "delete"), {"post": "yes"})

    assert not OrderStatus.objects.filter(code="mistyped").exists()


def test_whoever_only_looks_changes_no_status(viewer):
    assert viewer.get(LIST).status_code == 200
    assert add(viewer, "mine").status_code == 403
    assert viewer.post(page("fraud", "delete"), {"post": "yes"}).status_code == 403


def test_orders_with_an_unknown_status_are_listed_filtered_and_shown(boss):
    register_status("awaiting_wms")
    order = make_order(increment_id="000000005", status="awaiting_wms")
    make_order(increment_id="000000006")
    OrderStatusHistory.objects.create(order=order, status="never_heard_of", comment="x")

    listed = boss.get(f"{ORDERS}?status=awaiting_wms")
    shown = boss.get(f"{ORDERS}{order.pk}/change/").content.decode()

    assert [row.pk for row in listed.context["cl"].result_list] == [order.pk]
    assert ">awaiting_wms<" in listed.content.decode()
    assert "awaiting_wms" in shown
    assert "never_heard_of" in shown


def test_the_settings_offer_every_status(boss):
    register_status("awaiting_wms")
    write_settings(OrderExport, {"exportable_status": ("processing", "to_come")})

    form = BeautifulSoup(boss.get(SETTINGS).content, "lxml")
    offered = {
        box["value"]: box.find_parent("label").text.strip()
        for box in form.select("input[name=exportable_status]")
    }

    assert offered["pending"] == "Pending"
    assert offered["awaiting_wms"] == "awaiting_wms"
    assert offered["to_come"] == "to_come (unknown)"
    made = [box["value"] for box in form.select("input[name=exportable_status][checked]")]
    assert made == ["processing", "to_come"]
