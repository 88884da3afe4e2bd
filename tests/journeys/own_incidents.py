"""Incidents that are not OrderFlow's doing: how each comes about here, and what mends it."""

from decimal import Decimal

from django.utils import timezone

from orderflow_bridge.access.ready_roles import ADMINISTRATOR
from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.sections import InventoryImport, OrderExport, Reconciliation
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.exchange.models import Direction
from orderflow_bridge.exchange.services import pause
from orderflow_bridge.outbox.webhooks.receivers import pause_receiver
from orderflow_bridge.plugins.hooks import load_plugins, tell
from orderflow_bridge.problems import kinds
from orderflow_bridge.sandbox import sending
from orderflow_bridge.sandbox.faults import Kind
from tests.access.integrations.signing import make_integration
from tests.configuration.storing import store
from tests.factories import make_order, make_reservation, make_stock
from tests.fakes import Answer
from tests.journeys.incidents import SETTINGS, Row
from tests.journeys.person import Person
from tests.journeys.stage import DAY, HOUR, MINUTE, Stage
from tests.outbox.webhooks.shop import Shop, listen, make_receiver
from tests.plugins.switching import switched_on
from tests.sandbox.conftest import ACCOUNT

INVENTORY = "remotewarehouse/inventory.xml"
COMPARISON = "orderflow_reconcile_inventory"
UNREADABLE = "gAAAAABn-by-another-key"


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


def receiver_refuses(stage: Stage) -> None:
    shop = stage.open(Shop().running())
    shop.answers = [Answer(status=500)] * 4
    listen(shop, stage.trade.website)
    stage.order()
    for _ in range(3):
        stage.trade.job("orderflow_webhooks")
        stage.clock.shift(HOUR)


def take_it_again(stage: Stage, who: Person, url: str) -> None:
    stage.wait(6 * HOUR)


def somebody_forgets_a_receiver(stage: Stage) -> None:
    receiver = make_receiver(stage.trade.website)
    pause_receiver(receiver, why="Their server moves.", by="nina")
    stage.clock.shift(2 * HOUR)


def resume_receiver_by_hand(stage: Stage, who: Person, url: str) -> None:
    who.press(url, "Resume")


def secret_without_its_key(stage: Stage) -> None:
    SettingValue.objects.filter(path="orderflow_api/settings/password").update(value=UNREADABLE)
    forget()


def enter_it_again(stage: Stage, who: Person, url: str) -> None:
    who.save(url, password=ACCOUNT.password)


def no_status_chosen(stage: Stage) -> None:
    write_settings(OrderExport, {"exportable_status": ()})


def choose_one(stage: Stage, who: Person, url: str) -> None:
    who.save(url, **{"inherit-exportable_status": None, "exportable_status": ["processing"]})


def more_promised_than_there_is(stage: Stage) -> None:
    make_stock("Default")
    stage.stock("24-MB01", units=2)
    order = make_order(items=[("24-MB01", 5)])
    make_reservation("24-MB01", -5, order=order)


def get_the_goods_in(stage: Stage, who: Person, url: str) -> None:
    stage.sandbox.memory.warehouse.set_stock("24-MB01", Decimal(50))
    sending.push_stock(stage.sandbox)


def somebody_pauses(stage: Stage) -> None:
    pause(Direction.ALL, reason="Stocktaking", by="nina")


def integration_ends(stage: Stage) -> None:
    make_integration("Agency", ends_at=timezone.now() + 3 * DAY)


def give_it_a_year(stage: Stage, who: Person, url: str) -> None:
    who.save(url, last_day=f"{timezone.now() + 365 * DAY:%Y-%m-%d}")


def go_on(stage: Stage, who: Person, url: str) -> None:
    who.press(url, "Resume")


def plugin_fails(stage: Stage) -> None:
    def fail() -> None:
        raise RuntimeError("no idea")

    stage.open(switched_on(gift_wrap={"exports_settled": fail}))
    tell("exports_settled", about="order 000000005", exports=())


def switch_it_off(stage: Stage, who: Person, url: str) -> None:
    load_plugins(())


ROWS = (
    Row(
        "a plugin that fails",
        plugin_fails,
        kinds.PLUGIN_FAILING,
        "The plugin gift_wrap 1.2 fails in exports_settled (order 000000005)",
        "Install a version of the plugin that works, or take it out of BRIDGE_PLUGINS",
        "/admin/plugins/hookuse/",
        switch_it_off,
    ),
    Row(
        "messages that nobody works off",
        queue_not_worked_off,
        kinds.QUEUE_OLD,
        "The oldest of 1 stock message has waited for 20 minutes.",
        "See what holds it, or process it by hand.",
        "/admin/imports/importrequest/",
        process_by_hand,
        takes=20 * MINUTE,
    ),
    Row(
        "a job that fails",
        comparison_fails,
        kinds.JOB_FAILED,
        "The last run of the job Stock Comparison failed",
        "Mend what the sentence names; the log has the details.",
        "/admin/scheduler/jobrun/",
        compare_again,
    ),
    Row(
        "a receiver that refuses webhooks",
        receiver_refuses,
        kinds.WEBHOOK_FAILING,
        "could not be delivered to 127.0.0.1",
        "See that the receiver runs and the URL is right; what was given up can be requeued.",
        "/admin/webhooks/webhookreceiver/",
        take_it_again,
        by=ADMINISTRATOR,
    ),
    Row(
        "a receiver of webhooks that somebody has paused and forgotten",
        somebody_forgets_a_receiver,
        kinds.WEBHOOK_PAUSED,
        "was paused by nina",
        "Resume it when what it was for is done; what waits is posted then.",
        "/admin/webhooks/webhookreceiver/",
        resume_receiver_by_hand,
    ),
    Row(
        "a secret whose key is gone",
        secret_without_its_key,
        kinds.SECRET_UNREADABLE,
        "cannot be read, because the key has changed",
        "enter the secret again",
        SETTINGS,
        enter_it_again,
        follow=(ADMINISTRATOR,),
        by=ADMINISTRATOR,
    ),
    Row(
        "settings that cannot work",
        no_status_chosen,
        kinds.CONFIGURATION,
        "exports orders, but no Exportable Order Status is chosen: no order is exported.",
        "Choose the statuses, or switch the export off.",
        "/admin/configuration/orderexportsettings/",
        choose_one,
        see=(ADMINISTRATOR,),
        follow=(ADMINISTRATOR,),
        by=ADMINISTRATOR,
    ),
    Row(
        "more promised than there is",
        more_promised_than_there_is,
        kinds.OVERSOLD,
        "SKU 24-MB01 is oversold: 3 more promised than in stock",
        "Get the goods in, or tell the customers of the newest orders.",
        "/admin/catalog/product/",
        get_the_goods_in,
    ),
    Row(
        "an integration whose last day is near",
        integration_ends,
        kinds.INTEGRATION_ENDS,
        "The last day of the integration Agency is ",
        "Set a later Last Day of Access, or revoke it when its work is done.",
        "/admin/integrations/integration/",
        give_it_a_year,
        see=(ADMINISTRATOR,),
        follow=(ADMINISTRATOR,),
        by=ADMINISTRATOR,
    ),
    Row(
        "an exchange that somebody has paused",
        somebody_pauses,
        kinds.EXCHANGE_PAUSED,
        "Everything is paused. Paused by nina until it is resumed: Stocktaking.",
        "Resume it when what it was for is done; nothing is lost meanwhile.",
        "/admin/exchange/pause/",
        go_on,
        follow=(ADMINISTRATOR,),
        by=ADMINISTRATOR,
    ),
)
