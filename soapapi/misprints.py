"""The guide prints messages that are not well-formed. They are read all the same; nothing else is.

Three faults of print: prefixes (`ns1`, `xsi`, `SOAP-ENC`) that nobody declares, a namespace that is
no address, and a namespace cut in two by a stray quote at the end of its line. The first two are
errors of namespaces only; whatever else is wrong with a message refuses it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

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


def read_misprinted(
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
