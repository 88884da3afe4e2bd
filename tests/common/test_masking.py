"""Tokens and passwords are masked in a message before it is stored; all else is kept as it came."""

import time

import pytest
from lxml import etree

from orderflow_bridge.common.masking import masked_body


@pytest.mark.parametrize(
    ("body", "masked"),
    [
        (b"<sessionId>s3cret</sessionId> <b/>", b"<sessionId>******</sessionId> <b/>"),
        (
            b"<a><sessionId xsi:type='xsd:string'> s3cret\n</sessionId></a>",
            b"<a><sessionId xsi:type='xsd:string'>******</sessionId></a>",
        ),
        (b"<a><n:apiKey >s3cret</n:apiKey ></a>", b"<a><n:apiKey >******</n:apiKey ></a>"),
        (b"<a><token><![CDATA[s3cret]]></token></a>", b"<a><token>******</token></a>"),
        (b"<a><Password>&#115;3cret</Password></a>", b"<a><Password>******</Password></a>"),
        (b"<password>x<b>s3cret</b></password>", b"<password>******</password>"),
        (b"<a t='>' token='s3cret' b=\"1\"/>", b"<a t='>' token='******' b=\"1\"/>"),
        (b'<a api-key = "s3cret">x</a>', b'<a api-key = "******">x</a>'),
        (
            b'<sessionId href="#i1"/><m id="i1" t="x">s3cret</m><m id="i2">7</m>',
            b'<sessionId href="#i1"/><m id="i1" t="x">******</m><m id="i2">7</m>',
        ),
        (
            b"<sessionId>s3cret</sessionId><sessionId>s3cret</sessionId>",
            b"<sessionId>******</sessionId><sessionId>******</sessionId>",
        ),
        (b"<sessionId>s3cret", b"<sessionId>******"),
        (
            b"<token>s3cret</tokens>s3cret</token><sku>s</sku>",
            b"<token>******</token><sku>s</sku>",
        ),
        (b'{"password" : "s3c\\"ret", "a": 1}', b'{"password" : "******", "a": 1}'),
        (b'{"a": [{"session_id":123456}]}', b'{"a": [{"session_id":"******"}]}'),
        (b'{"token": ["s3cret]", 1], "a": []}', b'{"token": "******", "a": []}'),
        (b'{"token": {"text": "s3cret"}}', b'{"token": "******"}'),
    ],
)
def test_a_secret_is_masked_where_it_stands(body: bytes, masked: bytes) -> None:
    assert masked_body(body) == masked
    assert masked_body(masked) == masked


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_secret_is_masked_in_encodings_without_ascii_letters(encoding: str) -> None:
    body = '<?xml version="1.0" encoding="utf-16"?><a><token>s3cret</token><b>é</b></a>'

    masked = etree.fromstring(masked_body(body.encode(encoding)))

    assert etree.tostring(masked, encoding="unicode") == "<a><token>******</token><b>é</b></a>"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\xff\xfe",
        b"plain token text",
        b"<sessionId/><sessionId></sessionId><sessionId> \n</sessionId>",
        b"<tokens>7</tokens><sessionIdentity>x</sessionIdentity><rapid>1</rapid>",
        b"<item><sku>TOKEN-1</sku><qty>1</qty></item>",
        b'<a type="token">x</a>',
        b'{"sku": "password", "qty": "1", "token": null, "secret": "", "passwd": []}',
        b"</token>",
    ],
)
def test_what_holds_no_secret_is_kept_byte_for_byte(body: bytes) -> None:
    assert masked_body(body) == body


@pytest.mark.parametrize(
    "hostile",
    [
        b"token" * 60_000,
        b"<token" * 50_000,
        b'<token"' * 50_000,
        b"<token>" * 50_000,
        b"<token></tokenx>" * 40_000,
        b'"token":' * 50_000,
        b"token='" * 50_000 + b" token=",
        b"<token href='#a'/>" * 40_000,
        b"<a " + b"b" * 2_000_000 + b"<token href='#a'/>",
    ],
)
def test_no_message_takes_long(hostile: bytes) -> None:
    started = time.monotonic()

    masked_body(b"<a>" + hostile)

    assert time.monotonic() - started < 5
