"""What else a despatch message brings: tracking numbers, comment, date, the customer's mail."""

from datetime import UTC, datetime
from typing import Any

import pytest

from orderflow_bridge.common.choices import Result
from orderflow_bridge.configuration.sections import General
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.models import (
    Shipment,
    ShipmentComment,
    ShipmentTrack,
)
from tests.factories import (
    make_source,
    make_store,
)
from tests.imports.despatches import a_despatch, an_order, ship

pytestmark = pytest.mark.django_db


def test_each_tracking_number_is_kept_once_on_the_first_shipment() -> None:
    make_source("eu")
    order = an_order(("A", 2))
    tracks = [{"trackingNumber": number} for number in ("T1", "T2", "T1", "", None)]

    ship(
        a_despatch(
            38,
            order,
            ("A", 1, "eu"),
            ("A", 1, "default"),
            trackingNumber=" T1 ",
            tracks=tracks,
            courierName="Royal Mail",
            serviceName="24",
        )
    )

    found = ShipmentTrack.objects.order_by("pk").values_list(
        "track_number", "title", "carrier_code", "shipment__source_code"
    )
    assert list(found) == [
        ("T1", "Royal Mail 24", "custom", "eu"),
        ("T2", "Royal Mail 24", "custom", "eu"),
    ]


@pytest.mark.parametrize(
    ("courier", "service", "title"),
    [("Generic", "", "Generic"), (None, "Next Day", "Next Day"), (" A ", None, "A"), ("", "", "")],
)
def test_the_title_of_a_track_is_trimmed(courier: Any, service: Any, title: str) -> None:
    ship(a_despatch(38, an_order(), courierName=courier, serviceName=service, trackingNumber="T1"))

    assert ShipmentTrack.objects.get().title == title


@pytest.mark.parametrize(
    ("email", "include", "is_visible"),
    [("1", "1", True), ("1", "0", False), ("0", "1", False), ("true", "yes", True)],
)
def test_the_customer_sees_the_comment_only_if_told_with_it(
    email: str, include: str, is_visible: bool
) -> None:
    order = an_order()

    ship(a_despatch(38, order, comment="Left at door", email=email, includeComment=include))

    comment = ShipmentComment.objects.get()
    history = order.status_histories.get()
    assert (comment.comment, comment.is_visible_on_front) == ("Left at door", is_visible)
    assert (history.comment, history.is_visible_on_front) == ("Left at door", is_visible)
    assert comment.is_customer_notified is history.is_customer_notified is is_visible


@pytest.mark.parametrize("flag", ["0", "", None, "false", "False", "no", " NO "])
def test_a_flag_that_says_no_sends_no_mail(flag: str | None) -> None:
    ship(a_despatch(38, an_order(), email=flag))

    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("flag", ["1", "true", "yes", "2", "on"])
def test_any_other_flag_sends_a_mail(flag: str) -> None:
    ship(a_despatch(38, an_order(), email=flag))

    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2017-03-22 15:25:16", datetime(2017, 3, 22, 15, 25, 16, tzinfo=UTC)),
        ("2017-07-22 15:25:16", datetime(2017, 7, 22, 14, 25, 16, tzinfo=UTC)),
        ("2017-07-22T15:25:16+02:00", datetime(2017, 7, 22, 13, 25, 16, tzinfo=UTC)),
        ("2017-07-22T15:25:16Z", datetime(2017, 7, 22, 15, 25, 16, tzinfo=UTC)),
        ("2017-07-22", datetime(2017, 7, 21, 23, 0, tzinfo=UTC)),
        ("2017-07-22Z", datetime(2017, 7, 22, tzinfo=UTC)),
        ("2017-07-22+01:00", datetime(2017, 7, 21, 23, 0, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_a_date_without_an_offset_is_in_the_shops_zone(
    text: str | None, at: datetime | None
) -> None:
    write_settings(General, {"timezone": "Europe/London"})

    ship(a_despatch(38, an_order(), dateShipped=text))

    assert Shipment.objects.get().despatched_at == at


def test_the_customer_gets_one_mail_however_many_sources() -> None:
    make_source("eu")
    order = an_order(("A", 3), customer_email="veronica@example.com")

    ship(
        a_despatch(
            38,
            order,
            ("A", 1, "eu"),
            ("A", 2),
            email="1",
            includeComment="1",
            comment="Left at door",
            courierName="Royal Mail",
            tracks=[{"trackingNumber": "T1"}, {"trackingNumber": "T2"}],
        )
    )

    mail = OutgoingMail.objects.get()
    assert mail.recipient == "veronica@example.com"
    assert mail.subject.endswith("order #000000005 has shipped")
    for text in ("Royal Mail", "T1", "T2", "Left at door", "Product A", "#000000005"):
        assert text in mail.text
        assert text in mail.html
    assert set(Shipment.objects.values_list("email_sent", flat=True)) == {True}


def test_the_mail_leaves_the_comment_out_unless_it_is_included() -> None:
    ship(a_despatch(38, an_order(), email="1", includeComment="0", comment="For staff only"))

    mail = OutgoingMail.objects.get()
    assert "For staff only" not in mail.text + mail.html


def test_the_mail_escapes_what_came_over_the_wire() -> None:
    ship(a_despatch(38, an_order(), email="1", includeComment="1", comment="<b>A & B</b>"))

    mail = OutgoingMail.objects.get()
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in mail.html
    assert "<b>A & B</b>" in mail.text


@pytest.mark.parametrize("address", ["", "nobody", "a@example.com\nBcc: b@example.com"])
def test_an_order_without_a_usable_address_is_shipped_without_a_mail(address: str) -> None:
    order = an_order(customer_email=address)

    [line] = ship(a_despatch(38, order, email="1"))

    assert line.result == Result.SUCCESS
    assert not OutgoingMail.objects.exists()
    assert not Shipment.objects.get().email_sent


def test_a_store_name_of_several_lines_cannot_break_the_subject() -> None:
    order = an_order(store=make_store(name="Main\nStore"))

    ship(a_despatch(38, order, email="1"))

    assert OutgoingMail.objects.get().subject == "Your Main Store order #000000005 has shipped"
