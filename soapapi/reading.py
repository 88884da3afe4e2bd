"""From the bytes that HTTP brings to an element tree, with everything refused that could hurt.

A body is unpacked first, and put into a charset that it tells itself: so it is kept, too, for
whoever reads a stored message has no headers.

The guide prints messages that are not well-formed. They are read all the same; nothing else is.
Three faults of print: prefixes (`ns1`, `xsi`, `SOAP-ENC`) that nobody declares, a namespace that is
no address, and a namespace cut in two by a stray quote at the end of its line. The first two are
errors of namespaces only; whatever else is wrong with a message refuses it.
"""

import re
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import quoteattr

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from lxml import etree

from orderflow_bridge.client.charsets import in_utf8
from orderflow_bridge.configuration.sections import WebServices
from soapapi.refusals import beyond_limit, invalid_xml, too_large, unsupported, wrong_method

_PLAIN = ("", "identity")
_GZIP = ("gzip", "x-gzip")
_DEFLATE = "deflate"
# The windows of gzip, of zlib (which "deflate" means), and of what some call "deflate".
_GZIP_BITS, _ZLIB_BITS, _BARE_BITS = 31, 15, -15
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
# The namespace given to an undeclared prefix that has no usual meaning. It is never echoed.
UNDECLARED = "urn:orderflow:undeclared"
_USUAL = {
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsd": "http://www.w3.org/2001/XMLSchema",
    "SOAP-ENC": "http://schemas.xmlsoap.org/soap/encoding/",
}
_CUT_ADDRESS = re.compile(rb'\?"\s+services=([\w,%]{1,1000})"', re.ASCII)
_ENVELOPE = re.compile(rb"<(?:[\w.-]{1,100}:)?Envelope\b", re.ASCII)
_PREFIX = re.compile(r"Namespace prefix ([\w.-]{1,100}) ", re.ASCII)
# libxml2 reports no more than this many errors; beyond it, something worse may hide.
_MOST_ERRORS = 100
_BAD_ADDRESS = etree.ErrorTypes.WAR_NS_URI
_UNDEFINED = etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE


def body_of(request: HttpRequest, limits: WebServices) -> bytes:
    """Return the body of a message. Raises Refusal if there is none or it is too large."""
    if request.method != "POST":
        raise wrong_method()
    packing = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    body = _unpacked(_received(request, limits), packing, limits.max_body_bytes)
    content_type = request.META.get("CONTENT_TYPE", "")
    if content_type.lower().startswith("multipart/") and body.lstrip().startswith(b"--"):
        raise unsupported("it is multipart. Send the SOAP envelope alone, without attachments.")
    return in_utf8(body, content_type)


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


def _received(request: HttpRequest, limits: WebServices) -> bytes:
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > limits.max_body_bytes:
            raise RequestDataTooBig
        return request.body
    except RequestDataTooBig:
        raise too_large(limits.max_body_bytes) from None
    except (UnreadablePostError, ValueError):
        raise invalid_xml("the message has not come in whole") from None


def _unpacked(body: bytes, packing: str, limit: int) -> bytes:
    """Return a body of at most `limit` bytes as it was before it was packed."""
    if packing in _PLAIN:
        return body
    if packing in _GZIP:
        return _inflated(body, _GZIP_BITS, limit)
    if packing == _DEFLATE:
        return _inflated(body, _ZLIB_BITS if _is_zlib(body) else _BARE_BITS, limit)
    raise unsupported(
        "its Content-Encoding is not known here. Send it as it is, or by gzip or deflate."
    )


def _is_zlib(body: bytes) -> bool:
    """Tell whether a body begins as zlib's format does."""
    return body[:1] != b"" and body[0] & 15 == zlib.DEFLATED and not int.from_bytes(body[:2]) % 31


def _inflated(body: bytes, bits: int, limit: int) -> bytes:
    """Unpack no more than the limit, however much there is."""
    inflator = zlib.decompressobj(bits)
    try:
        plain = inflator.decompress(body, limit + 1)
    except zlib.error:
        raise invalid_xml("the message cannot be unpacked") from None
    if len(plain) > limit:
        raise too_large(limit)
    if not inflator.eof or inflator.unused_data:
        raise invalid_xml("the packed message has not come in whole, or not alone")
    return plain


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
        root = _read_misprinted(text, list(parser.error_log), HARDENED)
        if root is None:
            raise invalid_xml() from None
        return root


@lru_cache(maxsize=8)
def _deeper_than(depth: int) -> etree.XPath:
    """Return a test, run in C, for elements below a depth; the root's depth is 1."""
    return etree.XPath(f"boolean({'/*' * (depth + 1)})")


def _read_misprinted(
    text: bytes, errors: list[etree._LogEntry], options: Mapping[str, Any]
) -> etree._Element | None:
    """Return the root of a message with the guide's faults of print, or None for any other fault.

    `errors` are those of parsing `text` strictly with the parser `options`.
    """
    if not _only_namespaces(errors):
        text, joined = _CUT_ADDRESS.subn(rb'?services=\1"', text, count=1)
        if not joined:
            return None
        root, errors = _recover(text, options)
        if not errors:
            return root
    if not _only_namespaces(errors):
        return None
    root, errors = _recover(_declare(text, errors), options)
    if len(errors) < _MOST_ERRORS and all(entry.type == _BAD_ADDRESS for entry in errors):
        return root
    return None


def _recover(
    text: bytes, options: Mapping[str, Any]
) -> tuple[etree._Element | None, list[etree._LogEntry]]:
    """Parse leniently; the errors tell the caller whether the tree may be used."""
    parser = etree.XMLParser(recover=True, **options)
    return etree.fromstring(text, parser), list(parser.error_log)


def _only_namespaces(errors: Iterable[etree._LogEntry]) -> bool:
    return all(entry.type in (_BAD_ADDRESS, _UNDEFINED) for entry in errors)


def _declare(text: bytes, errors: Iterable[etree._LogEntry]) -> bytes:
    """Declare the prefixes that errors complain of, on the envelope's start tag."""
    found = (_PREFIX.match(entry.message) for entry in errors if entry.type == _UNDEFINED)
    prefixes = {match[1] for match in found if match}
    declarations = "".join(
        f" xmlns:{prefix}={quoteattr(_USUAL.get(prefix, UNDECLARED))}"
        for prefix in sorted(prefixes)
    )
    return _ENVELOPE.sub(lambda match: match[0] + declarations.encode(), text, count=1)
