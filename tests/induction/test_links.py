"""Links to the checklist: good without a sign-in, over at their end, and without any secret."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import signing
from django.test import Client
from django.utils import timezone
from time_machine import travel

from orderflow_bridge.access.ready_roles import ADMINISTRATOR
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.configuration.sections import Api, Email, ProblemReports
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.induction.models import SharedLink
from orderflow_bridge.induction.sharing import key_of, share
from orderflow_bridge.problems.models import ProblemRoute
from orderflow_bridge.sandbox import sending
from tests.factories import make_address, make_order, make_user, make_website
from tests.journeys.conftest import Trade, trade
from tests.journeys.person import Person
from tests.outbox.webhooks.shop import make_receiver

__all__ = ("trade",)

SECRET = "Marked-Secret"
PERSON = "MarkedPerson"


def sent(person, website, **asked):
    """Press Send A Link, and return the address that the page then shows."""
    page = f"/admin/induction/connection/{website.pk}/change/"
    person.client.force_login(person.user)
    person.press(page, "Send A Link", **{"recipient": "Warehouse", "days": "14", **asked})
    [code] = person.look(page).select(".setup-links code")
    return code.text.replace("http://testserver", "")


def read(url):
    """Open a link as a stranger does."""
    return Client().get(url)


@pytest.fixture
def administrator(db):
    return Person(ADMINISTRATOR)


def test_a_link_shows_the_checklist_to_somebody_without_a_sign_in(administrator):
    website = make_website(name="Main Website")

    answer = read(sent(administrator, website))

    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 200
    assert page.h1.text == "Connect OrderFlow with Main Website"
    assert len(page.select(".setup-step")) == 12
    assert not page.select("a, form")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert not answer.cookies
    assert SharedLink.objects.get().opened_at is not None


def test_a_link_is_over_at_its_end_and_says_so(administrator):
    url = sent(administrator, make_website(), days="3")

    with travel(timezone.now() + timedelta(days=2, hours=23), tick=False):
        before = read(url)
    with travel(timezone.now() + timedelta(days=3, minutes=1), tick=False):
        after = read(url)

    assert (before.status_code, after.status_code) == (200, 410)
    assert "expired or was revoked" in after.content.decode()
    assert "setup-step" not in after.content.decode()


def test_a_revoked_link_is_over_at_once_and_others_websites_links_go_on(administrator):
    website, other = make_website(), make_website()
    url, others = sent(administrator, website), sent(administrator, other)

    administrator.press(f"/admin/induction/connection/{website.pk}/change/", "Revoke Links")

    assert (read(url).status_code, read(others).status_code) == (410, 200)
    assert SharedLink.objects.get(website=website).revoked_by == administrator.user.username


@pytest.mark.parametrize(
    "forge",
    [
        lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"),
        lambda key: key.replace(key.split("-")[0], str(int(key.split("-")[0]) + 1), 1),
        lambda key: key.split(":")[0],
        lambda key: signing.Signer(key="another", salt="orderflow_bridge.induction.link").sign(
            key.split(":")[0]
        ),
        lambda key: signing.Signer(salt="another").sign(key.split(":")[0]),
        lambda key: "x" * 5_000,
        lambda key: "%00",
        lambda key: "1-1:",
    ],
)
def test_nobody_makes_a_link_but_the_bridge(administrator, forge):
    url = sent(administrator, make_website())
    key = url.rstrip("/").rpartition("/")[2]

    answer = read(url.replace(key, forge(key)))

    assert answer.status_code == 404
    assert "setup-step" not in answer.content.decode()


def test_a_link_of_a_database_that_was_put_back_opens_no_other_one(administrator):
    website = make_website()
    url = sent(administrator, website)
    old = SharedLink.objects.get()

    SharedLink.objects.filter(pk=old.pk).update(created_at=old.created_at + timedelta(days=1))

    assert read(url).status_code == 404
    assert key_of(old) in url


def test_a_link_is_only_read(administrator):
    url = sent(administrator, make_website())

    assert Client().post(url).status_code == 405
    assert Client().put(url).status_code == 405


@pytest.mark.django_db
def test_who_may_only_look_sees_no_link_and_makes_none(administrator):
    website = make_website()
    url = sent(administrator, website)
    viewer = make_user("viewer", is_staff=True, rights=["induction.view_connection"])
    client = Client()
    client.force_login(viewer)

    page = client.get(f"/admin/induction/connection/{website.pk}/change/").content.decode()
    refused = client.post(f"/admin/induction/connection/{website.pk}/send/", {"days": "1"})

    assert "Send A Link" not in page
    assert url not in page
    assert refused.status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_shop_full_of_secrets_and_people_shows_none_of_them(trade: Trade, settings):
    """Everything the bridge keeps secret is marked, and every person: the page has no mark."""
    website = trade.website
    settings.BRIDGE_METRICS_TOKEN = f"{SECRET}-metrics"
    bag = trade.sell("24-MB01")
    trade.job("orderflow_export_product_create")
    sending.push_stock(trade.sandbox)
    trade.job("orderflow_import_inventory_update")
    order = make_order(
        items=[(bag, 1)],
        customer_email=f"{PERSON}@example.com",
        customer_firstname=PERSON,
        customer_lastname=PERSON,
    )
    make_address(order, firstname=PERSON, lastname=PERSON, street=PERSON, telephone=PERSON)
    trade.job("orderflow_export_order_create")
    sending.despatch(trade.sandbox, order.increment_id)
    trade.job("orderflow_import_shipment_update")
    for scope in (None, website):
        write_settings(
            Api,
            {"password": f"{SECRET}-password", "proxy_login": f"proxy:{SECRET}-proxy"},
            website=scope,
        )
        make_receiver(scope, secret=f"{SECRET}-webhook")
    write_settings(
        Api, {"endpoint": f"https://{SECRET}-host.example/{SECRET}/"}, website=make_website()
    )
    write_settings(Email, {"admin_name": PERSON, "admin_email": f"{PERSON}@example.com"})
    write_settings(ProblemReports, {"base_url": "https://bridge.example"})
    person = make_user("somebody", password=f"{SECRET}-1", email=f"{PERSON}@example.com")
    token = grant_token(person)
    ProblemRoute.objects.create(
        chat_url=f"https://chat.example/{SECRET}", chat_secret=f"{SECRET}-chat"
    )

    link = share(website, recipient=PERSON, days=14, by=f"{PERSON}-boss")
    page = read(f"/connect-orderflow/{key_of(link)}/").content.decode()

    assert "https://bridge.example/soap/" in page
    assert page.count("data-done") == 9
    for mark in (SECRET, PERSON, token, "24-MB01", order.increment_id):
        assert mark.lower() not in page.lower()
