"""Messages to the SOAP endpoint and what comes back."""

from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import Client
from lxml import etree

from orderflow_bridge.request_queue.models import Request

MESSAGES = Path(__file__).parent.parent / "messages"
NS11 = "http://schemas.xmlsoap.org/soap/envelope/"
NS12 = "http://www.w3.org/2003/05/soap-envelope"
# SOAP 1.2 knows no other codes; a strict client loses the reason of a fault with any other.
CODES12 = ("VersionMismatch", "MustUnderstand", "DataEncodingUnknown", "Sender", "Receiver")
ADDRESS = "/soap/default"
LEGACY = "/index.php/api/v2_soap/"
INVENTORY = "realtimeDespatchOrderFlowInventoryRequestManagementV1"
SHIPMENT = "realtimeDespatchOrderFlowShipmentRequestManagementV1"
TOKEN_SERVICE = "integrationAdminTokenServiceV1"
PRODUCT_MARKER = "realtimeDespatchOrderFlowProductRequestManagementV1"
ORDER_MARKER = "realtimeDespatchOrderFlowOrderRequestManagementV1"
PRODUCTS = "catalogProductRepositoryV1"
ORDERS = "salesOrderRepositoryV1"
STORES = "storeStoreRepositoryV1"
WEBSITES = "storeWebsiteRepositoryV1"

QUANTITY = "<productQtys><item><sku>24-MB01</sku><qty>90</qty></item></productQtys>"
SEQUENCE = "<productSeqs><item><sku>24-MB01</sku><seq>507</seq></item></productSeqs>"
NUMBER = "<messageSeqId>71</messageSeqId>"


def recorded(name: str, **placeholders: str) -> bytes:
    """Return a message of tests/messages with its `[placeholders]` filled."""
    text = (MESSAGES / f"{name}.xml").read_text()
    for placeholder, value in placeholders.items():
        text = text.replace(f"[{placeholder}]", value)
    return text.encode()


def envelope(call: str, *, version: str = NS11, header: str = "") -> bytes:
    """Return an envelope around the body's content."""
    return (
        f'<e:Envelope xmlns:e="{version}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{header}<e:Body>{call}</e:Body></e:Envelope>"
    ).encode()


def stock(
    arguments: str = QUANTITY + SEQUENCE + NUMBER,
    *,
    token: str = "",
    version: str = NS11,
    header: str = "",
) -> bytes:
    """Return a stock message with these arguments."""
    session = f"<sessionId>{token}</sessionId>" if token else ""
    return envelope(
        f'<n:{INVENTORY}UpdateRequest xmlns:n="http://shop/soap/default?services={INVENTORY}">'
        f"{session}{arguments}</n:{INVENTORY}UpdateRequest>",
        version=version,
        header=header,
    )


def despatch(arguments: str, *, token: str = "", version: str = NS11) -> bytes:
    """Return a despatch message with these arguments."""
    return envelope(
        f'<n:{SHIPMENT}CreateRequest xmlns:n="http://shop/soap/default?services={SHIPMENT}">'
        f"<sessionId>{token}</sessionId>{arguments}</n:{SHIPMENT}CreateRequest>",
        version=version,
    )


def call(
    service: str, method: str, arguments: str = "", *, token: str = "", version: str = NS11
) -> bytes:
    """Return a call of any operation with these arguments."""
    session = f"<sessionId>{token}</sessionId>" if token else ""
    return envelope(
        f'<n:{service}{method}Request xmlns:n="http://shop/soap/default?services={service}">'
        f"{session}{arguments}</n:{service}{method}Request>",
        version=version,
    )


def legacy_call(operation: str, arguments: str) -> bytes:
    """Return a call in the Magento 1 dialect."""
    return envelope(f'<n:{operation} xmlns:n="urn:Magento">{arguments}</n:{operation}>')


def legacy_login(username: str, key: str) -> bytes:
    """Return a login in the Magento 1 dialect."""
    return legacy_call("login", f"<username>{username}</username><apiKey>{key}</apiKey>")


def post(
    client: Client, body: bytes | str, address: str = ADDRESS, *, bearer: str = "", **meta: Any
) -> HttpResponse:
    """Send a message."""
    if bearer:
        meta["HTTP_AUTHORIZATION"] = f"Bearer {bearer}"
    meta.setdefault("content_type", "text/xml; charset=utf-8")
    answer: Any = client.generic("POST", address, body, **meta)
    return answer


def result(response: HttpResponse) -> str:
    """Return the text of a successful reply's only result."""
    assert response.status_code == 200, response.content
    # An echoed placeholder is no address, which lxml alone minds.
    root = etree.fromstring(response.content, etree.XMLParser(recover=True))
    return (root[0][0][0].text or "").strip()


def fault(response: HttpResponse, *, status: int | None = None) -> tuple[str, str]:
    """Return a fault's code and reason, having checked that it is one in every respect.

    A failure never holds the word that callers take for success. `status` is HTTP's own for the
    reason; without it the version of SOAP decides.
    """
    root = etree.fromstring(response.content)
    version = etree.QName(root).namespace
    assert b"success" not in response.content.lower()
    found = root.find(f"{{{version}}}Body/{{{version}}}Fault")
    assert found is not None, response.content
    if version == NS12:
        assert response["Content-Type"] == "application/soap+xml; charset=utf-8"
        code = found.findtext(f"{{{NS12}}}Code/{{{NS12}}}Value")
        reason = found.findtext(f"{{{NS12}}}Reason/{{{NS12}}}Text")
        assert code in {f"env:{word}" for word in CODES12}
        assert response.status_code == (status or (400 if code == "env:Sender" else 500))
    else:
        assert response["Content-Type"] == "text/xml; charset=utf-8"
        code, reason = found.findtext("faultcode"), found.findtext("faultstring")
        assert response.status_code == (status or 500)
    return code or "", reason or ""


def refused(response: HttpResponse, *, status: int | None = None) -> str:
    """Return the reason of a refusal, having checked that nothing was stored."""
    _, reason = fault(response, status=status)
    assert Request.objects.count() == 0
    return reason
