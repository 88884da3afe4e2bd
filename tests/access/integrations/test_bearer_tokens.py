"""The access token of an integration as a bearer token: it does not expire."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.integrations.services import revoke, rotate
from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.access.rights import (
    CATALOG_PRODUCTS,
    ORDERFLOW_IMPORT,
    PRODUCTS_VIEW,
    SEE_PEOPLE,
)
from orderflow_bridge.access.selectors import GUEST, caller_of
from tests.access.integrations.signing import SHOP, make_integration
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 22, 12, 0, tzinfo=UTC)
BOTH = (PRODUCTS_VIEW, CATALOG_PRODUCTS)


def get(integration: Integration, peer: str = "127.0.0.1") -> Any:
    headers = {"Authorization": f"Bearer {integration.token}"}
    return Client(REMOTE_ADDR=peer).get("/rest/V1/products?searchCriteria=", headers=headers)


def test_a_token_leads_to_its_integration_years_later() -> None:
    make_user("ERP", rights=[ORDERFLOW_IMPORT])
    with time_machine.travel(NOON):
        integration = make_integration("ERP", rights=BOTH)

    with time_machine.travel(NOON + timedelta(days=3 * 365)):
        caller = caller_of(integration.token)

    assert (caller.user_id, caller.integration_id) == (None, integration.pk)
    assert (caller.username, caller.rights) == ("integration ERP", frozenset(BOTH))
    assert caller.is_authenticated
    assert not caller.may(ORDERFLOW_IMPORT)


def test_secrets_are_not_in_the_database_as_they_are() -> None:
    integration = make_integration()
    secrets = (integration.consumer_secret, integration.token, integration.token_secret)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM integrations_integration")
        stored = str(cursor.fetchall())

    assert integration.consumer_key in stored
    assert [each for each in secrets if each in stored] == []


def test_a_call_costs_one_statement_and_once_a_minute_one_more() -> None:
    integration = make_integration(rights=BOTH)
    with time_machine.travel(NOON, tick=False) as clock:
        counts = []
        for seconds in (0, 30, 29, 2, 1):
            clock.shift(seconds)
            with CaptureQueriesContext(connection) as queries:
                caller_of(integration.token, address="192.0.2.1")
            counts.append([query["sql"].split()[0] for query in queries])
            integration.refresh_from_db()

    asked, noted = ["SELECT"], ["SELECT", "UPDATE", "DELETE"]
    assert counts == [noted, asked, asked, noted, asked]
    assert integration.last_used_at == NOON + timedelta(seconds=61)
    assert integration.last_used_from == "192.0.2.1"


def test_all_resources_are_all_rights_and_orderflow_is_somebody_else() -> None:
    caller = caller_of(make_integration(has_all_rights=True).token)

    assert caller.may(CATALOG_PRODUCTS)
    assert caller.is_superuser
    assert ORDERFLOW_IMPORT not in caller.rights


def test_one_that_only_reads_keeps_the_rights_to_read_and_to_see_people() -> None:
    integration = make_integration(rights=[*BOTH, SEE_PEOPLE, ORDERFLOW_IMPORT], is_read_only=True)

    caller = caller_of(integration.token)

    assert caller.rights == {PRODUCTS_VIEW, SEE_PEOPLE}
    assert [caller.may(right) for right in BOTH] == [True, False]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"ends_at": NOON}, RefusedCall.Reason.ENDED),
        ({"networks": "192.0.2.0/24"}, RefusedCall.Reason.NETWORK),
    ],
)
def test_outside_its_bounds_its_sender_is_a_guest_and_counted_by_name(
    values: dict[str, Any], reason: str
) -> None:
    integration = make_integration(rights=BOTH, **values)

    answer = get(integration, "198.51.100.7")

    assert answer.status_code == 401
    assert answer.json()["message"] == "The consumer isn't authorized to access %resources."
    row = RefusedCall.objects.get()
    assert (row.username, row.is_user, row.reason) == ("integration ERP", True, reason)


def test_within_its_networks_it_is_let_in() -> None:
    integration = make_integration(rights=BOTH, networks="2001:db8::/32, 192.0.2.0/24")

    assert [get(integration, each).status_code for each in ("192.0.2.1", "2001:db8::1")] == [
        200,
        200,
    ]


@pytest.mark.parametrize("act", [revoke, lambda each: rotate(each, store_base_url=SHOP)])
def test_a_revoked_or_rotated_token_is_worth_nothing(act: Any) -> None:
    integration = make_integration(rights=BOTH)
    former = integration.token

    act(integration)

    assert caller_of(former) == GUEST
    if integration.token:
        assert caller_of(integration.token).integration_id == integration.pk


def test_before_it_is_activated_there_is_no_token() -> None:
    integration = make_integration(is_active=False)

    assert (integration.token, integration.token_digest) == (None, None)
    assert caller_of("None") == GUEST


def test_a_token_is_good_until_the_last_moment() -> None:
    integration = make_integration(ends_at=timezone.now() + timedelta(minutes=1))

    assert caller_of(integration.token).is_authenticated
