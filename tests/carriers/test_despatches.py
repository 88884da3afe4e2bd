"""OrderFlow's courier and service in the shop: from the SOAP message to track, mail and page."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, ORDERS_SHIP, SHIPMENTS, SHIPMENTS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.carriers.models import MappedCourier
from orderflow_bridge.configuration.sections import ShipmentImport
from orderflow_bridge.configuration.selectors import shipment_import
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.models import Order, Shipment
from tests.carriers.mapping import map_courier
from tests.factories import make_order, make_user, make_website
from tests.soapapi.departing import DIALECTS, despatched

pytestmark = pytest.mark.django_db

NUMBER = "000000005"


@pytest.fixture
def token(db) -> str:
    rights = [ORDERFLOW_IMPORT, SHIPMENTS_VIEW, SHIPMENTS, ORDERS_SHIP]
    return grant_token(make_user("orderflow", rights=rights))


@pytest.fixture
def order(token) -> Order:
    return make_order(items=[("A", 2)], increment_id=NUMBER)


def tracks(client: Client, token: str) -> list[dict]:
    """Return the tracks of the newest shipment as REST tells them."""
    url = f"/rest/V1/shipment/{Shipment.objects.latest('pk').pk}"
    return client.get(url, headers={"Authorization": f"Bearer {token}"}).json()["tracks"]


def sent(client, token, courier="DPD", service="NEXT DAY", tracking="15502", **texts):
    names = {"courierName": courier, "serviceName": service, "trackingNumber": tracking}
    return despatched(client, token, NUMBER, ("A", "2"), **names, email="1", **texts)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_mapped_courier_has_the_shops_code_title_and_link(client, token, order, dialect):
    map_courier("DPD")

    sent(client, token, dialect=dialect)

    [track] = tracks(client, token)
    assert (track["carrier_code"], track["title"]) == ("dpd", "DPD NEXT DAY")
    link = "https://track.dpd.example/parcels/15502?order=000000005"
    assert track["extension_attributes"] == {"tracking_link": link}
    mail = OutgoingMail.objects.get()
    assert f"Tracking number: 15502\n{link}\n" in mail.text
    assert f'<a href="{link}">15502</a>' in mail.html
    assert "Courier: DPD NEXT DAY" in mail.text


def test_the_admins_pages_show_the_link(client, token, order):
    map_courier("DPD", link="https://t.example/{number}")
    sent(client, token)
    boss = Client()
    boss.force_login(User.objects.create_superuser("boss"))

    shipment = Shipment.objects.get()
    for url in (
        f"/admin/sales/shipment/{shipment.pk}/change/",
        f"/admin/sales/order/{order.pk}/change/",
        "/admin/sales/shipment/",
    ):
        page = boss.get(url).text
        assert '<a class="bridge-link" href="https://t.example/15502">15502</a>' in page, url


def test_an_unmapped_courier_stays_as_it_is(client, token, order):
    map_courier("UPS")

    sent(client, token, courier="DPD", service="NEXT DAY")

    [track] = tracks(client, token)
    assert (track["carrier_code"], track["title"]) == ("custom", "DPD NEXT DAY")
    assert "extension_attributes" not in track
    assert (
        "Courier: DPD NEXT DAY\nTracking number: 15502\n\n2 × " in OutgoingMail.objects.get().text
    )


def test_capitals_and_blanks_do_not_matter(client, token, order):
    map_courier("Royal Mail", "Tracked 24", title="Royal Mail")

    sent(client, token, courier=" ROYAL  MAIL", service="tracked 24 ")

    assert tracks(client, token)[0]["title"] == "Royal Mail"


def test_a_services_own_row_comes_before_that_of_all_services(client, token, order):
    map_courier("DPD", title="any")
    map_courier("DPD", "NEXT DAY", title="next day")

    sent(client, token)

    assert tracks(client, token)[0]["title"] == "next day"


def test_a_websites_row_comes_before_that_of_all(client, token, order):
    map_courier("DPD", title="everywhere")
    map_courier("DPD", title="here", website=order.website)
    map_courier("DPD", title="elsewhere", website=make_website())

    sent(client, token)

    assert tracks(client, token)[0]["title"] == "here"


def test_the_first_row_switches_the_map_on_and_no_switches_it_off(client, token, order):
    assert not shipment_import().map_couriers
    map_courier("DPD")
    assert shipment_import().map_couriers
    write_settings(ShipmentImport, {"map_couriers": False})

    sent(client, token)

    assert tracks(client, token)[0]["carrier_code"] == "custom"


def test_a_track_that_the_shop_adds_has_its_carriers_link(client, token, order):
    map_courier("DPD")
    sent(client, token)
    shipment = Shipment.objects.get()
    entity = {"parent_id": shipment.pk, "order_id": order.pk, "track_number": "99"}

    answer = client.post(
        "/rest/V1/shipment/track",
        {"entity": {**entity, "carrier_code": "dpd", "title": "DPD"}},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )

    link = "https://track.dpd.example/parcels/99?order=000000005"
    assert answer.json()["extension_attributes"]["tracking_link"] == link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)//{number}",
        'https://t.example/{number}" onmouseover="alert(1)',
        "https://t.example/{number}\nBcc: everybody@example.com",
        "https://t.example/<script>alert(1)</script>{number}",
    ],
)
def test_a_hostile_template_that_got_past_the_form_reaches_no_page_and_no_mail(
    client, token, order, link
):
    map_courier("DPD")
    MappedCourier.objects.update(link=link)

    sent(client, token, tracking='1"><script>alert(2)</script>')

    boss = Client()
    boss.force_login(User.objects.create_superuser("boss"))
    mail = OutgoingMail.objects.get()
    page = boss.get(f"/admin/sales/shipment/{Shipment.objects.get().pk}/change/").text
    couriers = boss.get("/admin/carriers/mappedcourier/").text
    for text in (mail.html, page, couriers):
        assert "<script>alert" not in text
        assert 'href="javascript' not in text
        assert 'onmouseover="alert' not in text
    assert "everybody@example.com" not in mail.text
    assert "extension_attributes" not in tracks(client, token)[0]


def test_markup_in_a_couriers_name_is_shown_as_text(client, token, order):
    map_courier("<b>DPD", title="{courier} {service}")

    sent(client, token, courier="<b>DPD", service="<script>alert(1)</script>")

    assert "<script>alert" not in OutgoingMail.objects.get().html
    assert "&lt;b&gt;DPD" in OutgoingMail.objects.get().html


def test_the_map_costs_one_statement_for_a_batch_and_none_where_it_is_off(client, token):
    def counted(first: int) -> int:
        orders = [make_order(items=[("A", 1)], increment_id=f"{first + n}") for n in range(3)]
        with CaptureQueriesContext(connection) as queries:
            for number, each in enumerate(orders):
                despatched(
                    client, token, each.increment_id, number=first + number, courierName="DPD"
                )
        return sum("mappedcourier" in each["sql"] for each in queries.captured_queries)

    assert counted(100) == 0
    map_courier("DPD")
    assert counted(200) == 1
