"""System → Integrations: the list, the form, and what is done to an integration there."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.rights import ORDERS_VIEW, PRODUCTS_VIEW
from orderflow_bridge.access.selectors import caller_of
from tests.access.integrations.signing import make_integration
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/integrations/integration/"
MAY = tuple(
    f"integrations.{verb}" for verb in ("view_integration", "add_integration", "change_integration")
)
ISSUE, SHOW = "integrations.issue_credentials", "integrations.show_credentials"
FORM: dict[str, Any] = {
    "name": "ERP",
    "callback_url": "",
    "identity_link_url": "",
    "last_day": "",
    "networks": "",
    "resource_access": "custom",
}


def browser(*rights: str, **values: Any) -> Client:
    """Return the browser of somebody with these rights."""
    client = Client()
    client.force_login(make_user(rights=rights, **values))
    return client


@pytest.fixture
def boss() -> Client:
    return browser(is_superuser=True)


def right(name: str) -> int:
    return Permission.objects.get(codename=name.rpartition(".")[2]).pk


def test_a_new_one_has_its_bounds_and_rights_and_no_token(boss: Client) -> None:
    last = timezone.localdate() + timedelta(days=30)
    posted = {
        **FORM,
        "last_day": last.strftime("%d/%m/%Y"),
        "is_read_only": "on",
        "networks": "192.0.2.1,10.0.0.0/8, 192.0.2.1",
        "permissions": [right(PRODUCTS_VIEW)],
    }

    answer = boss.post(f"{LIST}add/", posted, follow=True)

    integration = Integration.objects.get()
    assert answer.redirect_chain, answer.content.decode()
    assert (integration.state, integration.token) == (Integration.State.NEW, None)
    assert integration.networks == "192.0.2.1, 10.0.0.0/8"
    assert integration.is_read_only
    assert [each.codename for each in integration.permissions.all()] == ["products_view"]
    assert integration.ends_at is not None
    assert timezone.localtime(integration.ends_at).date() == last + timedelta(days=1)
    assert len(integration.consumer_key) == len(integration.consumer_secret) == 32


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"networks": "10.0.0.0/8, somewhere"}, "is not an IP address or network"),
        ({"callback_url": "erp.example"}, "Enter the full address"),
        (
            {"callback_url": "https://erp.example/cb", "identity_link_url": "javascript:alert(1)"},
            "Enter the full address",
        ),
        ({"identity_link_url": "https://erp.example/login"}, "It needs a Callback URL"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_meant_is_refused(boss: Client, values: dict[str, str], text: str) -> None:
    answer = boss.post(f"{LIST}add/", FORM | values)

    assert text in answer.content.decode()
    assert not Integration.objects.exists()


def test_activating_shows_the_credentials_and_the_page_does_not(boss: Client) -> None:
    integration = make_integration(rights=[PRODUCTS_VIEW], is_active=False)
    page = f"{LIST}{integration.pk}"

    assert "Activate this integration?" in boss.get(f"{page}/activate/").content.decode()
    shown = boss.post(f"{page}/activate/")

    integration.refresh_from_db()
    secrets = [
        integration.consumer_secret,
        integration.token or "-",
        integration.token_secret or "-",
    ]
    assert all(each in shown.content.decode() for each in [integration.consumer_key, *secrets])
    assert "no-store" in shown["Cache-Control"]
    elsewhere = boss.get(f"{page}/change/").content.decode() + boss.get(LIST).content.decode()
    elsewhere += boss.get(f"{page}/history/").content.decode()
    assert not any(each in elsewhere for each in secrets)
    assert "Activate was asked for." in LogEntry.objects.latest("pk").change_message


def test_they_are_shown_again_by_a_right_of_its_own() -> None:
    integration = make_integration(rights=[PRODUCTS_VIEW])
    url = f"{LIST}{integration.pk}/credentials/"

    without = browser(*MAY, ISSUE, PRODUCTS_VIEW)
    assert without.post(url).status_code == 403
    shown = browser(*MAY, SHOW, PRODUCTS_VIEW).post(url).content.decode()

    assert (integration.token or "-") in shown


def test_rotating_and_revoking(boss: Client) -> None:
    integration = make_integration(rights=[PRODUCTS_VIEW])
    former, page = integration.token, f"{LIST}{integration.pk}"

    boss.post(f"{page}/rotate/")
    assert not caller_of(former).is_authenticated
    integration.refresh_from_db()
    assert caller_of(integration.token).is_authenticated

    answer = boss.post(f"{page}/revoke/", follow=True)
    assert "ERP is revoked" in answer.content.decode()
    assert not caller_of(integration.token).is_authenticated


def test_nobody_gets_more_rights_through_an_integration_than_his_own() -> None:
    clerk = browser(*MAY, ISSUE, SHOW, PRODUCTS_VIEW)
    stronger = make_integration("Stronger", rights=[ORDERS_VIEW])
    everything = make_integration("Everything", has_all_rights=True)

    for integration in (stronger, everything):
        page = f"{LIST}{integration.pk}"
        for act in ("credentials", "rotate"):
            answer = clerk.post(f"{page}/{act}/", follow=True).content.decode()
            assert "This integration has more rights than you." in answer
            assert (integration.token or "-") not in answer
        assert clerk.post(f"{page}/change/", FORM).status_code == 403
    unlisted = {"permissions": [right(ORDERS_VIEW)]}
    assert (
        "is not one of the available" in clerk.post(f"{LIST}add/", FORM | unlisted).content.decode()
    )
    full = clerk.post(f"{LIST}add/", FORM | {"resource_access": "all"}).content.decode()
    assert "Only who holds all rights can give them all." in full
    assert set(Integration.objects.values_list("name", flat=True)) == {"Stronger", "Everything"}


def test_a_changed_integration_keeps_its_token_and_the_history_says_what(boss: Client) -> None:
    integration = make_integration(rights=[PRODUCTS_VIEW])
    page = f"{LIST}{integration.pk}/change/"

    boss.post(page, FORM | {"name": "ERP 2", "resource_access": "all"})

    changed = Integration.objects.get()
    assert (changed.name, changed.has_all_rights) == ("ERP 2", True)
    assert changed.token == integration.token
    assert "Name" in LogEntry.objects.latest("pk").get_change_message()
    assert User.objects.count() == 1


def test_a_deleted_one_is_refused(boss: Client) -> None:
    integration = make_integration()

    boss.post(f"{LIST}{integration.pk}/delete/", {"post": "yes"})

    assert not caller_of(integration.token).is_authenticated
