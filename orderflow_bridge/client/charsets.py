"""In which charset an answer is written (RFC 7303, section 3): mark, then header, then declaration.

Java servlets name it in the header only, so that the XML declaration alone misleads.
"""

import codecs
import re
from email.message import Message

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # UTF-32's little-endian mark begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"\s*<\?xml\b[^>]*?\sencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>\s*")


def decoded(body: bytes, content_type: str) -> str:
    """Return an answer as text. What cannot be read becomes U+FFFD."""
    return body.decode(told_charset(body, content_type) or _declared(body), "replace")


def in_utf8(body: bytes, content_type: str) -> bytes:
    """Return an answer as it is read without its header: what the header told is worked in.

    A header that the bytes contradict is no help; the answer is then left to its declaration.
    """
    told = told_charset(body, content_type)
    if told in (None, _declared(body)):
        return body
    try:
        text = body.decode(told)
    except UnicodeError:
        return body
    return (
        _DECLARATION.sub("", text, count=1).encode() if _DECLARATION.match(text) else text.encode()
    )


def _declared(body: bytes) -> str:
    found = _DECLARED.match(body)
    return _known(found.group(1).decode() if found else "") or "utf-8"


def _known(name: str) -> str | None:
    """Return Python's name of a charset; None if it knows none, or none of texts."""
    try:
        "<".encode(name)
        return codecs.lookup(name).name
    except (LookupError, UnicodeError, ValueError):
        return None


def told_charset(body: bytes, content_type: str) -> str | None:
    """Return the charset by byte-order mark or else by header; None leaves it to the XML."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return name
    header = Message()
    header["Content-Type"] = content_type
    return _known(header.get_content_charset() or "")
