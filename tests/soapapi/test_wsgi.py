"""The short way in answers as the views do, and looks after its database connection."""

import io
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.http.web_threads import Application
from orderflow_bridge.request_queue.models import Request
from soapapi import endpoint as wsgi
from tests.factories import make_user
from tests.log_lines import written_lines
from tests.soapapi.posting import (
    ADDRESS,
    LEGACY,
    NS12,
    legacy_call,
    post,
    stock,
)

# Transactions of their own: between messages the endpoint looks after its connection.
pytestmark = pytest.mark.django_db(transaction=True)


def _environ(body: bytes, path: str = ADDRESS, **values: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "CONTENT_TYPE": "text/xml",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        **values,
    }


def _send(
    environ: dict[str, Any], application: Application | None = None
) -> tuple[int, dict[str, str], bytes]:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    prefix = wsgi.with_soap_endpoint(application or _nobody)
    body = b"".join(prefix(environ, lambda status, headers: started.append((status, headers))))
    status, headers = started[0]
    return int(status.split()[0]), dict(headers), body


def _nobody(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("418 Not ours", [])
    return [b"not ours"]


@pytest.mark.parametrize("path", [ADDRESS, LEGACY, "/soap", "/api/v2_soap", "/soap/eu/"])
def test_the_short_way_answers_as_the_views_do(client: Client, path: str) -> None:
    bodies = (
        stock(),
        stock(version=NS12),
        b"",
        b"<a/>",
        legacy_call("endSession", ""),
        legacy_call("orderflowInventoryMultiUpdate", ""),
    )
    for body in bodies:
        viewed = post(client, body, path)

        status, headers, content = _send(_environ(body, path))

        assert (status, content) == (viewed.status_code, viewed.content)
        assert headers == {
            "Content-Type": viewed["Content-Type"],
            "Content-Length": str(len(viewed.content)),
            **({"X-Error-Code": viewed["X-Error-Code"]} if status != 200 else {}),
        }
        assert {type(value) for value in headers.values()} == {str}


def test_the_short_way_stores_messages(token: str) -> None:
    status, _, content = _send(_environ(stock(), HTTP_AUTHORIZATION=f"Bearer {token}"))

    assert status == 200
    assert b"Success - Message 71 Received" in content
    assert Request.objects.get().lines == [["24-MB01", "90", None, "507", None]]


@pytest.mark.parametrize(
    "values",
    [
        {"REQUEST_METHOD": "GET"},
        {"REQUEST_METHOD": "PUT"},
        {"QUERY_STRING": "wsdl&services=x"},
        {"QUERY_STRING": "wsdl_list=1"},
        {"PATH_INFO": "/admin/"},
        {"PATH_INFO": "/soap/a/b"},
        {"PATH_INFO": "/xsoap/default"},
    ],
)
def test_everything_else_is_left_to_django(values: dict[str, str]) -> None:
    assert _send(_environ(stock(), **values))[0] == 418


def test_a_host_that_is_not_ours_is_left_to_django(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["shop.example"]

    assert _send(_environ(stock(), HTTP_HOST="evil.example"), get_wsgi_application())[0] == 400


def test_a_refusal_leaves_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="soapapi"):
        _send(_environ(b"<a>"))

    assert "SOAP message from 127.0.0.1 refused: Invalid XML" in caplog.text


def test_an_accepted_message_is_one_line_with_the_ids_of_request_row_and_message() -> None:
    token = grant_token(make_user("orderflow", rights=[ORDERFLOW_IMPORT]))

    with written_lines() as log:
        given = _environ(stock(token=token), HTTP_X_REQUEST_ID="call-1", REMOTE_ADDR="192.0.2.7")
        assert _send(given)[0] == 200

    [line] = log("message_accepted")
    assert line["import_request"] == Request.objects.get().pk
    assert (line["message_id"], line["entity"], line["lines"]) == ("71", "Inventory", 1)
    assert (line["user"], line["ip"], line["request_id"]) == ("orderflow", "192.0.2.7", "call-1")


def test_a_refused_message_is_one_line_with_user_address_and_request_id() -> None:
    token = grant_token(make_user("visitor"))

    with written_lines() as log:
        assert _send(_environ(stock(token=token), HTTP_X_REQUEST_ID="call-2"))[0] == 500

    [line] = log("SOAP message from 127.0.0.1 refused: ")
    assert (line["user"], line["ip"], line["request_id"]) == ("visitor", "127.0.0.1", "call-2")


@pytest.fixture
def _killed_connection() -> Iterator[None]:
    """A connection whose other end has gone."""
    if connection.vendor != "postgresql":
        pytest.skip("only a server can go away")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    yield
    connection.close()


@pytest.mark.postgresql
@pytest.mark.usefixtures("_killed_connection")
def test_a_connection_that_rested_is_tested_first() -> None:
    wsgi._last_use.at = float("-inf")

    status, _, content = _send(_environ(stock()))

    assert b"authorized" in content
    assert status == 500


@pytest.mark.postgresql
@pytest.mark.usefixtures("_killed_connection")
def test_a_connection_lost_in_use_costs_one_message() -> None:
    wsgi._last_use.at = time.monotonic()

    contents = [_send(_environ(stock(token="0" * 32)))[2] for _ in range(2)]

    assert b"Internal Error. Details are available in the log. Report ID: soap-" in contents[0]
    assert b"authorized" in contents[1]
