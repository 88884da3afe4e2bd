"""Stores → Couriers and Shipping Methods: the lists, what is not mapped, and the history."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from orderflow_bridge.carriers.models import MappedCourier, MappedMethod
from orderflow_bridge.configuration.models import SettingChange
from orderflow_bridge.configuration.selectors import shipment_import
from orderflow_bridge.sales.models import Despatch
from tests.carriers.mapping import map_courier, map_method
from tests.configuration.carrying import brought
from tests.factories import make_order, make_website

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

COURIERS = "/admin/carriers/mappedcourier/"
METHODS = "/admin/carriers/mappedmethod/"


@pytest.fixture
def boss(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def despatch(courier: str, service: str = "", count: int = 1, **values) -> None:
    """Let OrderFlow have despatched an order with a courier, in so many parts."""
    order = make_order(items=[("A", 1)])
    for number in range(count):
        Despatch.objects.create(
            message_id=f"{courier}-{service}-{number}",
            order=order,
            courier=courier,
            service=service,
            **values,
        )


def unmapped(page) -> list[list[str]]:
    """Return the rows of what is not mapped, without website and time."""
    section = BeautifulSoup(page.content, "html.parser").find("section", class_="mb-4")
    cells = [[cell.text for cell in row.find_all("td")] for row in section.tbody.find_all("tr")]
    return [[row[0], row[1], row[3]] for row in cells]


def test_couriers_that_nobody_mapped_are_listed_with_their_counts(boss):
    despatch("DPD", "NEXT DAY", 3)
    despatch("UPS", count=2)
    despatch("ROYAL MAIL", "TRACKED", 1)
    despatch("OLD", created_at=timezone.now() - timedelta(days=40))
    despatch("GLS", count=4)
    map_courier("Royal Mail")

    assert unmapped(boss.get(COURIERS)) == [
        ["GLS", "–", "4"],
        ["DPD", "NEXT DAY", "3"],
        ["UPS", "–", "2"],
    ]


def test_one_click_leads_to_the_form_filled_in(boss):
    despatch("DPD", "NEXT & DAY")

    page = BeautifulSoup(boss.get(COURIERS).content, "html.parser")
    [url] = [each["href"] for each in page.find_all("a") if each.text == "Map"]
    form = BeautifulSoup(boss.get(url).content, "html.parser")

    assert form.find("input", {"name": "courier"})["value"] == "DPD"
    assert form.find("input", {"name": "service"})["value"] == "NEXT & DAY"


def test_shipping_methods_that_nobody_mapped_are_listed(boss):
    make_order(items=[("A", 1)], shipping_method="express_1", shipping_description="Express")
    make_order(items=[("A", 1)], shipping_method="flatrate_flatrate")
    map_method("flatrate_*")

    assert unmapped(boss.get(METHODS)) == [["express_1", "Express", "1"]]


def test_whoever_may_only_look_is_offered_no_click():
    despatch("DPD")
    viewer = User.objects.create_user("viewer")
    viewer.user_permissions.set(Permission.objects.filter(codename="view_mappedcourier"))
    client = Client()
    client.force_login(viewer)

    page = client.get(COURIERS)

    assert "DPD" in page.text
    assert f"{COURIERS}add/" not in page.text


def test_a_row_is_saved_switches_the_map_on_and_stands_in_the_history(boss):
    values = {"courier": "DPD", "service": "", "carrier_code": "dpd", "title": ""}

    answer = boss.post(f"{COURIERS}add/", {**values, "link": "https://t.example/{number}"})

    assert answer.status_code == 302
    assert shipment_import().map_couriers
    row = MappedCourier.objects.get()
    assert '<a class="bridge-link" href="https://t.example/1234567890">' in boss.get(COURIERS).text
    boss.post(f"{COURIERS}{row.pk}/change/", {**values, "title": "Parcel", "link": ""})
    boss.post(f"{COURIERS}{row.pk}/delete/", {"post": "yes"})
    changes = SettingChange.objects.filter(path="carriers/couriers/dpd").order_by("pk")
    assert [(bool(each.before), bool(each.after)) for each in changes] == [
        (False, True), (True, True), (True, False),
    ]  # fmt: skip
    assert {each.changed_by.username for each in changes} == {"boss"}
    history = BeautifulSoup(boss.get("/admin/configuration/changes/").content, "html.parser").text
    assert "carrier code dpd, courier DPD, title Parcel" in history


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"link": "javascript:alert({number})"}, "begins with https:// or http://"),
        ({"link": "https://t.example/"}, "Write {number} where the tracking number belongs."),
        ({"link": "https://t.example/{number}{zip}"}, "“{zip}” is unknown."),
        ({"carrier_code": "d p d"}, "Use letters, digits and underscores."),
        ({"courier": " dPd "}, "There is a row for this already, for all websites."),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(boss, values, why):
    map_courier("DPD")

    page = boss.post(
        f"{COURIERS}add/", {"courier": "GLS", "carrier_code": "gls", **values}, follow=True
    )

    assert why in BeautifulSoup(page.content, "html.parser").text
    assert MappedCourier.objects.count() == 1


def test_a_website_may_have_a_row_of_its_own(boss):
    website = make_website(name="Germany")
    map_courier("DPD")

    boss.post(f"{COURIERS}add/", {"courier": "DPD", "carrier_code": "x", "website": website.pk})

    assert "Germany" in boss.get(COURIERS).text
    assert MappedCourier.objects.filter(website=website).exists()


def test_the_map_is_carried_in_configuration_files_and_put_back(boss):
    make_website(code="uk")
    from_file = """{"format": 1, "parts": {
        "couriers": {"default": {"dpd / next day": {
            "courier": "DPD", "service": "Next Day", "carrier_code": "dpd", "title": "",
            "link": "https://t.example/{number}"}}},
        "shipping_methods": {"websites": {"uk": {"express": {"method": "express", "priority": 1}}}}
    }}"""

    plan = brought(from_file)

    assert not plan.problems
    assert MappedCourier.objects.get().service == "Next Day"
    assert MappedMethod.objects.get().website.code == "uk"
    assert not brought(from_file).changes


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('"dpd": {"courier": "DPD", "link": "javascript:{number}"}', "begins with https"),
        ('"dpd": {"courier": "UPS"}', "The key of this row is “ups”."),
        ('"dpd": {"courier": "DPD", "id": 7}', "nothing else"),
        ('"dpd": {"courier": 7}', "The key of this row is “7”."),
        ('"dpd": ["DPD"]', "nothing else"),
    ],
)
def test_a_row_of_a_file_that_cannot_be_is_told(row, why):
    file = f'{{"format": 1, "parts": {{"couriers": {{"default": {{{row}}}}}}}}}'

    plan = brought(file, leave_out=True)

    assert why in plan.problems[0].text
    assert not MappedCourier.objects.exists()
