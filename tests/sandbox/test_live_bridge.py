"""The sandbox against a live bridge: fetches, pushes and despatches, and what the bridge does."""

from decimal import Decimal

import pytest

from imports.models import ImportLine
from imports.services import process_imports
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sandbox import sending
from orderflow_bridge.sandbox.connecting import what_is_there
from orderflow_bridge.sandbox.faults import PUSHES, PushKind
from orderflow_bridge.sandbox.records import MessageState, OrderState
from orderflow_bridge.sandbox.warehouse import NotPossible
from tests.factories import make_order, make_product, make_source, make_user, make_website

DIALECTS = pytest.mark.parametrize("dialect", ["M2", "M1"])


@pytest.fixture
def bag(connected):
    """A bag that the shop sells and the warehouse holds ninety of."""
    make_source()
    product = make_product("24-MB01")
    connected.stock("24-MB01", 90)
    return product


def results():
    """What became of the import lines, in order."""
    process_imports(Entity.INVENTORY)
    return [line.get_result_display() for line in ImportLine.objects.order_by("id")]


def quantity(sku="24-MB01"):
    """The shop's stock of a product."""
    return SourceItem.objects.get(product__sku=sku).quantity


def announce(running, order):
    """Announce an order as the shop does, and let it be fetched."""
    with running.shop() as shop:
        shop.notify_order_created(entity_id=order.pk, increment_id=order.increment_id)
    running.errands.run_errands()


def test_an_announced_product_is_fetched(connected):
    product = make_product("24-MB01", name="Joust Duffle Bag")
    ProductWebsite.objects.create(product=product, website=make_website())
    with connected.shop() as shop:
        shop.notify_product_modified("24-MB01")

    connected.errands.run_errands()

    assert connected.last().note == "Product 24-MB01 taken over."
    assert connected.warehouse.stock["24-MB01"].description == "Joust Duffle Bag"
    assert connected.warehouse.errands == []
    assert connected.last().note == "Product 24-MB01 taken over."
    assert "<sku>24-MB01</sku>" in connected.last().received


def test_an_announced_order_is_fetched_with_its_variants_and_parts(connected):
    order = make_order(items=[("24-MB01", 2)], configurables=[("wbk002c-Black-S", 1)])

    announce(connected, order)

    taken = connected.warehouse.orders[order.increment_id]
    assert [(line.sku, line.ordered) for line in taken.lines] == [
        ("24-MB01", 2),
        ("wbk002c-Black-S", 1),
    ]
    assert taken.email == order.customer_email


def test_an_order_can_be_fetched_by_its_number(connected):
    order = make_order(items=[("24-MB01", 2)])
    with connected.shop() as shop:
        shop.notify_order_created(entity_id=order.increment_id, increment_id="")

    connected.errands.run_errands()

    assert order.increment_id in connected.warehouse.orders


def test_what_cannot_be_fetched_is_tried_again_and_then_given_up(connected):
    with connected.shop() as shop:
        shop.notify_product_modified("nothing")

    connected.errands.run_errands()
    assert "Trying again in 0 s." in connected.last().note
    connected.errands.run_errands()

    assert "Given up" in connected.last().note
    assert connected.warehouse.errands == []


@DIALECTS
def test_a_single_push_sets_the_shops_stock(connected, bag, dialect):
    posted = sending.push_stock(connected.sandbox, ["24-MB01"], dialect=dialect)

    assert str(posted) == "1 message sent."
    assert connected.last().note.startswith("Success - Message ")
    assert results() == ["Success"]
    assert quantity() == 90


def test_no_message_that_is_kept_holds_a_secret(connected, bag):
    sending.push_stock(connected.sandbox, ["24-MB01"], dialect="M1")
    sending.push_stock(connected.sandbox, ["24-MB01"])

    texts = "".join(
        f"{one.sent}{one.received}{one.shop_message}" for one in connected.warehouse.messages
    )
    assert "Secret-12345" not in texts
    assert connected.sandbox.client._token not in texts


def test_a_full_push_is_cut_into_messages(connected, bag):
    for number in range(5):
        make_product(f"P{number}")
        connected.stock(f"P{number}", number)

    posted = sending.push_stock(connected.sandbox, chunk=2)

    assert posted.sent == 3
    assert results() == ["Success"] * 6
    assert quantity("P4") == 4


def test_a_repeated_full_push_counts_only_after_initializing(connected, bag):
    sending.push_stock(connected.sandbox)
    sending.push_stock(connected.sandbox)
    connected.warehouse.initialize()
    sending.push_stock(connected.sandbox)

    assert results() == ["Success", "Duplicate", "Success"]


def test_an_incremental_push_sends_only_what_has_changed(connected, bag):
    make_product("hdd000")
    connected.stock("hdd000", 5)
    sending.push_stock(connected.sandbox)
    connected.warehouse.set_stock("hdd000", Decimal(4))

    sending.push_changes(connected.sandbox)

    assert connected.last().reference == "hdd000"
    with pytest.raises(NotPossible, match="No stock has changed"):
        sending.push_changes(connected.sandbox)


def test_open_orders_are_taken_off_and_their_time_is_told(connected, bag):
    announce(connected, make_order(items=[(bag, 4)]))

    sending.push_stock(connected.sandbox, ["24-MB01"])

    [line] = connected.last().shop_message["lines"]
    assert line["qty"] == "86"
    assert line["last_order_exported"] == connected.warehouse.last_order_at != ""


def test_a_push_out_of_order_is_superseded(connected, bag):
    sending.push_out_of_order(connected.sandbox, "24-MB01")

    assert results() == ["Success", "Superseded"]
    assert quantity() == 91


def test_a_message_sent_again_is_a_duplicate(connected, bag):
    sending.push_stock(connected.sandbox, ["24-MB01"])

    sending.send_again(connected.sandbox)

    assert results() == ["Success", "Duplicate"]


def test_faults_sends_a_push_twice(connected, bag):
    connected.sandbox.memory.faults.set_rates(PUSHES, {PushKind.DUPLICATE: 100})

    assert sending.push_stock(connected.sandbox, ["24-MB01"]).sent == 2
    assert results() == ["Success", "Duplicate"]


def test_faults_holds_a_push_back_until_after_the_next(connected, bag):
    faults = connected.sandbox.memory.faults
    faults.set_rates(PUSHES, {PushKind.REORDER: 100})
    assert (
        str(sending.push_stock(connected.sandbox, ["24-MB01"])) == "0 messages sent, 1 held back."
    )
    faults.set_rates(PUSHES, {})
    connected.warehouse.set_stock("24-MB01", Decimal(7))

    assert sending.push_stock(connected.sandbox, ["24-MB01"]).sent == 2

    sent = [one for one in connected.warehouse.messages if one.state == MessageState.SENT]
    assert sent[0].shop_message["message_id"] > sent[1].shop_message["message_id"]
    results()
    assert quantity() == 7


@DIALECTS
def test_an_order_is_despatched_in_parts_and_completed(connected, bag, dialect):
    order = make_order(items=[(bag, 3)])
    announce(connected, order)
    details = sending.DespatchDetails(
        tracking="TN1", comment="On its way", is_comment_included=True
    )
    number = order.increment_id

    sending.despatch(
        connected.sandbox, number, {"24-MB01": Decimal(1)}, details=details, dialect=dialect
    )
    process_imports(Entity.SHIPMENT)
    order.refresh_from_db()
    assert (order.state, connected.warehouse.orders[number].state) == (
        Order.State.PROCESSING,
        OrderState.PART_DESPATCHED,
    )

    sending.despatch(connected.sandbox, number, dialect=dialect)
    process_imports(Entity.SHIPMENT)
    order.refresh_from_db()

    assert order.state == Order.State.COMPLETE
    assert connected.warehouse.orders[number].state == OrderState.DESPATCHED
    assert order.shipments.count() == 2
    tracks = [track for shipment in order.shipments.all() for track in shipment.tracks.all()]
    assert [track.track_number for track in tracks] == ["TN1"]


def test_a_message_that_the_shop_refuses_can_be_sent_again(connected, bag):
    user = make_user("nobody", password="Secret-12345")
    client = connected.sandbox.client
    client._username = user.username

    posted = sending.push_stock(connected.sandbox, ["24-MB01"])
    assert str(posted) == "0 messages sent, 1 failed."
    assert connected.last().state == MessageState.FAILED
    assert connected.last().note

    client._username, client._token = "orderflow", ""
    assert sending.send_again(connected.sandbox).sent == 1
    assert results() == ["Success"]


def test_a_forgotten_token_is_renewed(connected, bag):
    client = connected.sandbox.client
    client._token = "expired"

    assert sending.push_stock(connected.sandbox, ["24-MB01"]).sent == 1
    assert client._token != "expired"


def test_what_the_shop_believes_to_be_here_is_fetched_once(connected):
    exported = {"orderflow_export_status": "Exported"}
    product = make_product("24-MB01")
    ProductWebsite.objects.create(product=product, website=make_website())
    type(product).objects.filter(pk=product.pk).update(**exported)
    order, done = make_order(items=[(product, 1)]), make_order(items=[(product, 1)])
    Order.objects.update(**exported)
    Order.objects.filter(pk=done.pk).update(state="complete", status="complete")

    connected.sandbox.fetch_missing(what_is_there())
    connected.errands.run_errands()

    assert list(connected.warehouse.stock) == ["24-MB01"]
    assert list(connected.warehouse.orders) == [order.increment_id]
    connected.sandbox.fetch_missing(what_is_there())
    assert connected.warehouse.errands == []
