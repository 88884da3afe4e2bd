"""Refused callers are told of: who, from where, how often, why, until they are let in again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orderflow_bridge.access.models import AccessToken, RefusedCall
from orderflow_bridge.access.refused_calls import TOLD_APART, WRITES_A_MINUTE, Caller, Unwritten
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import grant_token, release_lockout
from orderflow_bridge.configuration.sections import WebServices
from orderflow_bridge.problems.kinds import CALLER_REFUSED, Severity
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.watch.callers import look_for_refused_callers
from tests.configuration.storing import store
from tests.factories import make_user
from tests.soapapi.posting import LEGACY, envelope, legacy_login, post, stock

pytestmark = pytest.mark.django_db

NOON = timezone.now().replace(hour=12, minute=5, second=0, microsecond=0)
PASSWORD = "Secret-12345"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def orderflow() -> User:
    return make_user("wms", password=PASSWORD, rights=[ORDERFLOW_IMPORT])


def look(minutes: float = 0) -> list[Problem]:
    """Look for refused callers; return the open problems."""
    look_for_refused_callers(timezone.now() + timedelta(minutes=minutes))
    return list(open_problems(CALLER_REFUSED).order_by("subject"))


def sign_in(client: Client, username: str = "wms", password: str = "wrong") -> None:
    client.post(
        "/rest/V1/integration/admin/token",
        {"username": username, "password": password},
        content_type="application/json",
    )


def test_a_wrong_password_is_told_from_the_third_time_on(client: Client, orderflow: User) -> None:
    for _ in range(2):
        sign_in(client)
    assert look() == []

    sign_in(client)
    [problem] = look()

    assert problem.text == (
        "User wms was refused 3 times since 12:05 at the REST address from 127.0.0.1:"
        " the password is wrong."
    )
    assert problem.remedy.startswith("Set the user's password anew")
    assert problem.url == f"/admin/auth/user/{orderflow.pk}/change/"
    assert problem.severity == Severity.CRITICAL


def test_it_ends_at_once_when_the_user_is_let_in(client: Client, orderflow: User) -> None:
    for _ in range(3):
        sign_in(client)
    assert look()

    sign_in(client, password=PASSWORD)

    assert look() == []


def test_a_user_that_is_inactive_is_told_so_whether_it_signs_in_or_shows_a_token(
    client: Client, orderflow: User
) -> None:
    token = grant_token(orderflow)
    orderflow.is_active = False
    orderflow.save()

    for _ in range(3):
        post(client, stock(token=token))
    [problem] = look()

    assert problem.subject == "user wms"
    assert problem.text.endswith("at the SOAP address from 127.0.0.1: the user is inactive.")
    assert problem.remedy == "Activate the user."

    sign_in(client, password=PASSWORD)
    assert "4 times" in look()[0].text


def test_a_locked_user_is_told_so_until_the_lock_is_released_and_it_is_let_in(
    client: Client, orderflow: User
) -> None:
    store(WebServices, max_failures=2)
    for _ in range(4):
        sign_in(client)
    [problem] = look()
    assert problem.text.endswith("the sign-in is locked after wrong passwords.")
    assert problem.url == "/admin/access/failedsignin/"

    release_lockout("wms", "127.0.0.1")
    sign_in(client, password=PASSWORD)
    assert look() == []


def test_an_unknown_token_is_the_addresss_and_ends_when_the_address_is_let_in_and_quiet(
    client: Client, orderflow: User
) -> None:
    for _ in range(3):
        post(client, stock(token="0" * 32))
    [problem] = look()
    assert problem.subject == "127.0.0.1"
    assert problem.text.startswith("A caller was refused 3 times since 12:05")
    assert problem.severity == Severity.WARNING

    sign_in(client, password=PASSWORD)
    assert look(), "others may call from the same address"
    assert look(minutes=3) == []


def test_an_expired_token_is_nothing_unless_the_caller_does_not_sign_in_again(
    client: Client, orderflow: User
) -> None:
    token = grant_token(orderflow)
    AccessToken.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    for _ in range(3):
        post(client, stock(token=token))
    assert look() == []

    [problem] = look(minutes=3)
    assert problem.text.startswith("User wms was refused 3 times")
    assert "its token has expired" in problem.text


def test_an_hour_without_a_call_ends_it(client: Client, orderflow: User) -> None:
    for _ in range(3):
        sign_in(client)
    assert look()
    assert look(minutes=59)
    assert look(minutes=61) == []


def test_a_user_without_the_right_is_told_with_the_role_to_give(client: Client) -> None:
    user = make_user("erp", rights=[])
    token = grant_token(user)
    for _ in range(3):
        post(client, stock(token=token))

    [problem] = look()
    assert "User erp" in problem.text
    assert problem.text.endswith("the user lacks the right for the call.")
    assert "OrderFlow Import" in problem.remedy


def test_a_message_that_is_too_large_is_told_with_the_setting(
    client: Client, orderflow: User
) -> None:
    store(WebServices, max_body_bytes=300)
    for _ in range(3):
        post(client, stock(token=grant_token(orderflow)))

    [problem] = look()
    assert problem.text.endswith("the message is larger than allowed.")
    assert problem.url == "/admin/configuration/webservicessettings/"
    assert "above 300" in problem.evidence["answer"]


def test_what_is_no_xml_and_an_operation_of_another_address_are_told(client: Client) -> None:
    for _ in range(3):
        post(client, b"no xml")
    [problem] = look()
    assert problem.text.endswith("the message cannot be understood.")

    with time_machine.travel(NOON + timedelta(minutes=1)):
        for _ in range(3):
            post(client, envelope('<n:noSuchThing xmlns:n="urn:x"/>'))
        [problem] = look()
    assert problem.text.endswith("the address called does not have the operation.")
    assert problem.remedy.startswith("Give OrderFlow this URL: http://testserver/soap/default;")


def test_the_magento_1_address_is_named(client: Client, orderflow: User) -> None:
    for _ in range(3):
        post(client, legacy_login("wms", "wrong"), LEGACY)

    assert "at the Magento 1 address" in look()[0].text


def test_what_is_not_found_is_no_refusal(client: Client, orderflow: User) -> None:
    token = grant_token(orderflow)
    for _ in range(3):
        response = client.get(
            "/rest/V1/products/none", headers={"Authorization": f"Bearer {token}"}
        )
        client.get("/rest/V1/nowhere")
    assert response.status_code in (401, 404)

    assert {row.reason for row in RefusedCall.objects.all()} <= {RefusedCall.Reason.NO_RIGHT}


def test_a_flood_costs_a_bounded_number_of_statements(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        for number in range(WRITES_A_MINUTE + 30):
            post(client, stock(token=f"{number:032}"))

    assert sum("access_refusedcall" in each["sql"] for each in queries) == WRITES_A_MINUTE
    assert "was refused 60 times" in look()[0].text


def test_only_so_many_callers_are_told_apart_in_an_hour() -> None:
    counted: dict[Caller, tuple[int, str, str]] = {}
    unwritten = Unwritten(writes_a_minute=TOLD_APART * 3)
    for number in range(TOLD_APART * 3):
        caller = Caller(NOON, "10.0.0.1", f"name{number}", False, "password", "rest")
        counted |= unwritten.add(caller, "", "")

    assert len(counted) <= TOLD_APART + 1


def test_accepted_calls_cost_one_look_a_minute(client: Client, orderflow: User) -> None:
    token = grant_token(orderflow)
    with CaptureQueriesContext(connection) as queries:
        for _ in range(5):
            post(client, stock(token=token))

    looks = [each for each in queries if "access_refusedcall" in each["sql"]]
    assert len(looks) == 1


def test_a_look_takes_few_statements_and_forgets_what_is_old(
    client: Client, orderflow: User
) -> None:
    for _ in range(3):
        sign_in(client)
    with CaptureQueriesContext(connection) as queries:
        look_for_refused_callers(timezone.now())
    assert len(queries) <= 12

    look(minutes=3 * 24 * 60)
    assert not RefusedCall.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_message_is_accepted_although_nobody_can_be_looked_up_among_the_refused(
    client: Client, orderflow: User
) -> None:
    token = grant_token(orderflow)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE access_refusedcall RENAME TO access_refusedcall_away")
    try:
        answer = post(client, stock(), bearer=token)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE access_refusedcall_away RENAME TO access_refusedcall")

    assert answer.status_code == 200
    assert Request.objects.count() == 1


def test_a_name_that_the_bridge_does_not_answer_to_is_told_with_where_to_add_it(
    client: Client, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["bridge.example.com"]
    name = {"Host": "shop.example.com"}
    for _ in range(3):
        refused = client.post("/soap/default", "<a/>", content_type="text/xml", headers=name)
        client.get("/rest/V1/products", headers=name)  # a stranger's

    [problem] = look()

    assert refused.status_code == 400
    assert refused.content.decode().startswith(
        "The bridge does not answer to the name “shop.example.com”. Call it by one of its names"
    )
    assert problem.count == 3
    assert "it calls by a name that the bridge does not answer to" in problem.text
    assert problem.remedy.startswith(
        "It called http://shop.example.com/soap/default: add the name in it to BRIDGE_ALLOWED_HOSTS"
    )
