"""A message's bytes as HTTP brought them: unpacked, and in a charset that they tell themselves.

So they are kept, too: whoever reads a stored message has no headers.
"""

import zlib

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from orderflow_bridge.client.charsets import in_utf8
from orderflow_bridge.configuration.sections import WebServices
from soapapi.refusals import invalid_xml, too_large, unsupported, wrong_method

_PLAIN = ("", "identity")
_GZIP = ("gzip", "x-gzip")
_DEFLATE = "deflate"
# The windows of gzip, of zlib (which "deflate" means), and of what some call "deflate".
_GZIP_BITS, _ZLIB_BITS, _BARE_BITS = 31, 15, -15


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
