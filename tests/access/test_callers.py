"""What a caller may do, and how a token is read from a header."""

from collections import defaultdict

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.access.rights import (
    ORDERFLOW_IMPORT,
    ORDERS_VIEW,
    QUOTES,
    RIGHTS,
    resource_of,
)
from orderflow_bridge.access.selectors import bearer_token, caller_of
from orderflow_bridge.access.services import grant_token
from tests.factories import make_user


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"),
        ("bearer abc", "abc"),
        ("BEARER abc", "abc"),
        ("Bearer " + "x" * 2048, "x" * 2048),
        ("Bearer  abc", None),
        ("Bearer abc def", None),
        ("Bearer", None),
        ("Bearer ", None),
        ("Basic abc", None),
        ("abc", None),
        ("", None),
        (None, None),
    ],
)
def test_a_bearer_header_has_exactly_two_parts(header: str | None, token: str | None) -> None:
    assert bearer_token(header) == token


@pytest.mark.django_db
def test_a_user_without_a_role_has_no_rights() -> None:
    caller = caller_of(grant_token(make_user()))

    assert caller.rights == frozenset()
    assert not caller.may(ORDERFLOW_IMPORT)


@pytest.mark.django_db
def test_rights_come_from_roles_and_from_the_user() -> None:
    user = make_user(rights=[QUOTES])
    user.groups.add(Group.objects.get(name="orderflow"), Group.objects.create(name="empty"))

    caller = caller_of(grant_token(user))

    assert caller.rights >= {ORDERFLOW_IMPORT, QUOTES}
    assert caller.rights == user.get_all_permissions()


@pytest.mark.django_db
def test_the_rights_of_others_are_not_the_callers() -> None:
    other = make_user(rights=[ORDERS_VIEW])
    other.groups.add(Group.objects.get(name="orderflow"))

    caller = caller_of(grant_token(make_user()))

    assert caller.rights == frozenset()


@pytest.mark.django_db
def test_a_superuser_may_do_everything() -> None:
    caller = caller_of(grant_token(make_user(is_superuser=True)))

    assert all(caller.may(right.name) for right in RIGHTS)


@pytest.mark.django_db
def test_a_disabled_user_is_out_at_once() -> None:
    user = make_user(rights=[ORDERFLOW_IMPORT])
    token = grant_token(user)
    assert caller_of(token).may(ORDERFLOW_IMPORT)

    user.is_active = False
    user.save()

    assert not caller_of(token).is_authenticated
    assert not caller_of(token).may(ORDERFLOW_IMPORT)


@pytest.mark.django_db
def test_a_right_that_is_taken_away_is_gone_at_once() -> None:
    user = make_user()
    role = Group.objects.get(name="orderflow")
    user.groups.add(role)
    token = grant_token(user)

    role.permissions.clear()

    assert not caller_of(token).may(ORDERFLOW_IMPORT)


@pytest.mark.django_db
def test_a_caller_costs_one_query_and_a_guest_none() -> None:
    user = make_user(rights=[ORDERS_VIEW])
    user.groups.add(Group.objects.get(name="orderflow"))
    token = grant_token(user)

    with CaptureQueriesContext(connection) as queries:
        caller_of(token)
        caller_of(None)

    assert len(queries) == 1


@pytest.mark.django_db
def test_every_right_exists_as_a_permission_and_the_role_orderflow_has_its_own() -> None:
    codenames = set(
        Permission.objects.filter(
            content_type__app_label="access", content_type__model="accesstoken"
        ).values_list("codename", flat=True)
    )

    assert {right.codename for right in RIGHTS} <= codenames
    role = Group.objects.get(name="orderflow")
    assert {right.codename for right in role.permissions.all()} == {
        "orderflow_import",
        "products_view",
        "product_stock",
        "orders_view",
        "stores",
        "see_people",
    }


def test_a_resource_has_one_right_or_as_many_to_read_as_to_write() -> None:
    titles = defaultdict(list)
    for right in RIGHTS:
        titles[resource_of(right.name)].append(right.title)

    for resource, here in titles.items():
        reading = [title for title in here if title.startswith("View ")]
        assert len(here) in (1, 2 * len(reading)), resource
    assert resource_of(ORDERFLOW_IMPORT) == "RealtimeDespatch_OrderFlow::orderflow_import"
