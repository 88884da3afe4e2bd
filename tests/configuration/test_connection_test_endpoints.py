"""API Settings → Test Connection: who may run it, what it leaves behind, and without a script."""

import logging

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from orderflow_bridge.configuration.models import SettingValue
from tests.configuration.connecting import PASSWORD, URL, filled_in, steps_of
from tests.fakes import Answer, FakeOrderFlow

pytestmark = pytest.mark.django_db


@pytest.fixture
def orderflow():
    with FakeOrderFlow().running() as fake:
        yield fake


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_nothing_is_saved(admin, orderflow):
    steps_of(admin, filled_in(orderflow.endpoint))

    assert not SettingValue.objects.exists()


def test_the_password_appears_neither_in_the_answer_nor_in_the_log(admin, orderflow, caplog):
    caplog.set_level(logging.DEBUG)
    orderflow.answers = [Answer(b"", status=401, content_type="text/plain")]

    answer = admin.post(URL, filled_in(orderflow.endpoint))

    assert PASSWORD not in answer.content.decode()
    assert PASSWORD not in caplog.text


def test_without_the_script_the_page_shows_all_steps_and_what_was_typed(admin, orderflow):
    orderflow.answers = [Answer(b"", status=401, content_type="text/plain")]

    answer = admin.post(URL, filled_in(orderflow.endpoint, channel="typed"))

    page = BeautifulSoup(answer.content, "html.parser")
    states = [each.text for each in page.select(".configuration-steps .bridge-badge")]
    assert states[-3:] == ["Failed", "Not tried", "Not tried"]
    assert page.select_one("[name=channel]")["value"] == "typed"
    assert "The test stopped at “Login”." in page.select_one("#connection-verdict").text


def test_opening_the_tests_address_does_nothing(admin, orderflow):
    assert admin.get(URL).status_code == 405


def test_a_test_takes_the_right_to_change(client, orderflow):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_apisettings"))
    client.force_login(viewer)

    refused = client.post(URL, filled_in(orderflow.endpoint))

    assert refused.status_code == 403
    assert orderflow.heard == []
    page = client.get(reverse("admin:configuration_apisettings_changelist"))
    assert b"data-tests" not in page.content


def test_a_test_without_the_pages_token_is_refused(client, orderflow):
    client.handler.enforce_csrf_checks = True
    client.force_login(User.objects.create_superuser("root"))

    assert client.post(URL, filled_in(orderflow.endpoint)).status_code == 403
    assert orderflow.heard == []
