"""Where OrderFlow has to call: told on the first page, and on lists of messages that are empty."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User

pytestmark = pytest.mark.django_db


def page_of(client, page="/admin/"):
    answer = client.get(page)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def make_api_user(username="orderflow"):
    user = User.objects.create_user(username)
    user.groups.add(Group.objects.get(name="OrderFlow Import"))
    return user


def test_the_dashboard_tells_the_soap_address_and_its_user(boss):
    make_api_user("wms")

    address = page_of(boss).select_one(".bridge-address")

    assert [code.text for code in address.select("code")] == [
        "http://testserver/soap/default",
        "wms",
    ]
    assert [button["data-copy"] for button in address.select("button")] == [
        "soap-address",
        "soap-user-1",
    ]


def test_without_an_api_user_the_way_to_one_is_told(boss):
    text = page_of(boss).select_one(".bridge-address").text

    assert "There is no API user yet: create one under System → Users" in text


@pytest.mark.parametrize("page", ["importrequest", "inventoryimport", "shipmentimport"])
def test_an_empty_list_of_messages_tells_what_to_give_orderflow(boss, page):
    make_api_user("wms")

    empty = page_of(boss, f"/admin/imports/{page}/").select_one(".bridge-empty-list")

    assert "Give OrderFlow this URL" in empty.text
    assert [code.text for code in empty.select("code")] == [
        "http://testserver/soap/default",
        "wms",
    ]
    assert len(empty.select("[data-copy]")) == 2
