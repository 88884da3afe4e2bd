"""No change overwrites one that its sender has not seen: ETag, If-None-Match and If-Match.

The tag of a document is a hash of the whole of it, whatever `fields` or form were asked for
(docs/contract/rest.md). A call with If-Match reads, compares and writes in one transaction. SQLite
lets one writer in at a time. PostgreSQL takes what is read and what is written from one state: who
meets a row that was changed meanwhile is refused by it, and compares anew.
"""

import re
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from rest_framework import status
from rest_framework.request import Request

from orderflow_bridge.common.error_codes import ErrorCode
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.restapi.errors import Parameters, Refusal
from orderflow_bridge.restapi.renderers import json_of

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_MOVED_ON = ("40001", "40P01")  # PostgreSQL: could not serialize access; deadlock
_ATTEMPTS = 5

_Answer = TypeVar("_Answer")


def version_of(rendered: bytes) -> str:
    """Return what changes exactly when a document does; `rendered` is the whole of it as JSON."""
    return blake2b(rendered, digest_size=12).hexdigest()


def etag_of(version: str, *variant: str) -> str:
    """Return the strong tag of one form of a document: as XML, or some of its fields alone."""
    named = [blake2b(each.encode(), digest_size=4).hexdigest() for each in variant if each]
    return f'"{"-".join([version, *named])}"'


def is_known(request: Request, etag: str) -> bool:
    """Tell whether the caller of a GET has this already (If-None-Match)."""
    asked = request.headers.get("If-None-Match", "")
    return asked.strip() == "*" or etag.strip('"') in _TAG.findall(asked)


def unless_changed(
    request: Request, read: Callable[[], Any] | None, write: Callable[[], _Answer]
) -> _Answer:
    """Return what `write` answers, if the document that `read` answers is the one of If-Match.

    Without that header nothing is compared. `read` is None at an address that has no document; its
    BridgeError means that there is none. Raises Refusal (412) and leaves everything as it was.
    """
    wanted = request.headers.get("If-Match")
    if wanted is None:
        return write()
    if read is None:
        raise _nothing_to_compare()
    for left in reversed(range(_ATTEMPTS)):
        try:
            with transaction.atomic():
                return _compared(wanted, read, write)
        except OperationalError as error:
            if not left or getattr(error.__cause__, "sqlstate", "") not in _MOVED_ON:
                raise
    raise AssertionError


def _compared(wanted: str, read: Callable[[], Any], write: Callable[[], _Answer]) -> _Answer:
    _see_one_state()
    try:
        version = version_of(json_of(read()))
    except (BridgeError, Refusal):
        raise _changed_meanwhile(wanted, "") from None
    # A server that compresses weakens the tag; the form that was read does not matter.
    versions = {tag.partition("-")[0] for tag in _TAG.findall(wanted)}
    if wanted.strip() != "*" and version not in versions:
        raise _changed_meanwhile(wanted, etag_of(version))
    return write()


def _see_one_state() -> None:
    """Let PostgreSQL refuse to write a row that somebody has changed since the first one was read.

    Within another transaction, where it has begun already, that one decides.
    """
    if connection.vendor == "postgresql" and not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _changed_meanwhile(wanted: str, etag: str) -> Refusal:
    """The document is not the one that If-Match names; `etag` is its tag, "" if it is gone."""
    if not etag:
        text = "If-Match is %wanted, but there is no such document any more. Nothing was written."
        return _precondition_failed(text, {"wanted": wanted})
    return _precondition_failed(
        "The document has changed since it was read: If-Match is %wanted, its ETag is %etag."
        " Nothing was written. Read it again, put the change into what is there now, and send that"
        " with the new ETag.",
        {"wanted": wanted, "etag": etag},
    )


def _nothing_to_compare() -> Refusal:
    """If-Match came to an address that has no document of its own."""
    return _precondition_failed(
        "There is no document at this address that If-Match could be compared with. Nothing was"
        " written. Send the change to the document's own address, or leave If-Match out."
    )


def _precondition_failed(message: str, parameters: Parameters | None = None) -> Refusal:
    return Refusal(
        status.HTTP_412_PRECONDITION_FAILED,
        message,
        parameters,
        error_code=ErrorCode.PRECONDITION_FAILED,
    )
