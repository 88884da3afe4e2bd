"""In which charset XML is written that came by HTTP: mark, then header, then declaration.

That is the order of RFC 7303, section 3. Java servlets name it in the header only, so that the XML
declaration alone misleads.
"""

import codecs
import re
from email.message import Message
from functools import lru_cache

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # UTF-32's little-endian mark begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python's own, which no XML is written in; some of them are slow to read.
_NO_XML = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7"})
_WITHOUT_MARK = ("utf-16", "utf-32")
_DECLARED = re.compile(rb"\s*<\?xml\b[^>]{0,99}?\sencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_ENCODING = re.compile(r"\A(\s*<\?xml\b[^>]{0,99}?)\sencoding\s*=\s*[\"'][\w.:-]{1,40}[\"']")


def decoded(body: bytes, content_type: str) -> str:
    """Return a body as text. What cannot be read becomes U+FFFD."""
    return body.decode(told_charset(body, content_type) or _declared(body), "replace")


def in_utf8(body: bytes, content_type: str) -> bytes:
    """Return a body as it is read without its header: what the header told is worked in.

    A header that the bytes contradict is no help; the body is then left to its declaration.
    """
    told = told_charset(body, content_type)
    if told in (None, _declared(body)):
        return body
    try:
        text = body.decode(told)
    except UnicodeError:
        return body
    return _ENCODING.sub(r"\1", text, count=1).encode()


def told_charset(body: bytes, content_type: str) -> str | None:
    """Return the charset by byte-order mark or else by header; None leaves it to the XML."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return name
    told = _in_header(content_type)
    if told in _WITHOUT_MARK:
        return f"{told}-{'be' if body.startswith(bytes(1)) else 'le'}"
    return told


def header_charset(beginning: bytes, content_type: str) -> str | None:
    """Return the charset that a parser must be told: the header's, unless a mark says it."""
    if any(beginning.startswith(mark) for mark, _ in _MARKS):
        return None
    return told_charset(beginning, content_type)


@lru_cache(maxsize=64)
def _in_header(content_type: str) -> str | None:
    header = Message()
    header["Content-Type"] = content_type
    return _known(header.get_content_charset() or "")


def _declared(body: bytes) -> str:
    found = _DECLARED.match(body)
    return _known(found[1].decode() if found else "") or "utf-8"


def _known(name: str) -> str | None:
    """Return Python's name of a charset; None if it knows none, or none of texts."""
    try:
        "<".encode(name)
        known = codecs.lookup(name).name
    except (LookupError, UnicodeError, ValueError):
        return None
    return None if known in _NO_XML else known
