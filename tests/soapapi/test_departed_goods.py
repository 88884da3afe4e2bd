"""Goods that have left are booked, whatever else their message says: at the SOAP address, by the
job."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from imports.requeueing import requeue_lines
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.models import Order, Shipment, ShipmentTrack
from tests.factories import make_order, make_product
from tests.soapapi.departing import DIALECTS, counted, despatched, run_job

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


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "text",
    [
        ";".join(["12345678901234"] * 30),
        "TN1;TN2, TN3 TN4|TN5",
        f"https://track.example.com/?id={'9' * 5_000}",
        "TN1\tTN2\n\u0085\u200bTN3",
        "☃" * 256,
    ],
)
def test_one_tracking_text_is_one_track_and_kept_whole(
    client: Client, token: str, order: Order, text: str, dialect: str
) -> None:
    line = despatched(
        client, token, "000000005", ("A", "2"), trackingNumber=text, email="1", dialect=dialect
    )

    track = ShipmentTrack.objects.get()
    order.refresh_from_db()
    assert (line.message, order.state) == (BOOKED, "complete")
    assert (track.track_number, track.carrier_code) == (text, "custom")
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("dialect", DIALECTS)
def test_whatever_text_is_long_the_goods_are_booked(
    client: Client, token: str, order: Order, dialect: str
) -> None:
    courier, service, comment = ("x y" * 250, "Night" * 60, "Left at door;" * 900)

    line = despatched(
        client,
        token,
        "000000005",
        trackingNumber="TN1",
        courierName=courier,
        serviceName=service,
        comment=comment,
        email="yes " * 90,
        includeComment="yes " * 90,
        dateShipped="2026-11-20",
        dialect=dialect,
    )

    track = ShipmentTrack.objects.get()
    whole = f"{courier} {service}".strip()
    assert line.message == BOOKED
    assert (track.title, track.description) == (whole[:255], whole)
    assert track.shipment.comments.get().comment == comment


@pytest.mark.parametrize("text", ["TN\0123", "\0"])
def test_a_nul_that_rest_can_send_stops_no_despatch(
    client: Client, token: str, order: Order, text: str
) -> None:
    message = {
        "orderIncrementId": "000000005",
        "trackingNumber": text,
        "comment": text,
        "courierName": text,
        "tracks": [{"trackingNumber": text}],
        "messageSeqId": "38",
    }

    answer = client.post(
        "/rest/V1/orderflow/shipment",
        message,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    run_job(Entity.SHIPMENT)

    order.refresh_from_db()
    tracks = [track.track_number for track in ShipmentTrack.objects.all()]
    assert (answer.status_code, order.state) == (200, "complete")
    assert tracks == ([text.replace("\0", "")] if text != "\0" else [])


def test_a_despatch_that_failed_can_be_requeued_and_succeeds(
    client: Client, token: str, order: Order
) -> None:
    order.state = order.status = "holded"
    order.save()
    failed = despatched(client, token, "000000005", trackingNumber="9" * 449, dateShipped="soon")
    order.state = order.status = "processing"
    order.save()

    requeue_lines([failed])
    run_job(Entity.SHIPMENT)

    order.refresh_from_db()
    assert (failed.result, order.state) == (Result.FAILURE, "complete")
    assert ShipmentTrack.objects.get().track_number == "9" * 449
