"""The parts of an envelope: version, headers, and the operation it asks for (wire.md §1)."""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from soapapi.misprints import UNDECLARED
from soapapi.refusals import MUST_UNDERSTAND, VERSION_MISMATCH, Refusal, invalid_xml
from soapapi.versions import VERSIONS, Version, split_tag

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_SESSION = etree.XPath("//*[local-name() = 'sessionId']")
SESSION = "sessionId"


@dataclass(frozen=True, slots=True)
class Envelope:
    """An opened envelope.

    `namespace` is the operation's as the caller wrote it, without white space ("" when there is
    none): the guide's sample breaks it over two lines. `element` holds the arguments.
    """

    version: Version
    operation: str
    namespace: str
    element: etree._Element

    def session_id(self) -> str | None:
        """Return the text of `sessionId`, wherever in the envelope it stands."""
        found = self.element.find(SESSION)
        if found is None:
            everywhere: Any = _SESSION(self.element)
            found = everywhere[0] if everywhere else None
        return text_of(found) if found is not None else None


def version_of(root: etree._Element) -> Version:
    """Return the SOAP version of a message. Raises Refusal if it is not an envelope of either."""
    namespace, name = split_tag(root)
    if name != "Envelope":
        raise invalid_xml("the message is not a SOAP envelope")
    if namespace not in VERSIONS:
        raise Refusal(
            "The envelope's namespace is that of neither SOAP 1.1 nor SOAP 1.2.",
            code=VERSION_MISMATCH,
        )
    return VERSIONS[namespace]


def open_envelope(root: etree._Element, version: Version) -> Envelope:
    """Return the parts of a message. Raises Refusal if it asks for nothing that can be done."""
    _refuse_binding_headers(root, version)
    body = root.find(version.tag("Body"))
    if body is None or not len(body):
        raise invalid_xml("the SOAP body is empty")
    element = body[0]
    namespace, operation = split_tag(element)
    if namespace == version.namespace:
        raise invalid_xml("the SOAP body holds no call")
    namespace = "" if namespace == UNDECLARED else "".join(namespace.split())
    return Envelope(version, operation, namespace, element)


def text_of(element: etree._Element) -> str | None:
    """Return an element's text without outer white space, None when it is empty or nil."""
    if element.get(_NIL) in ("true", "1"):
        return None
    return (element.text or "").strip() or None


def _refuse_binding_headers(root: etree._Element, version: Version) -> None:
    """Refuse headers the caller insists on; we know none. Other headers are passed over."""
    header = root.find(version.tag("Header"))
    if header is None:
        return
    insists = version.tag("mustUnderstand")
    if any(entry.get(insists) in ("1", "true") for entry in header):
        raise Refusal("A header that must be understood is not.", code=MUST_UNDERSTAND)
