"""The menu and the outbox."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from orderflow_bridge.console.menu import MENU
from orderflow_bridge.outbox.mail.models import OutgoingMail
from tests.admin.samples import make_operator

pytestmark = pytest.mark.django_db


def client_with(*codenames: str) -> Client:
    user = make_operator("clerk")
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def test_a_superuser_sees_every_group_of_the_menu(boss):
    groups = boss.get("/admin/").context["sidebar_navigation"]

    titles = [group["title"] for group in groups]
    assert titles == [title for title, _ in MENU]
    assert all(
        boss.get(item["link"], follow=True).status_code == 200
        for group in groups
        for item in group["items"]
    )


def test_everybody_sees_only_what_he_may_open():
    client = client_with("view_shipmentimport")

    groups = client.get("/admin/").context["sidebar_navigation"]

    assert [(group["title"], [item["title"] for item in group["items"]]) for group in groups] == [
        ("Watch", ["Problems"]),
        ("OrderFlow Imports", ["Shipments"]),
        ("Data", ["Exported Lists"]),  # everybody's own
        ("System", ["Version"]),
    ]


def test_somebody_whose_rights_open_no_other_page_sees_the_problems():
    groups = client_with("view_permission").get("/admin/").context["sidebar_navigation"]

    assert [(group["title"], [item["title"] for item in group["items"]]) for group in groups] == [
        ("Watch", ["Problems"]),
        ("Data", ["Exported Lists"]),
        ("System", ["Version"]),
    ]


def test_somebody_without_any_right_is_led_to_the_sign_in():
    assert "/login/" in client_with().get("/admin/")["Location"]


def test_the_body_of_an_email_is_shown_as_text(boss):
    mail = OutgoingMail.objects.create(
        recipient="a@example.com", subject="<b>Shipped", text="Hello <i>", html="<script>x</script>"
    )

    text = boss.get(f"/admin/mail/outgoingmail/{mail.pk}/change/").content.decode()

    assert "&lt;script&gt;x&lt;/script&gt;" in text
    assert "<script>x" not in text
    assert "<b>Shipped" not in text


def test_after_the_login_comes_the_front_page(boss):
    answer = Client().post("/admin/login/", {"username": "boss", "password": "secret-12345"})

    assert answer["Location"] == "/admin/"
