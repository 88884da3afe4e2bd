"""How each incident comes about, and how the page that its remedy leads to mends it."""

from decimal import Decimal

from django.contrib.auth.models import User

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.configuration.sections import (
    InventoryImport,
    Reconciliation,
    ShipmentImport,
)
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sandbox import sending
from orderflow_bridge.sandbox.faults import Kind
from tests.configuration.storing import store
from tests.journeys.person import Person
from tests.journeys.stage import HOUR, MINUTE, Stage
from tests.sandbox.conftest import ACCOUNT

INVENTORY = "remotewarehouse/inventory.xml"
COMPARISON = "orderflow_reconcile_inventory"
STOCK = "orderflow_import_inventory_update"
RETRY = 10 * MINUTE


# --- what the shop says to OrderFlow --------------------------------------------------------------
def wrong_password_here(stage: Stage) -> None:
    stage.configure(password="not-the-password")
    stage.sell("24-MB01")


def enter_the_password(stage: Stage, who: Person, url: str) -> None:
    who.save(url, password=ACCOUNT.password)
    stage.wait(RETRY)


def unknown_host(stage: Stage) -> None:
    stage.configure(endpoint="http://orderflow.invalid/web/")
    stage.sell("24-MB01")


def correct_the_host(stage: Stage, who: Person, url: str) -> None:
    who.save(url, endpoint=stage.trade.endpoint)
    stage.wait(RETRY)


def sign_in_page(stage: Stage) -> None:
    stage.play("login-page")
    stage.sell("24-MB01")


def requeue_after_it(stage: Stage, who: Person, url: str) -> None:
    stage.stop("login-page")
    who.choose_all(url, "requeue_selected")


def orderflow_away(stage: Stage) -> None:
    stage.play("away")
    stage.sell(*(f"24-MB0{number}" for number in range(6)))


def try_again(stage: Stage, who: Person, url: str) -> None:
    stage.stop("away")
    who.press(url, "Try Again Now")
    stage.wait(RETRY)


def dripping(stage: Stage) -> None:
    stage.configure(total_timeout=1, read_timeout=1)
    stage.play("drip")
    stage.sell("24-MB01")


def stop_dripping(stage: Stage, who: Person, url: str) -> None:
    stage.stop("drip")
    stage.configure(total_timeout=20, read_timeout=20)
    stage.wait(RETRY)


def _by_https(stage: Stage) -> None:
    stage.configure(
        endpoint=stage.trade.endpoint.replace("http:", "https:"),
        ca_certificates=str(stage.sandbox.authority.path),
    )


def ended_certificate(stage: Stage) -> None:
    _by_https(stage)
    stage.play("stale-certificate")
    stage.sell("24-MB01")


def renew_it(stage: Stage, who: Person, url: str) -> None:
    stage.stop("stale-certificate")
    stage.wait(RETRY)


def ending_certificate(stage: Stage) -> None:
    stage.play("ending-certificate")
    _by_https(stage)


def renew_in_time(stage: Stage, who: Person, url: str) -> None:
    stage.stop("ending-certificate")
    stage.wait(25 * HOUR)


def nothing_fetched(stage: Stage) -> None:
    stage.play("never-fetch")
    stage.sell("24-MB01", "24-MB02")
    stage.wait()


def fetch_it_late(stage: Stage, who: Person, url: str) -> None:
    stage.stop("never-fetch")
    stage.fetch("24-MB01", "24-MB02")


def order_swallowed(stage: Stage) -> None:
    stage.play("swallow")
    stage.order()


def announce_it_again(stage: Stage, who: Person, url: str) -> None:
    stage.stop("swallow")
    who.press(url, "Export")
    stage.wait()


def lost_order_asked_for(stage: Stage) -> None:
    store(Reconciliation, orders_are_asked_for=True)
    order_swallowed(stage)
    stage.wait()
    stage.clock.shift(49 * HOUR)
    stage.trade.job("orderflow_reconcile_orders")


def announce_what_is_unknown(stage: Stage, who: Person, url: str) -> None:
    stage.stop("swallow")
    who.press(url.replace("/announce/", "/change/"), "Announce Again")
    stage.wait()


# --- what OrderFlow says to the shop --------------------------------------------------------------
def wrong_password_there(stage: Stage) -> None:
    stage.stock("24-MB01")
    stage.play("wrong-password")


def set_the_password(stage: Stage, who: Person, url: str) -> None:
    new = "Brand-new-98765"
    who.save(url.replace("/change/", "/password/"), password1=new, password2=new)
    stage.sandbox.client._password = new
    stage.stop("wrong-password")


def wrong_token(stage: Stage) -> None:
    stage.stock("24-MB01")
    stage.play("wrong-token")


def sign_in_again(stage: Stage, who: Person, url: str) -> None:
    stage.stop("wrong-token")
    stage.wait(2 * MINUTE)


def user_inactive(stage: Stage) -> None:
    stage.stock("24-MB01")
    User.objects.filter(username="orderflow").update(is_active=False)
    for _ in range(3):
        sending.push_stock(stage.sandbox)


def activate_the_user(stage: Stage, who: Person, url: str) -> None:
    who.save(url, is_active="on")
    sending.push_stock(stage.sandbox)


def import_switched_off(stage: Stage) -> None:
    order = stage.order()
    boss = User.objects.create_superuser("boss")
    write_settings(ShipmentImport, {"is_enabled": False}, by=boss)
    sending.despatch(stage.sandbox, order.increment_id)


def switch_it_on(stage: Stage, who: Person, url: str) -> None:
    who.save(url, is_enabled="1")


def empty_push(stage: Stage) -> None:
    stage.stock(*(f"P-{number}" for number in range(60)))
    stage.play("empty-push")


def discard_it(stage: Stage, who: Person, url: str) -> None:
    who.press(url, "Discard")
    stage.stop("empty-push")


def unknown_sku(stage: Stage) -> None:
    stage.stock("24-MB01")
    for _ in range(3):
        stage.play("unknown-sku")


def create_the_product(stage: Stage, who: Person, url: str) -> None:
    [form] = [each["href"] for each in who.look(url).select("a") if "Create Product" in each.text]
    assert who.look(str(form)).select_one("#id_sku")["value"] == "NOT-IN-THE-SHOP"
    who.save(str(form), name="A new bag", price="10")


def ignore_it(stage: Stage, who: Person, url: str) -> None:
    who.press(url, "Ignore")


def over_shipped(stage: Stage) -> None:
    stage.order()
    stage.play("over-ship")


def settle_it(stage: Stage, who: Person, url: str) -> None:
    who.press(url, "Mark As Settled", note="Counted again: two had left.")


def type_without_stock(stage: Stage) -> None:
    stage.stock("24-MB01")
    Product.objects.update(type_id=Product.Type.CONFIGURABLE)
    stage.sandbox.memory.warehouse.set_stock("24-MB01", Decimal(91))
    sending.push_stock(stage.sandbox)


def make_it_simple(stage: Stage, who: Person, url: str) -> None:
    who.save(url, type_id="simple")


def stale_replay(stage: Stage) -> None:
    stage.stock("24-MB01")
    stage.play("old-message")


def lost_message(stage: Stage) -> None:
    _compare(stage, "lose-message")


def forgotten_push(stage: Stage) -> None:
    _compare(stage, "forget-push")


def _compare(stage: Stage, incident: str) -> None:
    store(Reconciliation, is_enabled=True)
    stage.stock("24-MB01")
    stage.play(incident)
    stage.trade.job(COMPARISON)
    stage.clock.shift(31 * MINUTE)
    stage.trade.job(COMPARISON)


def correct_it(stage: Stage, who: Person, url: str) -> None:
    who.press(url, "Correct")


def push_what_was_forgotten(stage: Stage, who: Person, url: str) -> None:
    stage.stop("forget-push")


def silence(stage: Stage) -> None:
    stage.stock("24-MB01")
    stage.wait()


def push_again(stage: Stage, who: Person, url: str) -> None:
    sending.push_stock(stage.sandbox)


# --- what happens here ----------------------------------------------------------------------------
def nothing_runs(stage: Stage) -> None:
    stage.wait()


def start_it(stage: Stage, who: Person, url: str) -> None:
    stage.wait()


def queue_not_worked_off(stage: Stage) -> None:
    stage.stock("24-MB01")
    write_settings(InventoryImport, {"cron_expression": "0 0 1 1 *"})
    sending.push_stock(stage.sandbox)


def process_by_hand(stage: Stage, who: Person, url: str) -> None:
    who.choose_all(url, "process_selected")


def comparison_fails(stage: Stage) -> None:
    store(Reconciliation, is_enabled=True)
    stage.stock("24-MB01")
    stage.sandbox.memory.faults.set_rates(INVENTORY, {Kind.BROKEN: 100})
    stage.trade.job(COMPARISON)


def compare_again(stage: Stage, who: Person, url: str) -> None:
    stage.sandbox.memory.faults.set_rates(INVENTORY, {})
    stage.trade.job(COMPARISON)
