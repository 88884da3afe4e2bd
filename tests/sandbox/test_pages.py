"""The pages: who may see them, what they show, and that every button does what it says."""

from decimal import Decimal

import pytest
import requests
from bs4 import BeautifulSoup

from orderflow_bridge.sandbox.actions import ACTIONS
from orderflow_bridge.sandbox.faults import PUSHES
from orderflow_bridge.sandbox.records import Errand, OrderLine, OrderState, WarehouseOrder
from orderflow_bridge.sandbox.warehouse import EPOCH

PAGES = ("/", "/orders", "/messages", "/incidents", "/faults")


def get(running, path):
    """Return a page, parsed."""
    answer = requests.get(f"{running.address}{path}", timeout=5)
    return answer, BeautifulSoup(answer.text, "html.parser")


def press(running, action, **fields):
    """Press a button as a browser does; return what the next page says."""
    _, page = get(running, "/faults")
    token = page.find("input", attrs={"name": "token"})["value"]
    data = {"token": token, **fields}
    answer = requests.post(f"{running.address}/do/{action}", data=data, timeout=5)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser").find(class_="notice").text


def add_order(running):
    """Put an order for three bags into the warehouse."""
    running.stock()
    order = WarehouseOrder("000000005", lines=[OrderLine("24-MB01", "Bag", Decimal(3))])
    running.warehouse.take_order(order, at=EPOCH)
    return order


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_sandbox_has_all_pages_and_says_what_it_is(running, path):
    answer, page = get(running, path)

    assert answer.status_code == 200
    assert "It is not OrderFlow" in page.find(class_="what").text
    assert page.find("a", attrs={"aria-current": "page"})["href"] == path
    assert path in ("/faults", "/incidents") or page.find(class_="empty")


def test_pages_allow_no_script_and_nothing_from_elsewhere(running):
    answer, page = get(running, "/")

    assert "default-src 'none'; style-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not page.find_all(["script", "style", "img"])
    assert not [tag for tag in page.find_all() if "style" in tag.attrs or "onclick" in tag.attrs]
    assert get(running, "/sandbox.css")[0].headers["Content-Type"].startswith("text/css")


def test_what_comes_from_outside_is_escaped(running):
    evil = "<script>alert(1)</script>"
    with running.shop() as shop:
        shop.notify_product_modified(evil)
    running.stock(evil)

    for path in ("/", "/messages", f"/messages/{running.last().number}"):
        answer, page = get(running, path)
        assert not page.find("script")
        assert "&lt;script&gt;" in answer.text or "%3Cscript" in answer.text


def test_a_form_without_the_pages_token_does_nothing(running):
    running.stock()

    answer = requests.post(f"{running.address}/do/reset", data={"sure": "1"}, timeout=5)

    assert answer.status_code == 403
    assert running.warehouse.stock


def test_a_foreign_name_for_this_machine_is_not_answered(running):
    answer = requests.get(running.address, headers={"Host": "evil.example"}, timeout=5)

    assert answer.status_code == 403
    assert 'name="token"' not in answer.text


def test_nobody_is_led_to_another_site(running):
    _, page = get(running, "/faults")
    token = page.find("input", attrs={"name": "token"})["value"]
    for back in ("//evil.example/", "https://evil.example/", "/\\evil.example", "/\r\nX: y"):
        answer = requests.post(
            f"{running.address}/do/behave",
            data={"token": token, "back": back},
            allow_redirects=False,
            timeout=5,
        )
        assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/nothing", "/orders/1", "/messages/99"])
def test_what_is_not_there_is_said_so(running, path):
    answer, page = get(running, path)

    assert answer.status_code == 404
    assert page.find("h1").text == "Not possible"


def test_every_button_on_the_pages_has_an_action_and_every_action_a_button(running):
    add_order(running)
    running.sandbox.memory.held.append(None)
    press(running, "play", incident="never-fetch")
    with running.shop() as shop:
        shop.notify_product_modified("24-MB01")
    pressed = set()
    for path in (*PAGES, "/orders/000000005"):
        _, page = get(running, path)
        for tag in page.find_all(["form", "button"]):
            target = tag.get("action") or tag.get("formaction") or ""
            pressed |= {target.removeprefix("/do/")} if target.startswith("/do/") else set()

    assert pressed == set(ACTIONS)


def test_every_field_has_a_label(running):
    add_order(running)
    for path in (*PAGES, "/orders/000000005"):
        _, page = get(running, path)
        fields = page.find_all(["input", "select"])
        visible = [field for field in fields if field.get("type") != "hidden"]
        assert [f for f in visible if not (f.get("aria-label") or f.find_parent("label"))] == []


def test_counting_stock(running):
    running.stock()

    assert press(running, "count", sku="24-MB01", units="12.5") == "24-MB01: 12.5 on hand."
    assert running.warehouse.stock["24-MB01"].on_hand == Decimal("12.5")
    assert "'many' is not a quantity" in press(running, "count", sku="24-MB01", units="many")
    assert "cannot be negative" in press(running, "count", sku="24-MB01", units="-1")


def test_initializing(running):
    running.stock()
    before = running.warehouse.stock["24-MB01"].record_id

    assert "1 products have new sequence ids" in press(running, "initialize")
    assert running.warehouse.stock["24-MB01"].record_id > before


@pytest.mark.parametrize("action", ["push", "push-all", "push-changes", "push-out-of-order"])
def test_a_push_to_a_shop_that_is_away_is_reported(running, action):
    running.stock()

    assert "failed" in press(running, action, sku="24-MB01", dialect="M1")
    assert running.last().note.startswith("The shop cannot be reached")


def test_fetching_without_an_announcement(running):
    press(running, "fetch", kind="order", reference="000000005")

    assert running.warehouse.errands == [Errand("order", "000000005")]


def test_despatching_what_was_typed_and_then_the_rest(running):
    order = add_order(running)

    said = press(running, "despatch", **{"order": "000000005", "units-0": "1", "mail": "on"})
    assert said.startswith("Order 000000005 despatched: 0 messages sent, 1 failed")
    assert dict(running.last().shop_message["fields"])["email"] == "1"
    assert order.state == OrderState.PART_DESPATCHED

    press(running, "despatch", order="000000005", whole="1")
    assert order.state == OrderState.DESPATCHED
    assert running.last().shop_message["units"] == (("24-MB01", "2"),)
    assert dict(running.last().shop_message["fields"])["email"] == "0"


def test_cancelling(running):
    order = add_order(running)

    assert "The shop has not been told" in press(running, "cancel", order="000000005")
    assert order.state == OrderState.CANCELLED
    assert "is cancelled and cannot" in press(running, "cancel", order="000000005")


def test_sending_again_and_what_was_held_needs_a_message(running):
    assert press(running, "send-again") == "There is no message to send again."
    assert press(running, "send-held") == "No message is held back."


def test_misbehaviour_is_set_shown_and_stopped(running):
    path = "remoteorder/order/update.xml"
    assert press(running, "misbehave", endpoint=path, BROKEN="30").endswith(": 500 30 %.")
    assert press(running, "misbehave", endpoint=PUSHES, REORDER="5").startswith("Pushes: Held")
    assert "100 at most" in press(running, "misbehave", endpoint=path, BROKEN="60", EMPTY="60")
    _, page = get(running, "/faults")
    assert page.find("input", attrs={"name": "BROKEN", "class": "set"})["value"] == "30"

    press(running, "behave")
    assert running.sandbox.memory.faults.rates == {}


def test_misbehaviour_begins_again_with_a_seed(running):
    faults = running.sandbox.memory.faults
    faults.counts = {"pushes": 9}

    press(running, "restart-faults", seed="7", hang="2.5", slow="1")

    assert (faults.seed, faults.counts) == (7, {})
    assert (faults.hang_seconds, faults.slow_seconds) == (2.5, 1)


def test_a_reset_must_be_confirmed(running):
    running.stock()
    assert "Tick the box" in press(running, "reset")
    assert running.warehouse.stock

    press(running, "reset", sure="1")
    assert not running.warehouse.stock


@pytest.mark.parametrize(
    ("screen", "page"),
    [
        ("despatch/order/referenceDetail.htm", "/orders/000000005"),
        ("inventory/inventory/referenceDetail.htm", "/?q=000000005"),
        ("import/view/dashboard.htm", "/messages"),
    ],
)
def test_the_shops_links_to_orderflows_screens_lead_to_the_page_here(running, screen, page):
    add_order(running)

    url = f"{running.address}/web/{screen}?externalReference=000000005&channel=magento"
    answer = requests.get(url, timeout=5)

    assert answer.status_code == 200
    assert answer.url == f"{running.address}{page}"


def test_pages_lead_back_to_the_shop(running):
    add_order(running)
    shop = running.sandbox.client.address

    _, order = get(running, "/orders/000000005")
    _, stock = get(running, "/")

    assert order.find("dd").a["href"] == f"{shop}/admin/timeline/timeline/?q=000000005"
    assert stock.tbody.th.a["href"] == f"{shop}/admin/timeline/timeline/?q=24-MB01"
    assert stock.footer.a["href"] == f"{shop}/admin/"
