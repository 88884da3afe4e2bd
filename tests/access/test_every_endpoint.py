"""Every REST route and every SOAP operation, for every role: allowed or refused.

`every_endpoint.txt` says what is expected. What is not in it makes the test fail,
with the line to add.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from orderflow_bridge.access.services import grant_token
from orderflow_bridge.restapi.routes import ROUTES
from orderflow_bridge.restapi.views import operation_of
from soapapi.application import SERVICES
from soapapi.magento1 import EncodedService
from tests.access.crawling import ROLES, people, undone
from tests.soapapi.posting import ADDRESS, LEGACY, envelope

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

TABLE = Path(__file__).with_name("every_endpoint.txt")
NOT_AUTHORISED = "authorized to access"
METHODS = ("get", "post", "put", "delete")
# Magento 1's endpoint has words of its own for the two refusals.
LEGACY_REFUSALS = ("Access denied", "Session expired")


def _right(name: str | None) -> str:
    return (name or "none").rpartition(".")[2]


def expected() -> dict[str, tuple[str, ...]]:
    """Read the table: a name, the right it takes, then "yes" or "-" for each role."""
    lines = (line.split("#")[0].rstrip() for line in TABLE.read_text().splitlines())
    rows = (re.split(r"\s{2,}", line) for line in lines if line)
    return {name: tuple(words) for name, *words in rows}


def row(name: str, words: tuple[str, ...]) -> str:
    """Write a line of the table."""
    right, *verdicts = words
    return f"{name:80}  {right:20}" + "".join(f"{word:<15}" for word in verdicts).rstrip()


@pytest.fixture
def tokens(db: None) -> dict[str, str]:
    """A token for each role; a guest has none."""
    return {role: grant_token(user) if user else "" for role, user in people().items()}


def rest(tokens: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield for each method of each route who is not refused. Bodies and records are made up."""
    for route in ROUTES:
        for method in METHODS:
            if (declared := operation_of(route.view, method)) is not None:
                url = re.sub(r"{\w+}", "1", route.documented_path)
                words = (_rest_word(method, url, tokens[role]) for role in ROLES)
                yield (
                    f"{method.upper()} {route.documented_path}",
                    (_right(declared.right), *words),
                )


def _rest_word(method: str, url: str, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = Client(headers=headers, raise_request_exception=False)
    with undone():
        answer = client.generic(method.upper(), url, "{}", content_type="application/json")
    is_refused = answer.status_code in (401, 403) and NOT_AUTHORISED in answer.content.decode()
    return "-" if is_refused else "yes"


def soap(tokens: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield for each operation who is not refused. Arguments are left out."""
    for service in (*SERVICES.values(), EncodedService):
        for name, descriptor in service.public_methods.items():
            is_legacy = service is EncodedService
            called = name if is_legacy else str(descriptor.in_message.get_type_name())
            words = (_soap_word(called, tokens[role], is_legacy=is_legacy) for role in ROLES)
            yield f"SOAP {name}", (_right(descriptor.udd["guard"].right), *words)


def _soap_word(called: str, token: str, *, is_legacy: bool) -> str:
    space = ' xmlns:n="urn:Magento"' if is_legacy else ' xmlns:n="urn:x"'
    session = f"<sessionId>{token}</sessionId>" if token else ""
    message = envelope(f"<n:{called}{space}>{session}</n:{called}>")
    with undone():
        answer = Client(raise_request_exception=False).post(
            LEGACY if is_legacy else ADDRESS, message, content_type="text/xml"
        )
    text = answer.content.decode()
    refusals = (NOT_AUTHORISED, *(LEGACY_REFUSALS if is_legacy else ()))
    return "-" if any(each in text for each in refusals) else "yes"


def test_every_route_and_operation_lets_in_whom_the_table_says(tokens: dict[str, str]) -> None:
    table, found = expected(), dict([*rest(tokens), *soap(tokens)])

    wrong = [
        f"expected {row(name, table[name])}\n     got {row(name, words)}"
        for name, words in found.items()
        if name in table and table[name] != words
    ]
    unknown = [row(name, words) for name, words in found.items() if name not in table]

    assert not wrong, "Other than the table says:\n" + "\n".join(wrong)
    assert not unknown, "Not in the table:\n" + "\n".join(unknown)
    assert set(table) == set(found)
