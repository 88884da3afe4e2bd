"""What every log line of an HTTP request carries: the request's id and the caller's address."""

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, reset_contextvars

_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)


class RequestLogMiddleware(RequestMiddleware):
    """Binds id, address and user, and writes one line for each request."""

    def prepare(self, request: HttpRequest) -> None:
        """Give the request its id before the parent reads it."""
        request.META["HTTP_X_REQUEST_ID"] = id_of(request.META)
        super().prepare(request)

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Bind the address that counts everywhere else; the parent would believe any header."""
        bind_contextvars(ip=request.META.get("REMOTE_ADDR"))


@contextmanager
def logged(meta: Mapping[str, Any]) -> Iterator[None]:
    """Bind what the middleware binds, for requests that do not pass it."""
    bound = bind_contextvars(request_id=id_of(meta), ip=meta.get("REMOTE_ADDR"))
    try:
        yield
    finally:
        reset_contextvars(**bound)


def id_of(meta: Mapping[str, Any]) -> str:
    """Return the id a proxy or caller has given in X-Request-ID, else a new one."""
    given = meta.get("HTTP_X_REQUEST_ID", "")
    return given if _ID.fullmatch(given) else str(uuid.uuid4())
