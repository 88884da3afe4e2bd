"""Finding from anywhere: people, parcels, products' names, settings, actions, pages, by right."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.sales.models import Shipment, ShipmentTrack
from tests.admin.samples import make_operator
from tests.factories import make_order, make_product

pytestmark = pytest.mark.django_db

PAGE = "/admin/timeline/timeline/palette/"


@pytest.fixture
def boss():
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def clerk(*codenames):
    user = make_operator("clerk")
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def found(client, text):
    """Return what was found: title, what is said beside it, and the address."""
    answer = client.get(PAGE, {"q": text})
    assert answer.status_code == 200
    page = BeautifulSoup(answer.content, "html.parser")
    return [
        (
            option.select_one(".bridge-palette-title").text,
            option.select_one(".bridge-palette-more").text,
            option["data-url"],
        )
        for option in page.select("[role=option]")
    ]


def titles(client, text):
    return [title for title, _, _ in found(client, text)]


def an_order(**values):
    person = {
        "customer_firstname": "Amara",
        "customer_lastname": "Okafor",
        "customer_email": "amara@example.com",
    }
    return make_order(**{**person, **values})


@pytest.mark.parametrize("typed", ["amara", "OKAF", "Amara Oka", "amara@ex"])
def test_an_order_is_found_by_who_bought_whatever_the_case(boss, typed):
    order = an_order()
    an_order(customer_firstname="Ben", customer_lastname="Young", customer_email="ben@example.com")

    [(title, told, url), *others] = found(boss, typed)

    assert (title, told) == (f"Order {order.increment_id}", "Amara Okafor, amara@example.com")
    assert url == f"/admin/sales/order/{order.pk}/change/#timeline"
    assert others == []


def test_of_many_orders_of_one_person_the_newest_come_first(boss):
    numbers = [an_order().increment_id for _ in range(12)]

    assert titles(boss, "okafor") == [f"Order {each}" for each in reversed(numbers[2:])]


def test_people_are_found_by_nobody_who_may_not_see_their_data():
    an_order()

    assert titles(clerk("view_order"), "amara") == []
    User.objects.all().delete()
    assert len(titles(clerk("view_order", "see_people"), "amara")) == 1


def test_a_parcel_is_found_by_the_beginning_of_its_tracking_number(boss):
    shipment = Shipment.objects.create(order=an_order(), increment_id="000000031")
    ShipmentTrack.objects.create(shipment=shipment, track_number="JD0002-AB 77")

    [(title, told, url)] = found(boss, "jd0002-ab")

    assert title == "Parcel JD0002-AB 77"
    assert told.startswith("Shipment 000000031 of order ")
    assert url == f"/admin/sales/shipment/{shipment.pk}/change/"


def test_a_product_is_found_by_words_of_its_name(boss):
    make_product(sku="24-MB01", name="Joust Duffle Bag")
    make_product(sku="24-MB02", name="Fusion Backpack")

    assert titles(boss, "duffle jou") == ["Product 24-MB01"]


def test_a_setting_is_found_by_its_name_and_opens_its_field(boss):
    hits = {told: url for title, told, url in found(boss, "batch size") if title == "Batch Size"}

    url = hits["Setting of Inventory Import"]
    page, _, field = url.partition("#")
    assert field == "batch_size-value"
    assert f'id="{field}"' in boss.get(page).content.decode()


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("export catalogue", "Export catalogue"),
        ("run stock import", "Run Inventory Import"),
        ("replay", "Replay a message"),
        ("pause exports", "Pause exports or imports"),
        ("waiting orders", "Waiting Orders"),
    ],
)
def test_actions_and_pages_are_offered_and_lead_to_a_page_that_asks_first(boss, typed, title):
    hits = {name: url for name, _, url in found(boss, typed)}

    assert boss.get(hits[title]).status_code == 200


def test_what_somebody_may_not_do_is_not_offered():
    client = clerk("view_order")

    for typed in ("export catalogue", "run stock", "replay", "pause", "batch size", "users"):
        assert titles(client, typed) == []


def test_nothing_found_says_so(boss):
    answer = boss.get(PAGE, {"q": "qqqq"})

    assert "Nothing found for “qqqq”." in answer.content.decode()


def test_finding_takes_few_queries(boss):
    an_order()
    boss.get(PAGE, {"q": "amara"})

    with CaptureQueriesContext(connection) as queries:
        boss.get(PAGE, {"q": "amara 1"})

    assert len(queries) <= 20, [each["sql"][:80] for each in queries.captured_queries]


def test_names_numbers_and_parcels_are_looked_up_by_indexes():
    plans = []
    for table, column in (
        ("sales_order", "LOWER(customer_email)"),
        ("sales_order", "LOWER(customer_lastname)"),
        ("sales_order", "LOWER(customer_firstname)"),
        ("sales_shipmenttrack", "LOWER(SUBSTR(track_number, 1, 150))"),
    ):
        more, less = ("~>=~", "~<~") if connection.vendor == "postgresql" else (">=", "<")
        how = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                f"{how} SELECT id FROM {table} WHERE {column} {more} 'a' AND {column} {less} 'b'"
            )
            plans.append(str(cursor.fetchall()))

    assert [plan for plan in plans if "_lower" not in plan] == []
