"""Session tokens and passwords, replaced in a message before it is stored.

The rest of the message is kept byte for byte. Every message that comes in passes here, so a few
words are looked for first, and only where one stands it is seen what it means.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree

from orderflow_bridge.common.xml import MASK, is_secret, mask_tree

# Each name of a secret holds one of these, in whatever case.
_WORDS = (b"session", b"api", b"passw", b"token", b"secret", b"authoriz")
_NAME_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-"
_NAME = re.compile(rb"[\w.:-]+")
_LONGEST_NAME = 100
_START_TAG = re.compile(rb"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?(/?)>")
_LONGEST_TAG = 2_000
_HREF = re.compile(rb"\shref\s*=\s*[\"']#([\w.-]+)[\"']")
_WITH_ID = re.compile(rb"<[\w.:-]+\s[^<>]*?\bid\s*=\s*[\"']([\w.-]+)[\"'][^<>]*>")
_ATTRIBUTE = re.compile(rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_JSON_TEXT = rb"\"(?:[^\"\\]|\\.)*\""
# A text, a list or an object of texts, or a number: its mask is a text in all cases.
_MEMBER = re.compile(
    rb"\"\s*:\s*(%b|[\[{](?:[^\[\]{}\"]|%b)*[\]}]|[\d.+-]+)" % (_JSON_TEXT, _JSON_TEXT), re.S
)
# Markup in an encoding that has ASCII's letters.
_READABLE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:[<{\[][^\0]|\Z)")


class _Found(NamedTuple):
    """Where a secret stands, from and up to; or the id of the element that holds it."""

    start: int
    end: int
    elsewhere: bytes = b""
    mask: bytes = MASK.encode()


def masked_body(body: bytes) -> bytes:
    """Return a message, XML or JSON, with its tokens and passwords masked.

    One without any comes back as it is. Never raises.
    """
    if not _READABLE.match(body):
        return _masked_tree(body)
    lowered = body.lower()
    places = sorted(place for word in _WORDS for place in _places(lowered, word))
    if not places:
        return body
    found = list(_secrets(body, places))
    if ids := {secret.elsewhere for secret in found if secret.elsewhere}:
        found += _contents(body, ids)
    return _masked(body, sorted(found))


def _places(text: bytes, word: bytes) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + len(word))


def _secrets(body: bytes, places: list[int]) -> Iterator[_Found]:
    """Look at what each of these places announces; none is looked at twice."""
    seen = 0
    for place in places:
        if place < seen:
            continue
        before = body[max(place - _LONGEST_NAME, seen) : place]
        start = place - len(before) + len(before.rstrip(_NAME_LETTERS))
        name = _NAME.match(body, start, place + _LONGEST_NAME)
        if name is None:
            continue
        seen = name.end()
        if is_secret(name[0].decode("latin-1")):
            found = _value_of(body, name)
            if found:
                yield found
                seen = max(seen, found.end)


def _value_of(body: bytes, name: re.Match[bytes]) -> _Found | None:
    """Return what an element, an attribute or a JSON member of this name holds."""
    mark = body[name.start() - 1 : name.start()]
    if mark == b"<":
        return _content(body, name)
    if mark == b'"':
        member = _MEMBER.match(body, name.end())
        if member is None or member[1] in (b'""', b"[]", b"{}"):
            return None
        return _Found(member.start(1), member.end(1), mask=b'"%b"' % MASK.encode())
    attribute = _ATTRIBUTE.match(body, name.end()) if mark.isspace() else None
    if attribute is None:
        return None
    return _Found(*attribute.span(1 if attribute[1] is not None else 2))


def _content(body: bytes, name: re.Match[bytes]) -> _Found | None:
    """Return the content of an element; if it refers to another one, that one's id."""
    tag = _START_TAG.match(body, name.end(), name.end() + _LONGEST_TAG)
    if tag is None:
        return None
    if href := _HREF.search(tag[0]):
        return _Found(tag.end(), tag.end(), href[1])
    if tag[1]:
        return None
    return _Found(tag.end(), _end_tag(body, name[0], tag.end()))


def _end_tag(body: bytes, name: bytes, start: int) -> int:
    """Return where the end tag of an element begins; the end, if it has none."""
    end = body.find(b"</" + name, start)
    while end >= 0:
        after = end + 2 + len(name)
        if not body[after : after + 1].strip(b"> \t\r\n"):
            return end
        end = body.find(b"</" + name, after)
    return len(body)


def _contents(body: bytes, ids: set[bytes]) -> list[_Found]:
    """Return the texts of the elements with these ids."""
    return [
        _Found(element.end(), max(body.find(b"<", element.end()), element.end()))
        for element in _WITH_ID.finditer(body)
        if element[1] in ids
    ]


def _masked(body: bytes, found: list[_Found]) -> bytes:
    pieces = []
    done = 0
    for start, end, _, mask in found:
        if start >= done and body[start:end].strip():
            pieces += [body[done:start], mask]
            done = end
    return b"".join([*pieces, body[done:]])


def _masked_tree(body: bytes) -> bytes:
    """Mask XML in UTF-16, or in another encoding whose letters are not ASCII's."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False
    )
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return body
    if root is None or not mask_tree(root):
        return body
    tree = root.getroottree()
    encoding = tree.docinfo.encoding or "UTF-8"
    text: Any = etree.tostring(tree, encoding=encoding, xml_declaration=True)
    return bytes(text)
