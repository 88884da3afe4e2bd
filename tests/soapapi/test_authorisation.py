"""Who may call: tokens in header or body, rights, and the texts of refusals."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, ORDERS_VIEW
from orderflow_bridge.access.selectors import caller_of
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.configuration.sections import WebServices
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_user
from tests.soapapi.posting import (
    INVENTORY,
    LEGACY,
    NS11,
    NS12,
    TOKEN_SERVICE,
    despatch,
    envelope,
    fault,
    legacy_login,
    post,
    refused,
    result,
    stock,
)

UNAUTHORISED = "The consumer isn't authorized to access %resources."
SIGN_IN_REFUSED = (
    "The account sign-in was incorrect or your account is disabled temporarily."
    " Please wait and try again later."
)
RECEIVED = "Success - Message 71 Received"


def _login(username: str, password: str, version: str = NS11) -> bytes:
    operation = f"{TOKEN_SERVICE}CreateAdminAccessTokenRequest"
    return envelope(
        f'<n:{operation} xmlns:n="urn:x"><username>{username}</username>'
        f"<password>{password}</password></n:{operation}>",
        version=version,
    )


@pytest.mark.parametrize("version", [NS11, NS12])
@pytest.mark.parametrize("token", ["", "0" * 32, "x" * 2000])
def test_a_guest_is_refused_with_magentos_fault(
    client: Client, db: None, version: str, token: str
) -> None:
    response = post(client, stock(token=token, version=version))

    assert fault(response) == (
        "SOAP-ENV:Client" if version == NS11 else "env:Sender",
        UNAUTHORISED,
    )
    assert refused(response) == UNAUTHORISED
    namespace = f"http%3A%2F%2Ftestserver%2Fsoap%2Fdefault%3Fservices%3D{INVENTORY}"
    root = etree.fromstring(response.content)
    assert root.nsmap["m"] == namespace
    parameter = root.find(f".//{{{namespace}}}GenericFaultParameter")
    assert parameter is not None
    assert [element.text for element in parameter] == ["resources", INVENTORY]


def test_a_user_without_the_right_is_refused(client: Client, db: None) -> None:
    token = grant_token(make_user(rights=[ORDERS_VIEW]))

    assert refused(post(client, stock(token=token))) == UNAUTHORISED
    assert refused(post(client, despatch("", token=token))) == UNAUTHORISED


def test_the_right_alone_is_enough(client: Client, db: None) -> None:
    user = make_user("somebody", rights=[ORDERFLOW_IMPORT])

    assert result(post(client, stock(), bearer=grant_token(user))) == RECEIVED
    assert Request.objects.get().received_by == "somebody"


@pytest.mark.parametrize(
    ("header", "session"), [("good", ""), ("", "good"), ("bad", "good"), ("good", "bad")]
)
def test_the_headers_token_counts_if_valid_else_the_bodys(
    client: Client, token: str, header: str, session: str
) -> None:
    tokens = {"good": token, "bad": "0" * 32, "": ""}

    response = post(client, stock(token=tokens[session]), bearer=tokens[header])

    assert result(response) == RECEIVED


def test_the_headers_user_is_the_one_recorded(client: Client, token: str) -> None:
    other = grant_token(make_user("other", rights=[ORDERFLOW_IMPORT]))

    post(client, stock(token=other), bearer=token)

    assert Request.objects.get().received_by == "orderflow"


def test_an_expired_token_makes_a_guest(client: Client, token: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=4, minutes=1), tick=False):
        assert refused(post(client, stock(token=token))) == UNAUTHORISED


def test_a_disabled_user_is_refused_at_once(client: Client, orderflow: User, token: str) -> None:
    orderflow.is_active = False
    orderflow.save()

    assert refused(post(client, stock(token=token))) == UNAUTHORISED


def test_a_token_is_granted_for_username_and_password(client: Client, orderflow: User) -> None:
    token = result(post(client, _login("orderflow", "Secret-12345")))

    assert caller_of(token).user_id == orderflow.pk
    assert result(post(client, stock(token=token))) == RECEIVED


@pytest.mark.parametrize("version", [NS11, NS12])
def test_a_refused_login_does_not_say_why(client: Client, orderflow: User, version: str) -> None:
    make_user("gone", password="Secret-12345", is_active=False)

    reasons = {
        fault(post(client, _login(name, password, version)))[1]
        for name, password in (
            ("orderflow", "wrong"),
            ("nobody", "Secret-12345"),
            ("gone", "Secret-12345"),
        )
    }

    assert reasons == {SIGN_IN_REFUSED}


def test_too_many_wrong_logins_lock_the_user_by_soap_and_by_rest(
    client: Client, orderflow: User
) -> None:
    for _ in range(6):
        post(client, _login("orderflow", "wrong"))

    locked = fault(post(client, _login("orderflow", "Secret-12345")))
    legacy = fault(post(client, legacy_login("orderflow", "Secret-12345"), LEGACY))

    assert locked == ("SOAP-ENV:Client", SIGN_IN_REFUSED)
    assert legacy == ("2", "Access denied.")


@pytest.mark.parametrize("missing", ["username", "password"])
def test_a_login_needs_both_names(client: Client, db: None, missing: str) -> None:
    body = _login("a", "b").replace(f"<{missing}>".encode(), b"<x>")
    body = body.replace(f"</{missing}>".encode(), b"</x>")

    assert refused(post(client, body)) == f'"{missing}" is required. Enter and try again.'


def test_listed_addresses_may_import_without_login(client: Client, db: None) -> None:
    assert refused(post(client, stock(), REMOTE_ADDR="192.0.2.7")) == UNAUTHORISED

    write_settings(WebServices, {"anonymous_addresses": ("192.0.2.0/24",)})

    assert result(post(client, stock(), REMOTE_ADDR="192.0.2.7")) == RECEIVED
    assert result(post(client, stock(token="0" * 32), REMOTE_ADDR="192.0.2.7")) == RECEIVED
    assert fault(post(client, stock(), REMOTE_ADDR="192.0.3.7"))[1] == UNAUTHORISED
    assert Request.objects.first().received_by == "anonymous (192.0.2.7)"


def test_a_message_costs_two_statements(client: Client, token: str) -> None:
    bodies = (
        stock(token=token),
        despatch("<orderIncrementId>1</orderIncrementId>", token=token),
    )
    for body in bodies:  # each reads its settings, which are remembered for five seconds
        post(client, body)

    for body in bodies:
        with CaptureQueriesContext(
            connection,
        ) as statements:
            assert post(client, body).status_code == 200
        assert len(statements) == 2, [statement["sql"] for statement in statements]
