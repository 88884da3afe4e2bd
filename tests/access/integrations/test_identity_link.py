"""The identity link: activating leads to the other system's sign-in, which leads back."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.rights import PRODUCTS_VIEW
from tests.access.integrations.other_system import OtherSystem, other_system
from tests.access.integrations.signing import make_integration
from tests.access.integrations.test_integration_pages import ISSUE, LIST, MAY, browser

pytestmark = pytest.mark.django_db

LOGIN = "https://erp.example/login"


@pytest.fixture
def system():
    with other_system("http://testserver") as listening:
        yield listening


@pytest.fixture
def integration(system: OtherSystem) -> Integration:
    return make_integration(
        rights=[PRODUCTS_VIEW],
        is_active=False,
        callback_url=system.url,
        identity_link_url=f"{LOGIN}?shop=7",
    )


@pytest.fixture
def boss() -> Client:
    return browser(is_superuser=True)


def page(integration: Integration, name: str) -> str:
    return f"{LIST}{integration.pk}/{name}/"


@pytest.mark.parametrize("act", ["activate", "rotate"])
def test_it_opens_with_the_key_and_where_to_go_back_to(boss, integration, system, act):
    if act == "rotate":
        Integration.objects.update(state=Integration.State.ACTIVE)

    answer = boss.post(page(integration, act), follow=True)

    integration.refresh_from_db()
    assert answer.redirect_chain == [(f"{page(integration, 'identity')}?opens=1", 302)]
    assert system.told[0]["oauth_consumer_key"] == integration.consumer_key
    [link] = BeautifulSoup(answer.content, "lxml").select("a[data-identity]")
    address = str(link["href"])
    assert address.startswith(f"{LOGIN}?shop=7&")
    assert parse_qs(urlsplit(address).query) == {
        "shop": ["7"],
        "oauth_consumer_key": [integration.consumer_key],
        "success_call_back": [f"http://testserver{page(integration, 'signed_in')}"],
    }
    assert "within five minutes" in answer.content.decode()
    assert integration.consumer_secret not in answer.content.decode()


def test_the_page_to_come_back_to_says_that_it_is_active(boss, integration):
    Integration.objects.update(state=Integration.State.ACTIVE)

    answer = boss.get(page(integration, "signed_in")).content.decode()

    assert "ERP is active: its system has fetched the token." in answer
    assert "You can close this window." in answer


def test_while_it_waits_its_page_leads_there(boss, integration):
    boss.post(page(integration, "activate"))

    assert page(integration, "identity") in boss.get(page(integration, "change")).content.decode()


def test_after_five_minutes_there_is_nothing_to_open(boss, integration):
    boss.post(page(integration, "activate"))
    Integration.objects.update(exchange_until=timezone.now() - timedelta(seconds=1))

    shown = boss.get(page(integration, "identity")).content.decode()

    assert "Activate it again." in shown
    assert "data-identity" not in shown


def test_a_callback_that_fails_opens_nothing(boss, integration, system):
    system.status = 503

    answer = boss.post(page(integration, "activate"), follow=True)

    assert "answered 503, and not 200. Nothing was changed." in answer.content.decode()
    assert "data-identity" not in answer.content.decode()


def test_one_without_a_link_has_no_such_page(boss, integration):
    Integration.objects.update(identity_link_url="")

    answer = boss.get(page(integration, "identity"), follow=True)

    assert "ERP has no identity link URL." in answer.content.decode()


def test_it_takes_the_right_to_activate(integration):
    assert browser(*MAY).get(page(integration, "identity")).status_code == 403
    assert (
        browser(*MAY, ISSUE, username="ann").get(page(integration, "identity")).status_code == 200
    )
