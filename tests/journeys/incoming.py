"""Incidents of what OrderFlow says to the shop, and of what happens here, with what mends them."""

from decimal import Decimal
from functools import partial

from django.contrib.auth.models import User

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.configuration.sections import Reconciliation, ShipmentImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sandbox import sending
from tests.configuration.storing import store
from tests.journeys.person import Person
from tests.journeys.stage import MINUTE, Stage

INVENTORY = "remotewarehouse/inventory.xml"
COMPARISON = "orderflow_reconcile_inventory"


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


def _compare(stage: Stage, incident: str) -> None:
    store(Reconciliation, is_enabled=True)
    stage.stock("24-MB01")
    stage.play(incident)
    stage.trade.job(COMPARISON)
    stage.clock.shift(31 * MINUTE)
    stage.trade.job(COMPARISON)


lost_message = partial(_compare, incident="lose-message")
forgotten_push = partial(_compare, incident="forget-push")


def correct_it(stage: Stage, who: Person, url: str) -> None:
    who.press(url, "Correct")


def push_what_was_forgotten(stage: Stage, who: Person, url: str) -> None:
    stage.stop("forget-push")


def silence(stage: Stage) -> None:
    stage.stock("24-MB01")
    stage.wait()


def push_again(stage: Stage, who: Person, url: str) -> None:
    sending.push_stock(stage.sandbox)
