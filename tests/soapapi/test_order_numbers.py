"""Order numbers are found exactly, else ignoring case, and are stored without blanks."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, ORDERS_CREATE, ORDERS_SAVE
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.sections import ShipmentImport
from orderflow_bridge.sales.models import Order, Quote
from tests.configuration.storing import store
from tests.factories import make_order, make_quote, make_source_item, make_store, make_user
from tests.soapapi.departing import DIALECTS, despatched
from tests.soapapi.posting import ORDER_MARKER, call, post

pytestmark = pytest.mark.django_db


def an_order(number: str) -> Order:
    return make_order(items=[("A", 1)], increment_id=number)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("stored", "written"),
    [("web-7", "WEB-7"), ("WEB-7", "web-7"), ("Wéb-7", "WÉB-7"), ("ÄÖ-7", "äö-7"), ("w7", " W7 ")],
)
def test_a_despatch_finds_its_order_ignoring_case(
    client: Client, token: str, stored: str, written: str, dialect: str
) -> None:
    order = an_order(stored)

    line = despatched(client, token, written, ("A", "1"), dialect=dialect)

    order.refresh_from_db()
    assert line.message == f"Order {stored} successfully shipped."
    assert (line.reference, order.state) == (stored, "complete")


def test_an_order_that_is_written_just_so_comes_first(client: Client, token: str) -> None:
    others, order = [an_order("web-7"), an_order("Web-7")], an_order("WEB-7")

    despatched(client, token, "WEB-7", ("A", "1"))

    assert order.shipments.count() == 1
    assert not any(other.shipments.exists() for other in others)


@pytest.mark.parametrize("written", ["Web-7", "wéb-7", "web-70"])
def test_what_means_no_order_or_several_is_unknown(
    client: Client, token: str, written: str
) -> None:
    store(ShipmentImport, wait_minutes=0)
    an_order("web-7")
    an_order("WEB-7")

    line = despatched(client, token, written, ("A", "1"))

    assert line.message == f"Order {written} not shipped - Order {written} does not exist."


def test_a_second_message_in_other_letters_is_the_same_message(client: Client, token: str) -> None:
    an_order("web-7")

    despatched(client, token, "web-7", ("A", "1"))
    line = despatched(client, token, "WEB-7", ("A", "1"))

    assert line.message == "Duplicate Shipment Line Ignored."


def test_orderflow_may_mark_an_order_in_other_letters(client: Client, token: str) -> None:
    order = an_order("web-7")

    post(client, call(ORDER_MARKER, "Export", "<reference>WEB-7</reference>", token=token))

    order.refresh_from_db()
    assert order.orderflow_export_status == ExportStatus.EXPORTED


def test_a_padded_number_is_stored_trimmed_and_can_be_despatched(client: Client) -> None:
    make_store(code="default")
    make_source_item("A", 5)
    token = grant_token(make_user(rights=[ORDERS_CREATE, ORDERS_SAVE, ORDERFLOW_IMPORT]))
    entity = {
        "increment_id": "\t PO7 \u00a0",
        "customer_email": "vera@example.com",
        "state": "processing",
        "items": [{"sku": "A", "qty_ordered": 1, "qty_invoiced": 1}],
    }

    def placed() -> int:
        return client.post(
            "/rest/V1/orders",
            {"entity": entity},
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        ).status_code

    assert [placed(), placed()] == [200, 400]
    line = despatched(client, token, " PO7", ("A", "1"))

    assert Order.objects.get().increment_id == "PO7"
    assert line.message == "Order PO7 successfully shipped."


def test_the_upgrade_trims_earlier_numbers_unless_two_would_be_alike() -> None:
    padded, twin = an_order(" PO7 "), an_order("\u00a0PO8")
    an_order("PO8")
    an_order("P O9")
    cart = make_quote(reserved_order_id=" PO7 ", is_active=False)
    migration = import_module("orderflow_bridge.sales.migrations.0005_trim_order_numbers")

    migration.trim_numbers(apps, None)

    for row in (padded, twin, cart):
        row.refresh_from_db()
    assert (padded.increment_id, twin.increment_id) == ("PO7", "\u00a0PO8")
    assert Quote.objects.get().reserved_order_id == "PO7"
    assert Order.objects.filter(increment_id__in=("PO8", "P O9")).count() == 2
