"""Envelopes as they come and go: version, headers and the operation asked for; replies and faults
as PHP's SoapServer writes them (docs/contract/soap.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from orderflow_bridge.common.error_codes import HEADER, ErrorCode
from soapapi.elements import may_have_attribute
from soapapi.reading import UNDECLARED
from soapapi.refusals import (
    CLIENT,
    MUST_UNDERSTAND,
    NOT_PRESENT,
    SERVER,
    VERSION_MISMATCH,
    Refusal,
    invalid_xml,
)
from soapapi.unread import split_tag

_SNIFFED = 1024
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SESSION = etree.XPath("//*[local-name() = 'sessionId']")
_NILS = etree.XPath("boolean(descendant::*/@x:nil)", namespaces={"x": _XSI})
# Whom a header is for: these mean whoever receives the message. Any other name is somebody else's.
_TO_US = frozenset(
    {
        "",
        "http://schemas.xmlsoap.org/soap/actor/next",
        "http://www.w3.org/2003/05/soap-envelope/role/next",
        "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
    }
)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XSD_DECLARED = ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
_XSI_DECLARED = _XSD_DECLARED + ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_ENCODED = (
    ' xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"'
    ' SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
)
# SOAP 1.2 has five codes, which clients insist on; anything more special is a subcode.
_SENDER = "env:Sender"
_CODES12 = {CLIENT: _SENDER, SERVER: "env:Receiver", NOT_PRESENT: _SENDER}
_SUBCODE12 = (
    "<env:Subcode><env:Value"
    ' xmlns:rpc="http://www.w3.org/2003/05/soap-rpc">rpc:ProcedureNotPresent'
    "</env:Value></env:Subcode>"
)
_HEADERS: Mapping[int, Mapping[str, str]] = {
    HTTPStatus.METHOD_NOT_ALLOWED: {"Allow": "POST"},
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: {"Accept-Encoding": "gzip, deflate"},
}


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
        found = self.element.find("sessionId")
        if found is None:
            everywhere: Any = _SESSION(self.element)
            found = everywhere[0] if everywhere else None
        return found

    def has_nils(self, text: bytes) -> bool:
        """Tell whether something in the call is nil; `text` is the message as received."""
        return may_have_attribute(text, b"nil") and bool(_NILS(self.body))


class Reply(NamedTuple):
    """An answer ready for HTTP."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = {}


def sniff_version(body: bytes, content_type: str) -> Version:
    """Return the version of a message that cannot be read, so that its refusal fits the caller."""
    start = body[:_SNIFFED]
    if SOAP12.namespace.encode() in start:
        return SOAP12
    if SOAP11.namespace.encode() in start:
        return SOAP11
    return SOAP12 if content_type.startswith("application/soap+xml") else SOAP11


def version_of(root: etree._Element) -> Version:
    """Return the SOAP version of a message. Raises Refusal if it is not an envelope of either."""
    namespace, name = split_tag(root)
    if name != "Envelope":
        raise invalid_xml("the message is not a SOAP envelope")
    if namespace not in VERSIONS:
        raise Refusal(
            "The envelope's namespace is that of neither SOAP 1.1 nor SOAP 1.2.",
            code=VERSION_MISMATCH,
            error_code=ErrorCode.WRONG_SOAP_VERSION,
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
    beside = (bodies[0].text, *(part.tail for part in bodies[0]))
    if any(text and text.strip() for text in beside):
        raise invalid_xml("the SOAP body holds a text beside the call")
    if any(part.tag not in (version.tag("Header"), version.tag("Body")) for part in root):
        raise invalid_xml("the SOAP envelope holds more than a header and a body")
    element = bodies[0][0]
    namespace, operation = split_tag(element)
    if namespace == version.namespace:
        raise invalid_xml("the SOAP body holds no call")
    namespace = "" if namespace == UNDECLARED else "".join(namespace.split())
    return Envelope(version, operation, namespace, element, bodies[0])


def success(result: str, *, element: str, namespace: str, version: Version, encoded: bool) -> bytes:
    """Return the envelope around an operation's result.

    `result` is well-formed XML; `element` names the reply; `namespace` is the caller's own, echoed;
    `encoded` adds what Magento 1's rpc/encoded style declares.
    """
    declared = f" xmlns:ns1={quoteattr(namespace)}"
    if encoded:
        declared += _XSI_DECLARED + (_ENCODED if version is SOAP11 else "")
    elif "<xsd:" in result:
        declared += _XSD_DECLARED
    return _envelope(version, declared, f"<ns1:{element}>{result}</ns1:{element}>")


def fault(refusal: Refusal, *, version: Version, endpoint: str, legacy: bool = False) -> Reply:
    """Return a refusal in the caller's version of SOAP.

    `endpoint` is the address called with its services: Magento's namespace for the detail.
    """
    is_senders = version is SOAP12 and _CODES12.get(refusal.faultcode) == _SENDER
    status = refusal.status or (400 if is_senders else 500)
    declared = ""
    if (refusal.parameters or refusal.wrapped) and not legacy:
        declared = f" xmlns:m={quoteattr(quote(endpoint, safe=''))}"
    body = _fault12(refusal, legacy) if version is SOAP12 else _fault11(refusal, legacy)
    envelope = _envelope(version, declared, body)
    headers = {**_HEADERS.get(status, {}), HEADER: str(refusal.error_code)}
    return Reply(status, version.content_type, envelope, headers)


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
        raise Refusal(
            "A header that must be understood is not.",
            code=MUST_UNDERSTAND,
            error_code=ErrorCode.MUST_UNDERSTAND,
        )


def _envelope(version: Version, declared: str, content: str) -> bytes:
    prefix = version.prefix
    return (
        f'{_DECLARATION}<{prefix}:Envelope xmlns:{prefix}="{version.namespace}"{declared}>'
        f"<{prefix}:Body>{content}</{prefix}:Body></{prefix}:Envelope>\n"
    ).encode()


def _fault11(refusal: Refusal, legacy: bool) -> str:
    if legacy:
        code, reason, detail = str(refusal.legacy_code), refusal.legacy_reason, ""
    else:
        word = "Server" if refusal.faultcode == NOT_PRESENT else refusal.faultcode
        code, reason = f"SOAP-ENV:{word}", refusal.reason
        detail = _detail(refusal, "detail")
    return (
        f"<SOAP-ENV:Fault><faultcode>{code}</faultcode><faultstring>{_text(reason)}</faultstring>"
        f"{detail}</SOAP-ENV:Fault>"
    )


def _fault12(refusal: Refusal, legacy: bool) -> str:
    code = _CODES12.get(refusal.faultcode, f"env:{refusal.faultcode}")
    reason, subcode = refusal.reason, ""
    if refusal.faultcode == NOT_PRESENT:
        reason, subcode = "Procedure not present", _SUBCODE12
    if legacy:
        reason = refusal.legacy_reason
    detail = "" if legacy else _detail(refusal, "env:Detail")
    return (
        f"<env:Fault><env:Code><env:Value>{code}</env:Value>{subcode}</env:Code>"
        f'<env:Reason><env:Text xml:lang="en">{_text(reason)}</env:Text></env:Reason>'
        f"{detail}</env:Fault>"
    )


def _detail(refusal: Refusal, element: str) -> str:
    content = _listed("Parameters", "GenericFaultParameter", refusal.parameters)
    if refusal.wrapped:
        errors = "".join(
            f"<m:WrappedError><m:message>{_text(error.reason)}</m:message>"
            f"{_listed('parameters', 'parameter', error.parameters)}</m:WrappedError>"
            for error in refusal.wrapped
        )
        content += f"<m:WrappedErrors>{errors}</m:WrappedErrors>"
    return content and f"<{element}><m:GenericFault>{content}</m:GenericFault></{element}>"


def _listed(name: str, entry: str, parameters: Mapping[str, str]) -> str:
    """Return parameters as Magento lists them, "" without any."""
    entries = "".join(
        f"<m:{entry}><m:key>{_text(key)}</m:key><m:value>{_text(value)}</m:value></m:{entry}>"
        for key, value in parameters.items()
    )
    return entries and f"<m:{name}>{entries}</m:{name}>"


def _text(text: str) -> str:
    """Escape a text of a fault. No failure may hold the word that callers take for success."""
    return escape(text if "success" not in text.lower() else "Bad Request")
