"""Goods that have left are booked, whatever else their message says: at the SOAP address, by the
job."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from orderflow_bridge.common.choices import Result
from orderflow_bridge.sales.models import Order, Shipment
from tests.factories import make_order, make_product
from tests.soapapi.departing import DIALECTS, counted, despatched

pytestmark = pytest.mark.django_db

BOOKED = "Order 000000005 successfully shipped."


@pytest.fixture
def order(orderflow: User) -> Order:
    """An order of two units."""
    return make_order(items=[("A", 2)], increment_id="000000005")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "20/11/2026",
        "2026-02-30",
        "2026-11-20T10:00:00Z[",
        "+12026-11-20T10:00:00Z",
        "0001-01-01T00:00:00",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-05:00",
        "178454160000012",
        "0",
        "2026-11-20 " * 60,
    ],
)
def test_an_unreadable_date_gives_way_to_the_time_of_receipt(
    client: Client, token: str, order: Order, text: str, dialect: str
) -> None:
    line = despatched(client, token, "000000005", ("A", "2"), dateShipped=text, dialect=dialect)

    order.refresh_from_db()
    received_at = line.parent.request.created_at
    assert line.result == Result.SUCCESS
    assert line.message == (
        f'{BOOKED} The date of despatch "{text.strip()[:50]}" cannot be read;'
        " the time of receipt is used."
    )
    assert (order.state, order.shipments.get().despatched_at) == ("complete", received_at)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T10:00:00Z[Europe/London]",
        "2026-11-20T11:00:00+01:00[Europe/Paris]",
        "2026-11-20T11:00:00[Europe/Paris]",
        "2026-11-20T10:00:00.000000000Z",
        "1795168800",
        "1795168800000",
    ],
)
def test_the_date_is_read_as_java_writes_it(
    client: Client, token: str, order: Order, text: str, dialect: str
) -> None:
    line = despatched(client, token, "000000005", dateShipped=text, dialect=dialect)

    assert line.message == BOOKED
    assert Shipment.objects.get().despatched_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-11-20T10:00:00Z[Europe/London]", "Product Quantity Successfully Updated to 5"),
        ("1795168800000", "Product Quantity Successfully Updated to 5"),
        ("soon", 'Last order exported "soon" is not valid.'),
    ],
)
def test_a_stock_line_reads_the_same_forms_and_fails_for_others(
    client: Client, token: str, text: str, message: str
) -> None:
    make_product("A")

    line = counted(client, token, "A", "5", last_order_exported=text)

    assert line.message == message
