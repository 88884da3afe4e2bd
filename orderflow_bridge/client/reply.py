"""What was sent to OrderFlow, and what came back."""

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

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


def hardened_parser() -> etree.XMLParser:
    """Return a parser for what comes from an endpoint."""
    return etree.XMLParser(**PARSING)


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
            self._root.append(etree.fromstring(self.kept, hardened_parser()))
        return self._root[0]

    @property
    def text(self) -> str:
        """The answer as text, whatever it is. What cannot be read becomes U+FFFD."""
        return decoded(self.body, self.content_type)

    @property
    def kept(self) -> bytes:
        """The answer as it is kept: it can be read without the header that named its charset."""
        return in_utf8(self.body, self.content_type)
