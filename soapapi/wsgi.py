"""A short way in for SOAP messages, past the middleware that only pages need.

Sessions, cookies, CSRF, content security, compression and a second line in the log cost a
message about as much as parsing and storing it (docs/soap.md, "Speed"). The views in `views.py`
answer the same messages in the same words without this; it takes POSTs without a query about WSDLs.
"""

import re
import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections, connection

from orderflow_bridge.http.request_log import logged
from soapapi.answering import answer
from soapapi.replies import Reply

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

_MESSAGE = re.compile(r"(?:/index\.php)?/(?:soap(?:/[\w-]+)?|(api/v2_soap)(?:/index)?)/?", re.ASCII)
_TRUSTED_SECONDS = 5.0


class _LastUse(threading.local):
    """When this thread last used its connection, in seconds of the monotonic clock."""

    at = float("-inf")


_last_use = _LastUse()


def with_soap_endpoint(application: Application) -> Application:
    """Return a WSGI application that answers SOAP messages itself and leaves the rest to Django."""

    def dispatch(environ: Environ, start_response: Any) -> Iterable[bytes]:
        path = _MESSAGE.fullmatch(environ.get("PATH_INFO", ""))
        asks_for_wsdl = "wsdl" in environ.get("QUERY_STRING", "")
        if path is None or environ["REQUEST_METHOD"] != "POST" or asks_for_wsdl:
            return application(environ, start_response)
        request = WSGIRequest(environ)
        try:
            request.get_host()
        except DisallowedHost:
            return application(environ, start_response)
        with logged(environ):
            return _respond(_answer(request, is_legacy=path[1] is not None), start_response)

    return dispatch


def _answer(request: WSGIRequest, *, is_legacy: bool) -> Reply:
    """Answer with a database connection that works.

    A connection used within the last seconds without an error is not tested again.
    """
    if time.monotonic() - _last_use.at > _TRUSTED_SECONDS:
        close_old_connections()
    else:
        connection.health_check_done = True  # type: ignore[attr-defined]  # Django's stubs lack it
    try:
        return answer(request, is_legacy=is_legacy)
    finally:
        _last_use.at = time.monotonic()
        close_old_connections()


def _respond(reply: Reply, start_response: Any) -> Iterable[bytes]:
    headers = [
        ("Content-Type", reply.content_type),
        ("Content-Length", str(len(reply.body))),
        *reply.headers.items(),
    ]
    start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", headers)
    return [reply.body]
