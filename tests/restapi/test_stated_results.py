"""Every route × (no token, wrong right, right) × (found, missing, malformed body)."""

from collections import Counter
from typing import Any

import pytest
from django.test import Client

from orderflow_bridge.access.rights import ANY_RIGHT, PROBLEMS_SETTLE, RIGHTS
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.restapi.routes import ROUTES
from orderflow_bridge.restapi.views import operation_of
from tests.factories import make_user
from tests.restapi.stating import Sent, Stated, all_stated

pytestmark = pytest.mark.django_db

STATED = all_stated()
GUARDED = [stated for stated in STATED if stated.right]
OWN_RIGHT = [stated for stated in GUARDED if stated.right != ANY_RIGHT]
EVERY_RIGHT = [*(right.name for right in RIGHTS), PROBLEMS_SETTLE]
_ROUTES = {(route.prefix, route.address): route for route in ROUTES}
_METHODS = ("get", "post", "put", "delete")


def _call(stated: Stated, sent: Sent, rights: list[str] | None, raw: bytes | None = None) -> Any:
    headers = {}
    if rights is not None:
        headers["Authorization"] = f"Bearer {grant_token(make_user(rights=rights))}"
    return Client(headers=headers).generic(
        stated.method.upper(),
        sent.path(_ROUTES[stated.prefix, stated.address]),
        sent.raw() if raw is None else raw,
        "application/json",
    )


def _cases(stated: Stated) -> list[tuple[str, Sent, bytes | None]]:
    """Return what can be sent to a route: what is found, what is missing, what is malformed."""
    found = stated.found()
    cases: list[tuple[str, Sent, bytes | None]] = [("found", found, None)]
    if stated.missing:
        cases.append(("missing", stated.missing, None))
    if stated.malformed:
        cases.append(("malformed", found, b'{"'))
    return cases


def test_every_method_of_every_route_has_stated_results() -> None:
    declared = {
        (method, route.prefix, route.address)
        for route in ROUTES
        for method in _METHODS
        if operation_of(route.view, method)
    }

    assert {stated.key for stated in STATED} == declared


def test_no_address_is_taken_twice() -> None:
    addresses = Counter(route.documented_path for route in ROUTES)

    assert [address for address, times in addresses.items() if times > 1] == []


@pytest.mark.one_database
@pytest.mark.parametrize("stated", STATED, ids=lambda stated: stated.name)
def test_the_stated_right_is_the_one_that_is_asked_for(stated: Stated) -> None:
    declared = operation_of(_ROUTES[stated.prefix, stated.address].view, stated.method)

    assert declared is not None
    assert declared.right == stated.right


@pytest.mark.one_database
@pytest.mark.parametrize("stated", GUARDED, ids=lambda stated: stated.name)
def test_a_guest_is_refused(stated: Stated) -> None:
    for case, sent, raw in _cases(stated):
        assert _call(stated, sent, None, raw).status_code == 401, case


@pytest.mark.one_database
@pytest.mark.parametrize("stated", GUARDED, ids=lambda stated: stated.name)
def test_a_user_without_any_right_is_refused(stated: Stated) -> None:
    for case, sent, raw in _cases(stated):
        assert _call(stated, sent, [], raw).status_code == 401, case


@pytest.mark.one_database
@pytest.mark.parametrize("stated", OWN_RIGHT, ids=lambda stated: stated.name)
def test_all_other_rights_are_not_enough(stated: Stated) -> None:
    others = [right for right in EVERY_RIGHT if right != stated.right]

    for case, sent, raw in _cases(stated):
        assert _call(stated, sent, others, raw).status_code == 401, case


@pytest.mark.parametrize("stated", STATED, ids=lambda stated: stated.name)
def test_the_right_caller_gets_what_is_stated(stated: Stated) -> None:
    own = EVERY_RIGHT[0] if stated.right == ANY_RIGHT else stated.right
    rights = [own] if own else None
    found, *others = _cases(stated)
    expected = {"missing": stated.missing_status, "malformed": stated.malformed}

    for case, sent, raw in others:
        answer = _call(stated, sent, rights, raw)
        assert answer.status_code == expected[case], (case, answer.content)
        assert "message" in answer.json(), case
    answer = _call(stated, found[1], rights)
    assert answer.status_code == stated.status, answer.content
