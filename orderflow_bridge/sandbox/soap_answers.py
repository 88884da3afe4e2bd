"""The shop's SOAP answers: a result, a fault, or nothing that can be read."""

from dataclasses import dataclass

from lxml import etree

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.xml import raw_body


@dataclass(frozen=True)
class Exchange:
    """One call and its answer, fit to be shown: no secret is in `sent` and `received`."""

    place: str
    sent: str
    received: str
    result: etree._Element


class ShopRefused(BridgeError):
    """The shop answered with a fault. `exchange` is what was said."""

    def __init__(self, text: str, exchange: Exchange) -> None:
        super().__init__(text)
        self.exchange = exchange


class ShopUnreachable(BridgeError):
    """The shop gave no answer that could be read."""


def read_answer(place: str, sent: str, status: int, body: bytes) -> Exchange:
    """Return the exchange of a call that succeeded.

    Raises ShopRefused for a fault in either version of SOAP, ShopUnreachable for anything that is
    not an envelope.
    """
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise ShopUnreachable(f"The shop's answer ({status}) is not XML.") from None
    exchange = Exchange(place, raw_body(sent.encode()), raw_body(body), root)
    fault = named(root, "Fault")
    if fault is not None:
        text = text_of(fault, "faultstring") or text_of(fault, "Text") or f"fault {status}"
        raise ShopRefused(text, exchange)
    if named(root, "Body") is None or status >= 300:
        raise ShopUnreachable(f"The shop's answer ({status}) is no SOAP envelope.")
    return exchange


def named(element: etree._Element, name: str) -> etree._Element | None:
    """Return the first element of this local name, the element itself included."""
    found = element.iter(f"{{*}}{name}")
    return next(found, None)


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """Return the direct child of this name, which the shop does not qualify."""
    return None if element is None else element.find(f"{{*}}{name}")


def text_of(element: etree._Element, name: str) -> str:
    """Return the text of the first element of this name, "" without one."""
    found = named(element, name)
    return "" if found is None else (found.text or "").strip()


def child_text(element: etree._Element | None, name: str) -> str:
    """Return the text of a direct child, "" without one."""
    found = child(element, name)
    return "" if found is None else (found.text or "").strip()
