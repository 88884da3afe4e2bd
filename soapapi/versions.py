"""The two versions of SOAP, as far as an envelope shows them."""

from dataclasses import dataclass

from lxml import etree


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its envelope namespace, the prefix PHP gives it, its media type, and the name
    of the attribute that says whom a header is for.
    """

    namespace: str
    prefix: str
    content_type: str
    receiver: str

    def tag(self, name: str) -> str:
        """Return an element name of the envelope as lxml writes it."""
        return f"{{{self.namespace}}}{name}"


SOAP11 = Version(
    "http://schemas.xmlsoap.org/soap/envelope/", "SOAP-ENV", "text/xml; charset=utf-8", "actor"
)
SOAP12 = Version(
    "http://www.w3.org/2003/05/soap-envelope",
    "env",
    "application/soap+xml; charset=utf-8",
    "role",
)
VERSIONS = {version.namespace: version for version in (SOAP11, SOAP12)}

_SNIFFED = 1024


def sniff_version(body: bytes, content_type: str) -> Version:
    """Return the version of a message that cannot be read, so that its refusal fits the caller."""
    start = body[:_SNIFFED]
    if SOAP12.namespace.encode() in start:
        return SOAP12
    if SOAP11.namespace.encode() in start:
        return SOAP11
    return SOAP12 if content_type.startswith("application/soap+xml") else SOAP11


def split_tag(element: etree._Element) -> tuple[str, str]:
    """Return the namespace ("" when there is none) and the local name of an element."""
    namespace, _, name = str(element.tag).rpartition("}")
    return namespace[1:], name
