"""What every REST route refuses, and how (docs/contract/rest.md, "Errors")."""

import gzip
import io
import re
from typing import Any

import pytest
from django.test import Client

from orderflow_bridge.access.rights import ORDERS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.configuration.sections import WebServices
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.restapi.routes import ROUTES
from orderflow_bridge.restapi.views import Route, operation_of
from tests.factories import make_user
from tests.restapi.conftest import Post
from tests.restapi.test_orderflow import INVENTORY, SHIPMENT

pytestmark = pytest.mark.django_db

OPEN = [("/rest/V1/integration/admin/token", {"username": "a", "password": "b"})]
GUARDED = [
    ("/rest/V1/orderflow/inventory/", INVENTORY),
    ("/rest/V1/orderflow/shipment/", SHIPMENT),
]
UNAUTHORIZED = {
    "message": "The consumer isn't authorized to access %resources.",
    "parameters": {"resources": "RealtimeDespatch_OrderFlow::orderflow_import"},
}
BAD_BODIES: list[Any] = [
    b"",
    b"{",
    b"not json",
    b"<xml/>",
    b"[]",
    b'"text"',
    b"null",
    b'{"messageSeqId": NaN}',
    b'{"a": "\xff"}',
    b'{"a": "\\ud800"}',
    b"[" * 100_000,
]


@pytest.mark.parametrize(("path", "body"), GUARDED)
@pytest.mark.parametrize("sent", [INVENTORY, b"{", {}, {"messageSeqId": []}])
def test_a_guest_is_refused_whatever_is_sent(post: Post, path: str, body: Any, sent: Any) -> None:
    for answer in (post(path, body), post(path, sent), post(path, body, token="unknown")):
        assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)
    assert not Request.objects.exists()


@pytest.mark.parametrize(("path", "body"), GUARDED)
def test_the_wrong_right_is_refused(post: Post, path: str, body: Any) -> None:
    token = grant_token(make_user(rights=[ORDERS_VIEW]))
    bodies: list[Any] = [body, b"{", {}]

    for sent in bodies:
        answer = post(path, sent, token)
        assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)
    assert not Request.objects.exists()


@pytest.mark.parametrize(("path", "body"), GUARDED)
def test_a_disabled_user_is_refused_at_once(post: Post, path: str, body: Any) -> None:
    user = make_user(is_superuser=True)
    token = grant_token(user)
    assert post(path, body, token).status_code == 200

    user.is_active = False
    user.save()

    assert post(path, body, token).status_code == 401


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Bearer {}", 200),
        ("bearer {}", 200),
        ("BEARER {}", 200),
        ("Bearer  {}", 401),
        ("Bearer {} x", 401),
        ("Token {}", 401),
        ("{}", 401),
        ("", 401),
    ],
)
def test_the_header_has_magentos_form(post: Post, token: str, header: str, status: int) -> None:
    answer = post(GUARDED[0][0], INVENTORY, headers={"Authorization": header.format(token)})

    assert answer.status_code == status


def test_a_session_cookie_of_the_admin_opens_no_route(client: Client, post: Post) -> None:
    client.force_login(make_user(is_superuser=True, is_staff=True))

    assert post(GUARDED[0][0], INVENTORY).status_code == 401


@pytest.mark.parametrize(("path", "_body"), OPEN + GUARDED)
@pytest.mark.parametrize("sent", BAD_BODIES)
def test_a_body_that_is_no_json_object_is_refused(
    post: Post, token: str, path: str, _body: Any, sent: bytes
) -> None:
    answer = post(path, sent, token)

    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Decoding error")
    assert not Request.objects.exists()


@pytest.mark.parametrize(("path", "body"), OPEN + GUARDED)
@pytest.mark.parametrize(
    ("content_type", "message"),
    [
        ("", "Content-Type header is empty."),
        ("text/xml", "Server cannot understand Content-Type HTTP header media type %1"),
        (
            "application/x-www-form-urlencoded",
            "Server cannot understand Content-Type HTTP header media type %1",
        ),
        ("application/json; charset=iso-8859-1", "UTF-8 is the only supported charset."),
    ],
)
def test_a_body_must_say_that_it_is_json(
    post: Post, token: str, path: str, body: Any, content_type: str, message: str
) -> None:
    answer = post(path, b"{}", token, content_type=content_type)

    assert answer.status_code == 400
    assert answer.json()["message"] == message
    assert not Request.objects.exists()


@pytest.mark.parametrize("path", [path for path, _ in OPEN + GUARDED])
def test_a_packed_body_is_refused_for_being_packed(post: Post, token: str, path: str) -> None:
    answer = post(path, gzip.compress(b"{}"), token, headers={"Content-Encoding": "GZIP"})

    text = 'The Content-Encoding "%1" is not read here. Send the body as it is.'
    assert answer.status_code == 400
    assert answer.json() == {"message": text, "parameters": ["gzip"]}
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json", 200),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", 200),
        ("application/xml", 200),
        ("text/html", 406),
    ],
)
def test_an_answer_is_json_or_xml_and_nothing_else(
    post: Post, token: str, accept: str, status: int
) -> None:
    answer = post(GUARDED[0][0], INVENTORY, token, headers={"Accept": accept})

    assert answer.status_code == status
    if status == 406:
        assert answer.json()["message"].startswith("Server cannot match any of the given Accept")
        assert answer.json()["parameters"] == [accept]
        assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/rest"),
        ("GET", "/rest/"),
        ("GET", "/rest/V1"),
        ("GET", "/rest/V1/"),
        ("POST", "/rest/V1/unknown"),
        ("POST", "/rest/V2/orderflow/inventory/"),
        ("POST", "/rest/nowhere/V1/orderflow/inventory/"),
        ("POST", "/rest/V1/orderflow/inventory/71"),
        ("GET", "/rest/V1/orderflow/inventory/"),
        ("PUT", "/rest/V1/orderflow/inventory/"),
        ("DELETE", "/rest/V1/orderflow/shipment/"),
        ("OPTIONS", "/rest/V1/orderflow/shipment/"),
        ("PATCH", "/rest/V1/integration/admin/token"),
        ("GET", "/rest/V1/integration/admin/token"),
    ],
)
def test_another_address_or_method_is_no_route(client: Client, method: str, path: str) -> None:
    answer = client.generic(method, path, b"{}", "application/json")

    assert answer.status_code == 404
    assert answer.json() == {"message": "Request does not match any route."}


@pytest.mark.parametrize(("path", "body"), OPEN + GUARDED)
def test_a_body_over_the_configured_size_is_refused(
    post: Post, token: str, path: str, body: Any
) -> None:
    write_settings(WebServices, {"max_body_bytes": 2048})

    for sender in (token, None, "unknown"):
        answer = post(path, {**body, "padding": "x" * 2048}, sender)

        assert answer.status_code == 413
        assert answer.json() == {
            "message": "The request body is too large: at most %max bytes are accepted.",
            "parameters": {"max": 2048},
        }
    assert not Request.objects.exists()
    assert post(path, body, token).status_code != 413


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.documented_path)
def test_every_route_refuses_a_body_over_the_process_own_ceiling_before_anything_else(
    client: Client, settings: Any, route: Route, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    address = re.sub(r"{\w+}", "1", route.documented_path)
    token = grant_token(make_user(is_superuser=True))

    for headers in ({}, {"Authorization": f"Bearer {token}"}):
        for method in ("post", "put"):
            if operation_of(route.view, method):
                answer = client.generic(
                    method.upper(), address, b"[" * 1001, "application/json", headers=headers
                )

                assert (answer.status_code, answer.json()["parameters"]) == (413, {"max": 1000})
    assert not [record for record in caplog.records if record.exc_info]


def test_a_body_that_breaks_off_is_the_callers_fault(post: Post, token: str) -> None:
    class BrokenOff(io.BytesIO):
        """A connection that ends in the middle of a body."""

        def read(self, *_: Any) -> bytes:
            raise OSError("connection lost")

    answer = post(GUARDED[0][0], b"{}", token, **{"wsgi.input": BrokenOff()})

    assert answer.status_code == 400
    assert answer.json() == {"message": "The request body has not come in whole."}


@pytest.mark.parametrize(("path", "_body"), OPEN + GUARDED)
@pytest.mark.parametrize(
    "sent", [b'{"productQtys":[' + b"{}," * 20_000 + b"{}]}", b"[" + b"[0]," * 20_000 + b"0]"]
)
def test_a_body_of_countless_values_is_refused_unread(
    post: Post, token: str, path: str, _body: Any, sent: bytes
) -> None:
    write_settings(WebServices, {"max_items": 10})

    answer = post(path, sent, token)

    assert answer.status_code == 400
    assert answer.json()["parameters"] == {"type": "body", "max": 10}


@pytest.mark.parametrize(
    ("path", "body", "name", "item"),
    [
        (*GUARDED[0], "productQtys", {"sku": "A", "qty": 1}),
        (*GUARDED[0], "productSeqs", {"sku": "A", "seq": 1}),
        (*GUARDED[1], "skuQty", {"sku": "A", "qty": 1}),
        (*GUARDED[1], "tracks", {"trackingNumber": "T"}),
    ],
)
def test_a_list_over_the_configured_length_is_refused(
    post: Post, token: str, path: str, body: Any, name: str, item: Any
) -> None:
    write_settings(WebServices, {"max_items": 3})

    answer = post(path, {**body, name: [item] * 4}, token)

    assert answer.status_code == 400
    assert answer.json() == {
        "message": 'Maximum items of type "%type" is %max',
        "parameters": {"type": name, "max": 3},
    }
    assert not Request.objects.exists()
    assert post(path, {**body, name: [item] * 3}, token).status_code == 200


def test_a_listed_address_needs_no_token(post: Post) -> None:
    write_settings(WebServices, {"anonymous_addresses": ["10.1.2.0/24"]})

    listed = post(GUARDED[0][0], INVENTORY, REMOTE_ADDR="10.1.2.3")
    claimed = post(GUARDED[0][0], INVENTORY, headers={"X-Forwarded-For": "10.1.2.3"})

    assert (listed.status_code, claimed.status_code) == (200, 401)
    assert Request.objects.get().received_by == "anonymous (10.1.2.3)"


def test_a_refusal_carries_the_code_that_its_page_of_errors_has(client: Client) -> None:
    assert client.get("/rest/V1/products").headers["X-Error-Code"] == "not-authorized"
    assert client.get("/rest/V1/there/is/none").headers["X-Error-Code"] == "no-such-route"
