"""Every REST route by a signature: refused to whom lacks the right, and to whoever only reads.

Whom a right lets in, tests/access/every_endpoint.txt says: a signature is judged as a token is.
"""

import re

import pytest
from django.test import Client

from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.restapi.routes import ROUTES
from orderflow_bridge.restapi.views import operation_of
from tests.access.integrations.signing import SHOP, call, make_integration

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "delete")


def is_refused(integration: Integration, method: str, address: str, client: Client) -> bool:
    """Call a route with a made-up record and an empty body; tell whether that was not allowed."""
    url = SHOP + re.sub(r"{\w+}", "1", address)
    answer = call(
        integration, method.upper(), url, body="{}", content_type="application/json", client=client
    )
    return bool(answer.status_code == 401 and answer.get("X-Error-Code") == "not-authorized")


def test_every_route_refuses_who_has_no_right_and_every_change_who_only_reads() -> None:
    nobody = make_integration("Nobody")
    reader = make_integration("Reader", has_all_rights=True, is_read_only=True)
    client = Client()

    let_in = [
        f"{method.upper()} {route.documented_path}"
        for route in ROUTES
        for method in METHODS
        if (declared := operation_of(route.view, method)) and declared.right is not None
        if not is_refused(
            nobody if method == "get" else reader, method, route.documented_path, client
        )
    ]

    assert let_in == []
