"""`manage.py demo` adds a shop to try, once, and never touches what is there."""

from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import transaction

from imports.services import process_imports
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.models import Invoice, Order, Quote, Sequence, Shipment
from orderflow_bridge.sales.numbering import next_increment_ids
from orderflow_bridge.stores.models import Store, Website
from tests.admin.samples import queue_despatch, queue_stock
from tests.factories import make_order, make_product, make_store

pytestmark = pytest.mark.django_db


def demo(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def test_the_shop_of_the_guide_is_there():
    demo()

    prices = dict(Product.objects.values_list("sku", "price"))
    assert prices["24-MB01"] == Decimal("37")
    assert {"24-MB02", "24-MB03", "24-MB04", "24-MB05", "24-MB06", "24-UB02", "hdd000"} <= set(
        prices
    )
    assert 45 <= len(prices) <= 55
    assert set(Website.objects.values_list("code", flat=True)) == {"base", "uk"}
    assert Store.objects.order_by("id").first().code == "default"
    assert SourceItem.objects.get(product__sku="24-MB01").quantity == 100


def test_the_guides_order_is_invoiced_and_waits_for_its_shipment():
    demo()

    order = Order.objects.get(increment_id="000000005")
    [item] = order.items.all()
    assert (order.state, order.customer_lastname) == (Order.State.PROCESSING, "Costello")
    assert (item.sku, item.qty_ordered, item.qty_invoiced, item.qty_shipped) == ("24-MB01", 1, 1, 0)


def test_orders_stand_in_many_states_and_quotes_are_active():
    demo()

    assert set(Order.objects.values_list("state", flat=True)) >= {
        Order.State.NEW,
        Order.State.PROCESSING,
        Order.State.COMPLETE,
        Order.State.HOLDED,
        Order.State.CANCELED,
    }
    assert Order.objects.filter(items__product__type_id="configurable").exists()
    assert Quote.objects.filter(is_active=True).count() >= 2


def test_the_guides_messages_do_what_the_guide_shows():
    demo()
    queue_stock("71", [("24-MB01", "90", "507")])
    queue_despatch("38", "000000005")
    process_imports(Entity.INVENTORY)
    process_imports(Entity.SHIPMENT)

    order = Order.objects.get(increment_id="000000005")
    assert SourceItem.objects.get(product__sku="24-MB01").quantity == 90
    assert order.state == Order.State.COMPLETE
    assert order.shipments.get().increment_id == "000000003"
    assert OutgoingMail.objects.get().recipient == "roni_cost@example.com"


@pytest.mark.parametrize("model", [Order, Invoice, Shipment])
def test_the_next_numbers_are_free(model):
    demo()
    document = Sequence.Document(model._meta.model_name)

    with transaction.atomic():
        numbers = [
            number
            for store in Store.objects.all()
            for number in next_increment_ids(document, store.pk, 3)
        ]

    assert len(set(numbers)) == 6
    assert not model.objects.filter(increment_id__in=numbers).exists()


def test_orders_of_the_second_store_view_bear_its_prefix():
    demo()

    store = Store.objects.get(code="uk")
    numbers = set(store.orders.values_list("increment_id", flat=True))
    assert numbers == {f"{store.pk}000000001", f"{store.pk}000000002"}


def test_a_second_call_changes_nothing():
    demo()
    Product.objects.filter(sku="24-MB01").update(name="Renamed")
    counts = [model.objects.count() for model in (Product, Order, Quote, User, SourceItem)]

    text = demo()

    assert "already here" in text
    assert [m.objects.count() for m in (Product, Order, Quote, User, SourceItem)] == counts
    assert Product.objects.get(sku="24-MB01").name == "Renamed"


def test_a_shop_with_orders_of_its_own_is_refused():
    make_order(increment_id="000000001")

    with pytest.raises(CommandError, match="has orders of its own"):
        demo()

    assert Order.objects.count() == 1
    assert not User.objects.filter(username="orderflow").exists()


def test_by_force_only_what_is_missing_is_added():
    own = make_order(increment_id="000000001", customer_email="own@example.com")
    make_product("24-MB02", name="Own name")

    demo("--force")

    own.refresh_from_db()
    assert own.customer_email == "own@example.com"
    assert Product.objects.get(sku="24-MB02").name == "Own name"
    assert Order.objects.filter(increment_id="000000005").exists()


def test_by_force_twice_nothing_is_doubled():
    demo()
    counts = [model.objects.count() for model in (Product, Order, Quote, User, SourceItem)]

    demo("--force")

    assert [m.objects.count() for m in (Product, Order, Quote, User, SourceItem)] == counts


def test_a_shop_that_has_stores_already_keeps_them():
    store = make_store(code="default", name="Own view")

    demo()

    store.refresh_from_db()
    assert store.name == "Own view"
    assert store.orders.exists()


def test_the_api_user_can_sign_in_and_has_the_role(monkeypatch, rf):
    monkeypatch.setenv("BRIDGE_API_PASSWORD", "given-12345")

    text = demo()

    user = authenticate(rf.post("/"), username="orderflow", password="given-12345")
    assert user is not None
    assert user.has_perm("access.orderflow_import")
    assert [group.name for group in user.groups.all()] == ["orderflow"]
    assert not user.is_staff
    assert "given-12345" in text


def test_a_password_is_made_when_none_is_given(monkeypatch, rf):
    monkeypatch.delenv("BRIDGE_API_PASSWORD", raising=False)

    line = next(line for line in demo().splitlines() if line.startswith("API user"))

    assert authenticate(rf.post("/"), username="orderflow", password=line.split()[-1]) is not None


def test_an_api_user_that_is_there_keeps_its_password(rf):
    User.objects.create_user("orderflow", password="mine-12345")

    text = demo()

    assert authenticate(rf.post("/"), username="orderflow", password="mine-12345") is not None
    assert "its password is kept" in text


def test_the_commands_to_try_name_the_server():
    text = demo("--url", "http://shop.example:8170/")

    assert "http://shop.example:8170/soap/default?services=" in text
    assert "<messageSeqId>71</messageSeqId>" in text
    assert "<messageSeqId>38</messageSeqId>" in text
