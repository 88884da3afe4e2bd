"""The exchange by which an integration's own system gets its token, over real HTTP."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
import requests
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.integrations.services import (
    CallbackFailed,
    activate,
    revoke,
    rotate,
)
from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.access.rights import STORES
from orderflow_bridge.access.selectors import caller_of
from orderflow_bridge.configuration.sections import ProblemReports
from orderflow_bridge.configuration.services import write_settings
from tests.access.integrations.other_system import OtherSystem, other_system
from tests.access.integrations.signing import make_integration, signer
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

State = Integration.State


@pytest.fixture
def system(live_server: LiveServer) -> Iterator[OtherSystem]:
    """Return the other system; wait for the server's threads, which close the database."""
    with other_system(live_server.url) as listening:
        yield listening
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(10)


@pytest.fixture
def integration(system: OtherSystem) -> Integration:
    return make_integration("ERP", rights=[STORES], is_active=False, callback_url=system.url)


def begin(integration: Integration, system: OtherSystem) -> None:
    activate(integration, store_base_url=f"{system.shop}/")


def test_it_is_told_key_secret_verifier_and_address_and_comes_for_its_token(
    integration: Integration, system: OtherSystem
) -> None:
    begin(integration, system)

    assert system.told == [
        {
            "oauth_consumer_key": integration.consumer_key,
            "oauth_consumer_secret": integration.consumer_secret,
            "store_base_url": f"{system.shop}/",
            "oauth_verifier": system.told[0]["oauth_verifier"],
        }
    ]
    assert (integration.state, integration.token) == (State.WAITING, None)

    token = system.fetch_token()

    integration.refresh_from_db()
    assert integration.state == State.ACTIVE
    assert token == {
        "oauth_token": integration.token,
        "oauth_token_secret": integration.token_secret,
    }
    url, headers, _ = signer(integration).sign(f"{system.shop}/rest/V1/store/websites")
    assert requests.get(url, headers=headers, timeout=30).status_code == 200
    assert caller_of(token["oauth_token"]).may(STORES)


def test_it_may_come_before_it_answers(integration: Integration, system: OtherSystem) -> None:
    system.comes_at_once = True
    system.status = 500  # who has the token has taken the post, whatever is answered

    begin(integration, system)

    assert integration.state == State.ACTIVE
    assert system.token["oauth_token"] == integration.token


def test_rotating_begins_anew_and_ends_the_former_token(
    integration: Integration, system: OtherSystem
) -> None:
    system.comes_at_once = True
    begin(integration, system)
    former = integration.token

    rotate(integration, store_base_url=system.shop)

    assert len({each["oauth_consumer_key"] for each in system.told}) == 2
    assert not caller_of(former).is_authenticated
    assert caller_of(integration.token).is_authenticated


def test_where_the_post_is_not_taken_nothing_changes(
    integration: Integration, system: OtherSystem
) -> None:
    system.comes_at_once = True
    begin(integration, system)
    token, key = integration.token, integration.consumer_key
    system.comes_at_once, system.status = False, 503

    with pytest.raises(CallbackFailed, match="503"):
        rotate(integration, store_base_url=system.shop)

    integration.refresh_from_db()
    assert (integration.token, integration.consumer_key) == (token, key)
    assert caller_of(token).is_authenticated


def test_the_page_says_what_came_of_it(integration: Integration, system: OtherSystem) -> None:
    browser = Client()
    browser.force_login(make_user(is_superuser=True))
    page = f"/admin/integrations/integration/{integration.pk}"
    write_settings(ProblemReports, {"base_url": system.shop})

    def said(act: str) -> str:
        return str(browser.post(f"{page}/{act}/", follow=True).content.decode())

    system.status = 404
    assert "The callback URL answered 404, and not 200. Nothing was changed." in said("activate")
    system.status = 200
    assert "is active as soon as its system has fetched" in said("activate")
    system.comes_at_once = True
    assert "ERP is active: its system has fetched the token." in said("activate")
    assert {each["store_base_url"] for each in system.told} == {f"{system.shop}/"}
    assert integration.consumer_secret not in said("rotate")


def test_an_address_where_nobody_listens_is_said(integration: Integration) -> None:
    integration.callback_url = "http://127.0.0.1:1/callback"

    with pytest.raises(CallbackFailed, match="refuses connections"):
        activate(integration, store_base_url="http://testserver/")

    integration.refresh_from_db()
    assert integration.state == State.NEW


def test_refusals_are_answered_as_oauth_answers(
    integration: Integration, system: OtherSystem
) -> None:
    begin(integration, system)
    request_token = {k: v[0] for k, v in parse_qs(system.ask("request").text).items()}

    def problem(answer: requests.Response) -> tuple[int, str]:
        return answer.status_code, parse_qs(answer.text)["oauth_problem"][0]

    bare = requests.post(f"{system.shop}/oauth/token/request", timeout=30)
    assert problem(bare) == (
        400,
        ", ".join(
            f'"oauth_{name}" is required. Enter and try again'
            for name in ("consumer_key", "signature", "signature_method", "nonce", "timestamp")
        ),
    )
    assert problem(system.ask("request", client_secret="0" * 32)) == (
        401,
        "The signature is invalid. Verify and try again.",
    )
    assert problem(system.ask("access", request_token, verifier="0" * 32)) == (
        401,
        "Token verifier and verifier token do not match",
    )
    assert problem(system.ask("access", {"oauth_token": "0" * 32})) == (
        401,
        "Request token is not associated with the specified consumer",
    )
    assert system.ask("access", request_token).status_code == 200
    assert problem(system.ask("access", request_token))[0] == 401
    assert problem(system.ask("request")) == (
        401,
        "Cannot create request token because consumer token is not a verifier token",
    )
    assert set(RefusedCall.objects.values_list("username", flat=True)) == {"", "integration ERP"}


def test_it_has_five_minutes(integration: Integration, system: OtherSystem) -> None:
    begin(integration, system)
    late = timezone.now() - timedelta(seconds=1)
    Integration.objects.update(exchange_until=late)

    answer = system.ask("request")

    assert (answer.status_code, answer.text) == (401, "oauth_problem=Consumer+key+has+expired")


def test_revoking_ends_an_exchange_under_way(integration: Integration, system: OtherSystem) -> None:
    begin(integration, system)

    revoke(integration)

    assert system.ask("request").status_code == 401
