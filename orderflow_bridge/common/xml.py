"""Stored message bodies made readable, with every secret masked.

Bodies come from outside. Nothing here follows an entity, a DTD or the network, and nothing raises:
what cannot be parsed is shown as text.
"""

import codecs
import json
import re
from typing import Any

from lxml import etree

MASK = "******"
_SECRETS = frozenset(
    {"sessionid", "apikey", "password", "passwd", "token", "accesstoken", "secret", "authorization"}
)
_NAME = r"(?:[\w.-]+:)?(?:session_?id|api_?key|passwo?r?d|(?:access_?)?token|secret|authorization)"
# An element's text up to its end tag; an attribute's value; a JSON member's text.
_IN_ELEMENT = re.compile(rf"(<({_NAME})(?:\s[^<>]*)?(?<!/)>)(.*?)(?=</\2\s*>|\Z)", re.I | re.S)
_IN_ATTRIBUTE = re.compile(rf"(\s{_NAME}\s*=\s*)(\"[^\"<]*\"|'[^'<]*')", re.I)
_IN_JSON = re.compile(rf"(\"{_NAME}\"\s*:\s*)(\"(?:[^\"\\]|\\.)*\"?|[^\s,}}\]]+)", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def pretty_body(body: bytes) -> str | None:
    """Return XML or JSON indented, CDATA kept; None when the body is neither."""
    tree = _parsed(body)
    if tree is not None:
        mask_tree(tree.getroot())
        text = etree.tostring(tree.getroot(), encoding="unicode", pretty_print=True)
        return _printable(text.rstrip())
    return _pretty_json(body)


def raw_body(body: bytes) -> str:
    """Return the body as it came, decoded in its own encoding; unreadable bytes become U+FFFD."""
    text = _decoded(body)
    text = _IN_ELEMENT.sub(rf"\1{MASK}", text)
    text = _IN_ATTRIBUTE.sub(rf'\1"{MASK}"', text)
    return _printable(_IN_JSON.sub(rf'\1"{MASK}"', text))


def _parsed(body: bytes) -> Any:
    """Return the element tree, or None. The parser is new each time: lxml's are not for sharing."""
    parser = etree.XMLParser(
        strip_cdata=False,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_blank_text=True,
        huge_tree=False,
    )
    try:
        return etree.ElementTree(etree.fromstring(body.strip(), parser))
    except (etree.XMLSyntaxError, ValueError):
        return None


def is_secret(name: Any) -> bool:
    """Tell whether a tag, attribute or member of this name holds a secret."""
    text = str(name).rpartition("}")[2].rpartition(":")[2]
    return text.replace("_", "").replace("-", "").lower() in _SECRETS


def mask_tree(root: Any) -> bool:
    """Mask the secrets in a tree; tell whether there were any."""
    has_secrets = False
    for element in root.iter(etree.Element):
        for name in element.attrib:
            if is_secret(name):
                element.set(name, MASK)
                has_secrets = True
        if is_secret(element.tag) and (element.text or len(element)):
            element[:] = []
            element.text = MASK
            has_secrets = True
    return has_secrets


def _pretty_json(body: bytes) -> str | None:
    try:
        value = json.loads(body)
        if not isinstance(value, dict | list):
            return None
        text = json.dumps(_masked(value), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
    return _printable(text)


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: MASK if is_secret(name) and content else _masked(content)
            for name, content in value.items()
        }
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return value


def _decoded(body: bytes) -> str:
    """Decode by byte-order mark, else by the XML declaration, else as UTF-8."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", errors="replace")
    tree = _parsed(body)
    encoding = (tree.docinfo.encoding if tree is not None else None) or "utf-8-sig"
    try:
        return body.decode("utf-8-sig" if encoding.upper() == "UTF-8" else encoding, "replace")
    except LookupError:
        return body.decode("utf-8", errors="replace")


def _printable(text: str) -> str:
    """Replace control characters, which no page may contain."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
