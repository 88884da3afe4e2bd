"""What the log says of a message: taken in or refused, by whom, from where, and applied."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_user
from tests.log_lines import Lines, written_lines

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/rest/V1/orderflow/inventory/"


@pytest.fixture
def log() -> Iterator[Lines]:
    """Return what the log says."""
    with written_lines() as lines:
        yield lines


@pytest.fixture
def token() -> str:
    """Return a token of the user "orderflow", who may import."""
    return grant_token(make_user("orderflow", rights=[ORDERFLOW_IMPORT]))


def send(client: Client, number: int, token: str = "", **headers: str) -> int:
    """Post a stock message of two lines from 192.0.2.7; return the status."""
    message: dict[str, Any] = {
        "productQtys": [{"sku": "A", "qty": "9"}, {"sku": "B", "qty": "1"}],
        "productSeqs": [{"sku": "A", "seq": "5"}, {"sku": "B", "seq": "5"}],
        "messageSeqId": number,
    }
    headers = {"Authorization": f"Bearer {token}", "X-Request-ID": "call-1", **headers}
    body = json.dumps(message)
    address: dict[str, Any] = {"REMOTE_ADDR": "192.0.2.7"}
    return client.post(PATH, body, "application/json", headers=headers, **address).status_code


def test_an_accepted_message_is_one_line_with_all_its_ids(
    client: Client, token: str, log: Lines
) -> None:
    assert send(client, 71, token) == 200

    [line] = log("message_accepted")
    assert line["import_request"] == Request.objects.get().pk
    assert (line["message_id"], line["entity"], line["lines"]) == ("71", "Inventory", 2)
    assert (line["user"], line["ip"], line["request_id"]) == ("orderflow", "192.0.2.7", "call-1")
    assert line["level"] == "info"


def test_a_refused_message_is_one_line_with_its_reason(client: Client, log: Lines) -> None:
    assert send(client, 71, "wrong") == 401

    [line] = log("REST call refused: The consumer isn't authorized to access")
    assert (line["ip"], line["request_id"], line["status"]) == ("192.0.2.7", "call-1", 401)
    assert "user" not in line
    assert log("message_accepted") == []


def test_a_refusal_names_the_user_that_is_known(client: Client, log: Lines) -> None:
    token = grant_token(make_user("visitor"))

    assert send(client, 71, token) == 401
    assert [line["user"] for line in log("REST call refused")] == ["visitor"]


def test_the_address_in_the_log_is_not_what_the_caller_claims(
    client: Client, token: str, log: Lines
) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Request-ID": "no id\twith blanks"}
    assert send(client, 71, token, **headers) == 200

    [line] = log("message_accepted")
    assert line["ip"] == "192.0.2.7"
    assert len(line["request_id"]) == 32


def test_every_message_applied_is_one_line_of_the_job_that_applied_it(
    client: Client, token: str, log: Lines
) -> None:
    for number in (71, 72):
        send(client, number, token)

    call_command("jobs", "run", "orderflow_import_inventory_update", verbosity=0)

    applied = log("message_applied")
    rows = list(Request.objects.order_by("pk").values_list("pk", "message_id"))
    assert [(line["import_request"], line["message_id"]) for line in applied] == rows
    [started] = log("job_started")
    for line in applied:
        assert (line["job"], line["run"]) == (started["job"], started["run"])
        assert (line["entity"], line["failures"]) == ("Inventory", 2)
        assert "import_requests" not in line
