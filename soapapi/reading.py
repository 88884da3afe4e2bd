"""From bytes to an element tree, with everything refused that could hurt."""

import re
from functools import lru_cache
from typing import Any

from lxml import etree

from orderflow_bridge.configuration.sections import WebServices
from soapapi.misprints import read_misprinted
from soapapi.refusals import beyond_limit, invalid_xml, too_large

# Never `collect_ids=False`: it makes libxml2 load an external DTD all the same
# (docs/decisions/spyne.md).
HARDENED: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_:\x80-\xff]")
_DOCTYPE = "Detected use of illegal DOCTYPE"
# Tags and attributes for each item allowed: two lists of items, each with its fields and, where
# they are encoded, their types. Each costs up to 400 bytes: together they stay below 100 MB.
_MARKUP_PER_ITEM = 22
_MARKUP_BESIDES = 2000
_SHORTEST_MARKUP = 3


def read(body: bytes, limits: WebServices) -> etree._Element:
    """Return the root of a message.

    `limits` are the configured caps on size, depth and items. Raises Refusal, in words, for every
    body that is not well-formed, too large, or uses a DTD; save for the guide's own misprints.
    """
    if len(body) > limits.max_body_bytes:
        raise too_large(limits.max_body_bytes)
    text = body.removeprefix(_BYTE_ORDER_MARK).lstrip()
    _refuse_before_parsing(text, limits)
    root = _parse(text)
    if root.getroottree().docinfo.internalDTD is not None:
        raise invalid_xml(_DOCTYPE)
    if _deeper_than(limits.max_depth)(root):
        raise beyond_limit("its elements are nested deeper than", limits.max_depth)
    return root


def _refuse_before_parsing(text: bytes, limits: WebServices) -> None:
    """Refuse what would already cost memory or time to parse."""
    if not text:
        raise invalid_xml()
    first = _FIRST_ELEMENT.search(text)
    if b"<!DOCTYPE" in text[: first.start() if first else None]:
        raise invalid_xml(_DOCTYPE)
    most = limits.max_items * _MARKUP_PER_ITEM + _MARKUP_BESIDES
    if len(text) > most * _SHORTEST_MARKUP and _markup(text) > most:
        raise beyond_limit(
            "it has more elements than its items may need; they are limited to", limits.max_items
        )


def _markup(text: bytes) -> int:
    """Return the number of tags and attributes, or more."""
    # The lists, which are most of a message, have no equals sign to be counted.
    return text.count(b"<") + text.count(b"=", 0, text.rfind(b"=") + 1)


def _parse(text: bytes) -> etree._Element:
    parser = etree.XMLParser(**HARDENED)
    try:
        return etree.fromstring(text, parser)
    except etree.XMLSyntaxError:
        # Not the exception's log: that one holds the errors of earlier messages too.
        root = read_misprinted(text, list(parser.error_log), HARDENED)
        if root is None:
            raise invalid_xml() from None
        return root


@lru_cache(maxsize=8)
def _deeper_than(depth: int) -> etree.XPath:
    """Return a test, run in C, for elements below a depth; the root's depth is 1."""
    return etree.XPath(f"boolean({'/*' * (depth + 1)})")
