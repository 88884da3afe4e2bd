"""Calling the REST API in tests."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import grant_token
from tests.factories import make_user
from tests.restapi.shop import Script

Post = Callable[..., Any]


@pytest.fixture
def token() -> str:
    """Return a token of the user "orderflow", who may import."""
    return grant_token(make_user("orderflow", rights=[ORDERFLOW_IMPORT]))


@pytest.fixture
def post(client: Client) -> Post:
    """Return a function that posts JSON (or bytes as they are), with or without a token."""

    def post_json(path: str, body: Any, token: str | None = None, **values: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers.update(values.pop("headers", {}))
        content_type = values.pop("content_type", "application/json")
        # Django's client leaves the header away when there is no body; real ones do not.
        values["CONTENT_TYPE"] = content_type
        return client.post(path, body, content_type, headers=headers, **values)

    return post_json


@pytest.fixture
def server_url(live_server: LiveServer) -> Iterator[str]:
    """Return a real server's address; wait for its threads, which close the database."""
    yield live_server.url
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(10)


@pytest.fixture
def script(client: Client) -> Script:
    """Return a script that may do everything."""
    return Script(client)
