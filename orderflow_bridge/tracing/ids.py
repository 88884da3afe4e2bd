"""The one id of a message: that of the call that brought it (docs/production.md, "Traces").

It is also the id of the trace: 32 hexadecimal digits, unless a caller has named another one in
X-Request-ID.
"""

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from structlog.contextvars import get_contextvars

LONGEST = 64
_GIVEN = re.compile(rf"[\w.-]{{1,{LONGEST}}}", re.ASCII)
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?", re.ASCII)
_NONE = "0" * 32


def id_of(meta: Mapping[str, Any]) -> str:
    """Return the id of an HTTP request, by its WSGI environment.

    It is what a proxy or caller has given in X-Request-ID, else the trace of a W3C traceparent,
    else a new one.
    """
    given = meta.get("HTTP_X_REQUEST_ID", "")
    if _GIVEN.fullmatch(given):
        return str(given)
    found = _TRACEPARENT.fullmatch(meta.get("HTTP_TRACEPARENT", ""))
    return found[1] if found and found[1] != _NONE else new_id()


def new_id() -> str:
    """Return an id that nobody else has."""
    return uuid4().hex


def current_id() -> str:
    """Return the id of the HTTP request that is being answered, or that waked this task.

    Elsewhere, as in a job, it is a new one.
    """
    return str(get_contextvars().get("request_id") or new_id())[:LONGEST]
