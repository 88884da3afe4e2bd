"""What goes back: envelopes as PHP's SoapServer writes them (wire.md §1, §3, §4)."""

from typing import NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from soapapi.refusals import CLIENT, NOT_PRESENT, Refusal
from soapapi.versions import SOAP11, SOAP12, Version

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XSD = ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
_XSI = _XSD + ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_ENCODED = (
    ' xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"'
    ' SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
)
_CODES12 = {
    "Client": "env:Sender",
    "Server": "env:Receiver",
    NOT_PRESENT: "rpc:ProcedureNotPresent",
}


class Reply(NamedTuple):
    """An answer ready for HTTP."""

    status: int
    content_type: str
    body: bytes


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
    status = 400 if version is SOAP12 and refusal.faultcode == CLIENT else 500
    declared = ""
    if version is SOAP12 and refusal.faultcode == NOT_PRESENT:
        declared = ' xmlns:rpc="http://www.w3.org/2003/05/soap-rpc"'
    if refusal.parameters and not legacy:
        declared += f" xmlns:m={quoteattr(quote(endpoint, safe=''))}"
    body = _fault12(refusal, legacy) if version is SOAP12 else _fault11(refusal, legacy)
    return Reply(status, version.content_type, _envelope(version, declared, body))


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
    reason = "Procedure not present" if refusal.faultcode == NOT_PRESENT else refusal.reason
    if legacy:
        reason = refusal.legacy_reason
    detail = "" if legacy else _detail(refusal, "env:Detail")
    return (
        f"<env:Fault><env:Code><env:Value>{code}</env:Value></env:Code>"
        f'<env:Reason><env:Text xml:lang="en">{_text(reason)}</env:Text></env:Reason>'
        f"{detail}</env:Fault>"
    )


def _detail(refusal: Refusal, element: str) -> str:
    if not refusal.parameters:
        return ""
    items = "".join(
        f"<m:GenericFaultParameter><m:key>{_text(key)}</m:key><m:value>{_text(value)}</m:value>"
        "</m:GenericFaultParameter>"
        for key, value in refusal.parameters.items()
    )
    return (
        f"<{element}><m:GenericFault><m:Parameters>{items}</m:Parameters></m:GenericFault>"
        f"</{element}>"
    )


def _text(text: str) -> str:
    """Escape a text of a fault. No failure may hold the word that callers take for success."""
    return escape(text if "success" not in text.lower() else "Bad Request")
