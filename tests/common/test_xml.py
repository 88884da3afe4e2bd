"""Stored bodies are shown readable, whole, and without secrets, however hostile they are."""

import time

import pytest

from orderflow_bridge.common.xml import MASK, pretty_body, raw_body

SOAP = (
    b'<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    b"<u><sessionId>s3cret</sessionId><sku><![CDATA[a<b]]></sku></u></e:Body></e:Envelope>"
)


def test_xml_is_indented_and_keeps_its_cdata():
    text = pretty_body(SOAP)

    assert "\n    <u>\n" in text
    assert "<![CDATA[a<b]]>" in text


def test_json_is_indented_and_keeps_its_order_and_letters():
    assert (
        pretty_body('{"sku":"é","a":[1]}'.encode()) == '{\n  "sku": "é",\n  "a": [\n    1\n  ]\n}'
    )


@pytest.mark.parametrize("body", [b"", b"plain", b"<a><b></a>", b"{", b'"text"', b"\xff\xfe\x00"])
def test_what_is_neither_xml_nor_json_has_no_pretty_form(body):
    assert pretty_body(body) is None


@pytest.mark.parametrize(
    "body",
    [
        SOAP,
        b"<a><ns:apiKey xmlns:ns='x'>s3cret</ns:apiKey></a>",
        b"<a><password><![CDATA[s3cret]]></password></a>",
        b"<a><password>x<b>s3cret</b></password></a>",
        b"<a><PassWord type='t'>s3cret</PassWord></a>",
        b"<a><access_token>s3cret</access_token></a>",
        b'<a password="s3cret" b="1"/>',
        b"<a api-key='s3cret'/>",
        b'{"username": "o", "password": "s3cret"}',
        b'{"a": [{"sessionId": "s3cret"}], "token" : "s3cret"}',
        b'{"password": {"text": "s3cret"}}',
        "<?xml version='1.0' encoding='utf-16'?><a><token>s3cret</token></a>".encode("utf-16"),
    ],
)
def test_secrets_are_masked_in_the_pretty_form(body):
    text = pretty_body(body)

    assert "s3cret" not in text
    assert MASK in text


@pytest.mark.parametrize(
    "body",
    [
        SOAP,
        b"<a><ns:apiKey>s3cret</ns:apiKey>",
        b"<a><password><![CDATA[s3cret]]></password>",
        b"<a><password >s3cret",
        b"<a password='s3cret'",
        b'{"username": "o", "password": "s3c\\"ret s3cret"',
        b'{"api_key":"s3cret"}',
        "<?xml version='1.0' encoding='utf-16'?><a><token>s3cret</token></a>".encode("utf-16"),
        "<?xml version='1.0' encoding='utf-16le'?><a><token>s3cret</token></a>".encode("utf-16le"),
    ],
)
def test_secrets_are_masked_in_the_raw_form_even_when_the_body_is_broken(body):
    text = raw_body(body)

    assert "s3cret" not in text
    assert MASK in text


def test_an_element_whose_name_only_contains_a_secret_word_is_shown():
    body = b"<a><tokens>7</tokens><sessionIdentity>x</sessionIdentity></a>"

    assert raw_body(body) == body.decode()
    assert "<tokens>7</tokens>" in pretty_body(body)


def test_no_entity_is_followed():
    body = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'

    assert "root:" not in pretty_body(body)
    assert "root:" not in raw_body(body)


def test_entities_that_multiply_cost_nothing():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = f'<!DOCTYPE a [<!ENTITY e0 "ha">{levels}]><a>&e11;</a>'.encode()
    started = time.monotonic()

    text = pretty_body(body) or ""

    assert len(text) < 10_000
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("body", [b"<a>" * 100_000, b"[" * 100_000, b'{"a":' * 100_000])
def test_deep_bodies_are_shown_as_text(body):
    assert pretty_body(body) is None
    assert raw_body(body) == body.decode()


@pytest.mark.parametrize(
    "body",
    [b"<token " * 200_000, b"<token>" * 200_000, b'"token":' * 200_000, b" a:" * 200_000],
)
def test_masking_takes_time_in_proportion_to_the_length(body):
    started = time.monotonic()

    raw_body(body)

    assert time.monotonic() - started < 5


def test_unreadable_bytes_and_control_characters_become_replacement_characters():
    assert raw_body(b"a\xffb\x00c") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


def test_a_body_in_latin_1_is_read_as_latin_1():
    body = "<?xml version='1.0' encoding='iso-8859-1'?><a>café</a>".encode("latin-1")

    assert "café" in raw_body(body)
    assert "café" in pretty_body(body)
