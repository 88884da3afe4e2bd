"""Stores → Configuration → Export and Import: the pages."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orderflow_bridge.configuration.models import Transfer
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.selectors import api, order_export
from orderflow_bridge.configuration.services import write_settings

pytestmark = pytest.mark.django_db

FRONT = "/admin/configuration/transfer/"
BATCH = "orderflow_order_export/settings/batch_size"


def browser(*rights: str, superuser: bool = False) -> Client:
    """Return a browser of somebody with these rights."""
    user = User.objects.create_user("somebody", is_superuser=superuser)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return client


def uploaded(client: Client, **parts):
    """Upload a file with these parts; return the page that shows what it would change."""
    file = BytesIO(json.dumps({"format": 1, "parts": parts}).encode())
    file.name = "test-shop.json"
    answer = client.post(f"{FRONT}file/", {"file": file}, follow=True)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def confirmed(client: Client, page, **more):
    """Press Import on a page that shows a difference."""
    form = next(each for each in page.find_all("form") if "import" in each.get("action", ""))
    seen = form.find("input", {"name": "seen"})["value"]
    return client.post(form["action"], {"seen": seen, **more}, follow=True)


def settings(**values):
    return {"settings": {"default": {BATCH: "7", **values}}}


def test_a_file_is_looked_at_and_then_imported():
    client = browser(superuser=True)

    page = uploaded(client, **settings())
    assert order_export().batch_size == 100
    assert "Order Export: Batch Size" in page.text

    answer = confirmed(client, page)

    assert "1 change imported." in answer.text
    assert order_export().batch_size == 7
    assert "test-shop.json" in client.get(FRONT).text


def test_an_import_is_put_back_from_its_page():
    client = browser(superuser=True)
    confirmed(client, uploaded(client, **settings()))
    put_back = reverse("admin:configuration_transfer_put_back", args=[Transfer.objects.get().pk])

    page = BeautifulSoup(client.post(put_back, follow=True).content, "html.parser")
    confirmed(client, page)

    assert order_export().batch_size == 100


def test_the_page_goes_back_to_an_earlier_state():
    client = browser(superuser=True)
    write_settings(Api, {"username": "old"})
    moment = timezone.localtime(timezone.now() + timedelta(milliseconds=1))
    while timezone.now() <= moment:
        pass
    write_settings(Api, {"username": "new"})

    answer = client.post(f"{FRONT}earlier/", {"at": moment.isoformat()}, follow=True)
    confirmed(client, BeautifulSoup(answer.content, "html.parser"))

    assert api().username == "old"


def test_what_cannot_be_taken_is_listed_and_refuses_the_rest_until_it_is_left_out():
    client = browser(superuser=True)

    page = uploaded(client, **settings(**{"no/such": "<script>alert(1)</script>"}))
    assert "This bridge has no such setting." in page.text
    assert "Nothing was imported" in confirmed(client, page).text
    assert order_export().batch_size == 100

    confirmed(client, page, leave_out="on")
    assert order_export().batch_size == 7


def test_markup_in_a_file_is_shown_as_text():
    client = browser(superuser=True)

    page = uploaded(client, roles={"default": {"<script>alert(1)</script>": []}})

    assert "<script>alert(1)</script>" in page.text
    assert not [each for each in page.find_all("script") if "alert(1)" in each.text]


def test_a_download_is_a_file_that_leaves_secrets_out():
    write_settings(Api, {"password": "geheim-12345"})
    client = browser("view_transfer")

    answer = client.post(f"{FRONT}export/")

    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "geheim" not in answer.text
    assert json.loads(answer.content)["environment"] == "testserver"


def test_secrets_take_a_right_of_their_own():
    client = browser("view_transfer")

    answer = client.post(f"{FRONT}export/", {"passphrase": "correct horse battery"})

    assert answer.status_code == 403
    assert "Passphrase for the secrets" not in client.get(FRONT).text


def test_a_short_passphrase_is_told_beside_its_field():
    answer = browser(superuser=True).post(f"{FRONT}export/", {"passphrase": "short"})

    assert "at least 12 characters" in answer.text


def test_what_is_no_file_is_told_beside_its_field():
    client = browser(superuser=True)
    file = BytesIO(b"PK\x03\x04")
    file.name = "shop.xlsx"

    assert "no JSON text" in client.post(f"{FRONT}file/", {"file": file}).text
    assert "Choose a file." in client.post(f"{FRONT}file/", {}).text
    assert "Choose a date and time." in client.post(f"{FRONT}earlier/", {}).text


def test_nobody_changes_by_a_file_what_he_may_not_change_by_hand():
    client = browser("view_transfer", "change_transfer")
    rights = ["sales.view_order"]

    page = uploaded(client, **settings(), roles={"default": {"Packers": rights}})

    assert "You may not change the settings of Order Export." in page.text
    assert "You may not hand out or take away rights that you lack." in page.text
    assert "Nothing would change" in page.text
    assert not Group.objects.filter(name="Packers").exists()


def test_a_role_with_all_rights_is_carried_as_such_and_given_by_a_superuser_only():
    boss, clerk = browser(superuser=True), Client()
    helper = User.objects.create_user("helper")
    helper.user_permissions.set(Permission.objects.all())
    clerk.force_login(helper)
    everything = {"default": {"Owners": "all"}}

    assert "Only a superuser gives a role all rights." in uploaded(clerk, roles=everything).text
    confirmed(boss, uploaded(boss, roles=everything))

    owners = Group.objects.get(name="Owners")
    assert owners.permissions.count() == Permission.objects.count()
    assert "Nothing would change" in uploaded(boss, roles=everything).text
    confirmed(boss, uploaded(boss, roles={"default": {"Owners": ["sales.view_order"]}}))
    assert owners.permissions.get().codename == "view_order"


def test_without_the_right_there_is_no_page_and_no_link():
    client = browser("view_apisettings")

    assert client.get(FRONT).status_code == 403
    assert FRONT not in client.get("/admin/configuration/", follow=True).text


def test_whoever_may_only_export_is_offered_no_import():
    client = browser("view_transfer")

    assert "Earlier State" not in client.get(FRONT).text
    assert client.post(f"{FRONT}file/").status_code == 403
    assert client.post(f"{FRONT}earlier/").status_code == 403
