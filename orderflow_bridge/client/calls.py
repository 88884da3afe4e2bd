"""One call to OrderFlow: by which login, what was sent, what came back, and what can go wrong.

OrderFlowError
├── TransportError     no answer: nothing was sent, or nobody knows whether it arrived
├── StatusError        an answer with an HTTP status of 300 or more
├── RejectedError      an answer with status 2xx that says nothing was done, or is no answer at all
└── EndpointClosedError     the circuit breaker is open: the call was not made

Every text of an error is one short sentence for an operator.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from lxml import etree
from requests import PreparedRequest

from orderflow_bridge.client.charsets import decoded, in_utf8

# Without DTD, entities or network: the endpoint may be anything.
PARSING: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


@dataclass(frozen=True)
class Credentials:
    """The API settings of a website. The password never shows in a repr, a log or a stored call."""

    endpoint: str
    username: str
    password: str = field(repr=False)
    organisation: str
    channel: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.endpoint)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not _can_be_called(parts):
            raise ValueError(
                f"The OrderFlow endpoint {self.endpoint!r} is not an http(s) address, such as"
                " https://demo.orderflow-wms.co.uk/web/."
            )
        if parts.username or parts.password:
            raise ValueError("The OrderFlow endpoint must not contain a user name or password.")

    @property
    def base(self) -> str:
        """The endpoint, ending in exactly one slash."""
        return self.endpoint.rstrip("/") + "/"


@dataclass(frozen=True)
class Call:
    """One request as it goes out. It holds no credentials, so it can be stored and logged."""

    method: str
    url: str
    body: bytes = b""

    def as_text(self) -> str:
        """Return the call as a person reads it: method and address, then the document if any."""
        head = f"{self.method} {self.url}"
        return f"{head}\n\n{self.body.decode()}" if self.body else head


# What is done around a call: the headers to be added while it is made. It gets "POST" and the path.
Around = Callable[[str, str], AbstractContextManager[Mapping[str, str]]]


def with_nothing(method: str, path: str) -> AbstractContextManager[Mapping[str, str]]:
    """Add no header."""
    return _NO_HEADERS


_NO_HEADERS: AbstractContextManager[Mapping[str, str]] = nullcontext({})


@dataclass(frozen=True)
class Reply:
    """An answer: HTTP status, headers, body, and how long it took in seconds."""

    call: Call
    status: int
    content_type: str
    body: bytes
    seconds: float
    retry_after: str = ""
    location: str = ""
    _root: list[etree._Element] = field(default_factory=list, repr=False, compare=False)

    @property
    def root(self) -> etree._Element:
        """The parsed answer. Raises `lxml.etree.XMLSyntaxError` when it is not XML."""
        if not self._root:
            self._root.append(etree.fromstring(self.kept, etree.XMLParser(**PARSING)))
        return self._root[0]

    @property
    def text(self) -> str:
        """The answer as text, whatever it is. What cannot be read becomes U+FFFD."""
        return decoded(self.body, self.content_type)

    @property
    def kept(self) -> bytes:
        """The answer as it is kept: it can be read without the header that named its charset."""
        return in_utf8(self.body, self.content_type)


class OrderFlowError(Exception):
    """A call that did not succeed.

    `call` is what was (to be) sent, `reply` what came back, if anything did. `is_ambiguous` says
    that OrderFlow may have acted on the call although no success was seen.
    """

    is_ambiguous = False

    def __init__(self, message: str, *, call: Call, reply: Reply | None = None) -> None:
        super().__init__(message)
        self.call = call
        self.reply = reply


class TransportError(OrderFlowError):
    """No answer arrived: refused, reset, timed out, or TLS failed."""

    def __init__(self, message: str, *, call: Call, was_sent: bool) -> None:
        super().__init__(message, call=call)
        self.is_ambiguous = was_sent


class StatusError(OrderFlowError):
    """OrderFlow, or something in front of it, answered with an error status or a redirection."""


class RejectedError(OrderFlowError):
    """The answer is an exception, a "nothing done", or not OrderFlow's at all."""


class EndpointClosedError(OrderFlowError):
    """The endpoint has failed so often that it is left alone for a while."""


def _can_be_called(parts: SplitResult) -> bool:
    """Tell whether host and port are possible ones."""
    try:
        PreparedRequest().prepare_url(parts.geturl(), None)
    except ValueError:
        return False
    return parts.port != 0
