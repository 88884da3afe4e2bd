"""How shop and sandbox are introduced to each other."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User

from orderflow_bridge.configuration.sections import Api, OrderExport
from orderflow_bridge.configuration.selectors import api, order_export
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sandbox.connecting import RIGHTS, connect
from tests.sandbox.conftest import ACCOUNT

HERE = "http://127.0.0.1:8001/web/"
pytestmark = pytest.mark.django_db


def test_the_shop_is_pointed_at_the_sandbox():
    introduction = connect(ACCOUNT, endpoint=HERE)

    settings = api()
    assert introduction.is_configured
    assert (settings.endpoint, settings.username, settings.password) == (
        HERE,
        ACCOUNT.username,
        ACCOUNT.password,
    )
    assert order_export().exportable_status == ("pending", "processing")


def test_the_sandbox_gets_an_api_user_with_the_rights_it_needs(rf):
    introduction = connect(ACCOUNT, endpoint=HERE)

    user = authenticate(rf.post("/"), username="sandbox", password=introduction.password)
    assert user is not None
    assert not user.is_staff
    assert user.get_all_permissions() == set(RIGHTS)


def test_a_second_start_may_listen_elsewhere_and_renews_the_password():
    first = connect(ACCOUNT, endpoint=HERE)

    second = connect(ACCOUNT, endpoint="http://127.0.0.1:9001/web/")

    assert api().endpoint == "http://127.0.0.1:9001/web/"
    assert first.password != second.password
    assert User.objects.filter(username="sandbox").count() == 1


def test_another_orderflow_is_left_alone():
    write_settings(Api, {"endpoint": "https://of.example/web/", "username": "merchant"})
    write_settings(OrderExport, {"exportable_status": ("complete",)})

    introduction = connect(ACCOUNT, endpoint=HERE)

    assert not introduction.is_configured
    assert api().endpoint == "https://of.example/web/"
    assert order_export().exportable_status == ("complete",)
