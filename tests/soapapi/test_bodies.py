"""How the bytes of a message may come: packed, in another charset, in parts."""

import gzip
import tracemalloc
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE

import pytest
from django.test import Client

from orderflow_bridge.configuration.sections import WebServices
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.request_queue.models import Request
from tests.soapapi.posting import ADDRESS, LEGACY, NS11, NS12, fault, post, refused, result, stock

RECEIVED = "Success - Message 71 Received"
MEGABYTE = 1024 * 1024
DECLARATION = '<?xml version="1.0" encoding="{}"?>'


def _bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", _bare_deflate),
        ("identity", bytes),
        ("", bytes),
    ],
)
def test_a_packed_message_is_read_and_kept_unpacked(
    client: Client, token: str, name: str, pack: object
) -> None:
    assert callable(pack)
    body = stock(token=token)

    response = post(client, pack(body), HTTP_CONTENT_ENCODING=name)

    assert result(response) == RECEIVED
    assert bytes(Request.objects.get().request_body) == body.replace(token.encode(), b"******")


@pytest.mark.parametrize("address", [ADDRESS, LEGACY])
@pytest.mark.parametrize("version", [NS11, NS12])
@pytest.mark.parametrize("name", ["br", "zstd", "compress", "gzip, gzip", "nonsense"])
def test_a_packing_that_is_not_known_is_refused_in_words(
    client: Client, token: str, name: str, version: str, address: str
) -> None:
    body = stock(token=token, version=version)

    response = post(client, body, address, HTTP_CONTENT_ENCODING=name)

    assert response["Accept-Encoding"] == "gzip, deflate"
    if version == NS11:
        assert refused(response, status=415) == (
            "The message is refused: its Content-Encoding is not known here."
            " Send it as it is, or by gzip or deflate."
        )
    assert response.status_code == 415


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: packed[:-9],
        lambda packed: packed[:1],
        lambda packed: b"",
        lambda packed: packed + packed,
        lambda packed: packed + b"x",
        lambda packed: b"<" + packed,
        lambda packed: packed[:60] + b"\0\0\0" + packed[63:],
    ],
)
@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_a_message_that_cannot_be_unpacked_whole_is_refused(
    client: Client, token: str, name: str, spoil: object
) -> None:
    assert callable(spoil)
    packed = (gzip if name == "gzip" else zlib).compress(stock(token=token))

    reason = refused(post(client, spoil(packed), HTTP_CONTENT_ENCODING=name))

    assert reason.startswith("Invalid XML: the ")


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_a_bomb_is_refused_without_being_unpacked(client: Client, token: str, name: str) -> None:
    pack = gzip.compress if name == "gzip" else zlib.compress
    bomb = pack(stock(token=token) + b" " * (300 * MEGABYTE))
    assert len(bomb) < MEGABYTE
    tracemalloc.start()
    try:
        response = post(client, bomb, HTTP_CONTENT_ENCODING=name)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert refused(response, status=413) == (
        "The message is refused: its size in bytes is above 8,388,608."
    )
    assert peak < 40 * MEGABYTE


def test_the_size_limit_holds_for_what_comes_out(client: Client, token: str) -> None:
    body = stock(token=token)
    write_settings(WebServices, {"max_body_bytes": len(body)})

    within = post(client, gzip.compress(body), HTTP_CONTENT_ENCODING="gzip")
    beyond = post(client, gzip.compress(body + b" "), HTTP_CONTENT_ENCODING="gzip")

    assert result(within) == RECEIVED
    assert fault(beyond, status=413)[1].startswith("The message is refused: its size")


def test_a_multipart_message_is_refused_in_words(client: Client, token: str) -> None:
    body = b"--x\r\nContent-Type: text/xml\r\n\r\n" + stock(token=token) + b"\r\n--x--"

    response = post(client, body, content_type='multipart/related; boundary="x"; type="text/xml"')

    assert refused(response, status=415) == (
        "The message is refused: it is multipart. Send the SOAP envelope alone,"
        " without attachments."
    )


@pytest.mark.parametrize(
    ("charset", "declared", "written"),
    [
        ("iso-8859-1", "", "iso-8859-1"),
        ('"ISO-8859-1"', "", "iso-8859-1"),
        ("windows-1252", "", "cp1252"),
        ("iso-8859-1", "UTF-8", "iso-8859-1"),
        ("utf-8", "ISO-8859-1", "utf-8"),
        ("UTF-8", "iso-8859-1", "utf-8"),
        ("utf-16", "", "utf-16"),
        ("utf-16le", "", "utf-16-le"),
        ("", "ISO-8859-1", "iso-8859-1"),
        ("", "UTF-8", "utf-8"),
        ("", "", "utf-8"),
    ],
)
def test_the_charset_is_the_headers_else_the_declarations(
    client: Client, token: str, charset: str, declared: str, written: str
) -> None:
    text = stock(token=token).decode().replace("24-MB01", "Mü-24")
    body = (DECLARATION.format(declared) if declared else "") + text
    content_type = "text/xml" + (f"; charset={charset}" if charset else "")

    response = post(client, body.encode(written), content_type=content_type)

    assert result(response) == RECEIVED
    assert Request.objects.get().lines == [["Mü-24", "90", None, "507", None]]


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16", "utf-8"])
@pytest.mark.parametrize("declared", ["", "iso-8859-1"])
def test_a_byte_order_mark_stands_above_header_and_declaration(
    client: Client, token: str, charset: str, declared: str
) -> None:
    text = stock(token=token).decode().replace("24-MB01", "Mü-24")
    text = (DECLARATION.format(declared) if declared else "") + text
    content_type = f"text/xml; charset={charset}"

    for body in (BOM_UTF8 + text.encode(), BOM_UTF16_BE + text.encode("utf-16-be")):
        assert result(post(client, body, content_type=content_type)) == RECEIVED

    for request in Request.objects.all():
        assert request.lines == [["Mü-24", "90", None, "507", None]]


def test_blanks_before_a_declaration_do_not_bring_its_charset_back(
    client: Client, token: str
) -> None:
    text = stock(token=token).decode().replace("24-MB01", "Mü-24")
    body = " \n" + DECLARATION.format("iso-8859-1") + text

    result(post(client, body.encode(), content_type="text/xml; charset=utf-8"))

    assert Request.objects.get().lines == [["Mü-24", "90", None, "507", None]]


def test_what_is_kept_tells_its_charset_itself(client: Client, token: str) -> None:
    body = stock(token=token).decode().replace("24-MB01", "Mü-24").encode("iso-8859-1")

    result(post(client, body, content_type="text/xml; charset=iso-8859-1"))

    assert "<sku>Mü-24</sku>" in bytes(Request.objects.get().request_body).decode()


@pytest.mark.parametrize("charset", ["utf-7", "punycode", "idna", "rot13", "base64", "undefined"])
def test_a_charset_that_no_xml_has_is_passed_over(client: Client, token: str, charset: str) -> None:
    response = post(client, stock(token=token), content_type=f"text/xml; charset={charset}")

    assert result(response) == RECEIVED


@pytest.mark.parametrize("charset", ["unicode_escape", "raw_unicode_escape", "UTF-7"])
def test_such_a_charset_changes_no_sku(client: Client, token: str, charset: str) -> None:
    body = stock(token=token).decode().replace("24-MB01", "Mü\\u00fc+APw-").encode()

    result(post(client, body, content_type=f"text/xml; charset={charset}"))

    assert Request.objects.get().lines[0][0] == "Mü\\u00fc+APw-"


def test_a_doctype_in_a_charset_of_the_header_is_found(client: Client, token: str) -> None:
    body = "<!DOCTYPE x>" + stock(token=token).decode()

    response = post(client, body.encode("utf-16-le"), content_type="text/xml; charset=utf-16le")

    assert refused(response) == "Invalid XML: Detected use of illegal DOCTYPE"
