"""Storing a message: one INSERT, and nothing of it is lost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import enqueue_request

pytestmark = pytest.mark.django_db


def enqueue(message_id: str = "71", lines: Any = (), **values: Any) -> Request:
    defaults: dict[str, Any] = {
        "type": RequestType.IMPORT,
        "entity": Entity.INVENTORY,
        "operation": Operation.UPDATE,
        "body": b"<in/>",
        "response": b"<out/>",
        "received_by": "orderflow",
    }
    id = enqueue_request(message_id=message_id, lines=list(lines), **{**defaults, **values})
    return Request.objects.get(pk=id)


def test_everything_about_a_message_is_stored() -> None:
    queued = enqueue("71", [["24-MB01", "90", None, "507", None], ["24-MB04", "", "eu", None, "x"]])

    assert queued.message_id == "71"
    assert queued.message_number == 71
    assert queued.lines == [["24-MB01", "90", None, "507", None], ["24-MB04", "", "eu", None, "x"]]
    assert queued.line_count == 2
    assert bytes(queued.request_body or b"") == b"<in/>"
    assert bytes(queued.response_body or b"") == b"<out/>"
    assert (queued.type, queued.entity, queued.operation) == (1, 1, 1)
    assert queued.received_by == "orderflow"
    assert queued.processed_at is None
    assert (queued.fence, queued.attempts, queued.claimed_until, queued.retry_at) == (
        0,
        0,
        None,
        None,
    )


@pytest.mark.parametrize("lines", [0, 1, 5_000])
def test_a_message_of_any_length_costs_one_statement(lines: int) -> None:
    with CaptureQueriesContext(connection) as queries:
        enqueue_request(
            type=RequestType.IMPORT,
            entity=Entity.INVENTORY,
            operation=Operation.UPDATE,
            message_id="1",
            lines=[["SKU", "1", None, "1", None]] * lines,
            body=b"",
            response=b"",
            received_by="",
        )

    assert len(queries) == 1


@pytest.mark.parametrize("message_id", ["", "abc", "7a", "-1", "1.5", "99999999999999999999"])
def test_an_id_that_is_no_number_is_kept_as_text_only(message_id: str) -> None:
    queued = enqueue(message_id)

    assert queued.message_id == message_id
    assert queued.message_number is None


@pytest.mark.parametrize(
    ("received", "stored"),
    [
        ("a\0b", "a\ufffdb"),
        ("half \ud800 pair", "half ? pair"),
        ("\\u0000 spelt out", "\\u0000 spelt out"),
        ("ünï 漢字 🚚", "ünï 漢字 🚚"),
    ],
)
def test_text_that_no_database_holds_is_replaced_and_all_other_text_kept(
    received: str, stored: str
) -> None:
    queued = enqueue(received, [[received, None], {"comment": received}], received_by=received)

    assert queued.lines == [[stored, None], {"comment": stored}]
    assert queued.message_id == stored
    assert queued.received_by == stored
