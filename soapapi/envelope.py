"""The parts of an envelope: version, headers, and the operation it asks for."""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from soapapi.misprints import UNDECLARED
from soapapi.refusals import MUST_UNDERSTAND, VERSION_MISMATCH, Refusal, invalid_xml
from soapapi.versions import VERSIONS, Version, split_tag

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NIL = f"{{{_XSI}}}nil"
_SESSION = etree.XPath("//*[local-name() = 'sessionId']")
_NILS = etree.XPath("boolean(descendant::*/@x:nil)", namespaces={"x": _XSI})
SESSION = "sessionId"
# Whom a header is for: these mean whoever receives the message. Any other name is somebody else's.
_TO_US = frozenset(
    {
        "",
        "http://schemas.xmlsoap.org/soap/actor/next",
        "http://www.w3.org/2003/05/soap-envelope/role/next",
        "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
    }
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """An opened envelope.

    `namespace` is the operation's as the caller wrote it, without white space ("" when there is
    none): the guide's sample breaks it over two lines. `element` holds the arguments, `body` is the
    element around it.
    """

    version: Version
    operation: str
    namespace: str
    element: etree._Element
    body: etree._Element

    def session(self) -> etree._Element | None:
        """Return the element `sessionId`, wherever in the envelope it stands."""
        found = self.element.find(SESSION)
        if found is None:
            everywhere: Any = _SESSION(self.element)
            found = everywhere[0] if everywhere else None
        return found

    def has_nils(self, text: bytes) -> bool:
        """Tell whether something in the call is nil; `text` is the message as received."""
        return may_have_attribute(text, b"nil") and bool(_NILS(self.body))


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
    bodies = root.findall(version.tag("Body"))
    if len(bodies) > 1:
        raise invalid_xml("the SOAP envelope has more than one body")
    if not bodies or not len(bodies[0]):
        raise invalid_xml("the SOAP body is empty")
    element = bodies[0][0]
    namespace, operation = split_tag(element)
    if namespace == version.namespace:
        raise invalid_xml("the SOAP body holds no call")
    namespace = "" if namespace == UNDECLARED else "".join(namespace.split())
    return Envelope(version, operation, namespace, element, bodies[0])


def may_have_attribute(text: bytes, name: bytes) -> bool:
    """Tell whether a message may have an attribute; cheaper than to look at its elements.

    A name stands before an equals sign, and long lists have none: their bytes need no search. In
    an encoding that is not an extension of ASCII there may be any.
    """
    return text.find(name, 0, text.rfind(b"=") + 1) >= 0 or b"Envelope" not in text


def text_of(element: etree._Element) -> str | None:
    """Return an element's text without outer white space, None when it is empty or nil."""
    return None if is_nil(element) else (element.text or "").strip() or None


def is_nil(element: etree._Element) -> bool:
    """Tell whether an element says of itself that it is null."""
    return element.get(_NIL, "").strip() in ("true", "1")


def _refuse_binding_headers(root: etree._Element, version: Version) -> None:
    """Refuse headers for us that the caller insists on; we know none. Others are passed over."""
    header = root.find(version.tag("Header"))
    if header is None:
        return
    insists, receiver = version.tag("mustUnderstand"), version.tag(version.receiver)
    if any(
        entry.get(insists, "").strip() in ("1", "true")
        and entry.get(receiver, "").strip() in _TO_US
        for entry in header
    ):
        raise Refusal("A header that must be understood is not.", code=MUST_UNDERSTAND)
