"""What goes back: envelopes as PHP's SoapServer writes them (docs/contract/soap.md)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from soapapi.refusals import CLIENT, NOT_PRESENT, SERVER, Refusal
from soapapi.versions import SOAP11, SOAP12, Version

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XSD = ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
_XSI = _XSD + ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
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


class Reply(NamedTuple):
    """An answer ready for HTTP."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = {}


def success(result: str, *, element: str, namespace: str, version: Version, encoded: bool) -> bytes:
    """Return the envelope around an operation's result.

    `result` is well-formed XML; `element` names the reply; `namespace` is the caller's own, echoed;
    `encoded` adds what Magento 1's rpc/encoded style declares.
    """
    declared = f" xmlns:ns1={quoteattr(namespace)}"
    if encoded:
        declared += _XSI + (_ENCODED if version is SOAP11 else "")
    elif "<xsd:" in result:
        declared += _XSD
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
    return Reply(status, version.content_type, envelope, _HEADERS.get(status, {}))


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
