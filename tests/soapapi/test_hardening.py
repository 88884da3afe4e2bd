"""Messages that are refused: each in words, as a fault of the caller's version, nothing stored.

What hurts a parser, and what a list could lose: a test for each ("What is refused",
docs/contract/soap.md).
"""

import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from orderflow_bridge.configuration.sections import WebServices
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.request_queue.models import Request
from tests.soapapi.posting import (
    NS11,
    NS12,
    NUMBER,
    QUANTITY,
    SEQUENCE,
    fault,
    post,
    refused,
    stock,
)

DOCTYPE = "Invalid XML: Detected use of illegal DOCTYPE"

LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {"b" * (n + 1)} "{("&" + (chr(98) * n or "a") + ";") * 10}">' for n in range(9)
)


def _with_doctype(doctype: str, text: str, token: str) -> bytes:
    return doctype.encode() + stock(token=token).replace(b"24-MB01", text.encode(), 1)


@pytest.mark.parametrize(
    ("doctype", "text"),
    [
        (LAUGHS + "]>", "&bbbbbbbbb;"),
        ('<!DOCTYPE x [<!ENTITY q "' + "x" * 50_000 + '">]>', "&q;" * 20_000),
        ('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>', "&f;"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd">', "x"),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>', "x"),
        ("<!DOCTYPE x>", "x"),
        ("<!-- <a --><!DOCTYPE x>", "x"),
        ('<?xml version="1.0"?>\n<!DOCTYPE x [<!ATTLIST x y CDATA "z">]>', "x"),
    ],
)
def test_document_types_and_entities_are_refused(
    client: Client, token: str, doctype: str, text: str
) -> None:
    started = time.monotonic()

    assert refused(post(client, _with_doctype(doctype, text, token))) == DOCTYPE
    assert time.monotonic() - started < 2


def test_a_doctype_in_another_encoding_is_found(client: Client, token: str) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>' + stock(token=token).decode()

    assert refused(post(client, text.encode("utf-16"))) == DOCTYPE


def test_no_connection_is_made_for_an_external_dtd(client: Client, token: str) -> None:
    calls: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x.dtd"

        def listen() -> None:
            try:
                calls.append(listener.accept()[1])
            except TimeoutError:
                return

        thread = threading.Thread(target=listen)
        thread.start()
        post(client, _with_doctype(f'<!DOCTYPE x SYSTEM "{url}">', "x", token))
        thread.join()

    assert calls == []


def test_a_file_named_by_xinclude_is_not_read(client: Client, token: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("classified")
    include = (
        f'<item><sku><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{secret}"'
        ' parse="text"/></sku><qty>1</qty></item>'
    )

    response = post(
        client, stock(f"<productQtys>{include}</productQtys><productSeqs/>{NUMBER}", token=token)
    )

    assert refused(response) == (
        '"include" refers to another element. Write its value in its place.'
    )


def test_an_unknown_entity_is_refused(client: Client, token: str) -> None:
    assert refused(post(client, stock(token=token).replace(b"24-MB01", b"&who;"))) == "Invalid XML"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   \n",
        b"\xef\xbb\xbf",
        b"no XML at all",
        b"{}",
        b"<a>",
        b"<a/><b/>",
        b"--x\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n--x--",
        b'<?xml version="1.0" encoding="bogus"?><a/>',
        b"<a>\xff\xfe</a>",
        b"<a>\x00</a>",
        b"\x00\x01\x02\x03",
        b"<a b=c/>",
        b'<x:a y:b="1"><c></x:a>',
    ],
)
def test_what_is_not_xml_is_refused(client: Client, db: None, body: bytes) -> None:
    assert refused(post(client, body)) == "Invalid XML"


@pytest.mark.parametrize("cut", [1, 40, 200, 500])
@pytest.mark.parametrize("version", [NS11, NS12])
def test_a_truncated_message_is_refused_in_its_version(
    client: Client, token: str, version: str, cut: int
) -> None:
    response = post(client, stock(token=token, version=version)[:-cut])

    assert refused(response) == "Invalid XML"
    assert fault(response)[0] == ("SOAP-ENV:Client" if version == NS11 else "env:Sender")


def test_bytes_that_are_not_utf8_are_refused(client: Client, token: str) -> None:
    body = stock(token=token).replace(b"24-MB01", b"\xe9")

    assert refused(post(client, body)) == "Invalid XML"


def test_a_message_above_the_size_limit_is_refused(client: Client, token: str) -> None:
    write_settings(WebServices, {"max_body_bytes": 2000})
    body = stock(token=token)
    assert len(body) < 2000

    assert refused(post(client, body + b" " * 2000), status=413) == (
        "The message is refused: its size in bytes is above 2,000."
    )


@pytest.mark.parametrize("declared", ["29000000", "99999999999999999999"])
def test_a_declared_size_above_the_limit_is_refused_unread(
    client: Client, token: str, declared: str
) -> None:
    response = post(client, stock(token=token), CONTENT_LENGTH=declared)

    assert refused(response, status=413) == (
        "The message is refused: its size in bytes is above 8,388,608."
    )


def test_29_megabytes_of_junk_are_refused_at_once(client: Client, token: str) -> None:
    body = stock("<a/>" * 7_250_000, token=token)
    started = time.monotonic()

    reason = refused(post(client, body), status=413)

    assert reason.startswith("The message is refused: its size")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "junk",
    ["<a/>" * 2_000_000, "<a " + 'b="" ' * 300_000 + "/>", '<a b="">c</a>' * 120_000],
)
def test_junk_within_the_size_limit_is_refused_unparsed(
    client: Client, token: str, junk: str
) -> None:
    body = stock(junk, token=token)
    started = time.monotonic()

    assert "more elements" in refused(post(client, body))
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("depth", [65, 257, 20_000])
def test_deep_nesting_is_refused(client: Client, token: str, depth: int) -> None:
    deep = "<a>" * depth + "</a>" * depth

    reason = refused(post(client, stock(deep + QUANTITY + SEQUENCE + NUMBER, token=token)))

    assert reason in (
        "The message is refused: its elements are nested deeper than 64.",
        "Invalid XML",
    )


def test_the_depth_limit_counts_exactly(client: Client, token: str) -> None:
    write_settings(WebServices, {"max_depth": 10})
    within, beyond = ("<a>" * n + "</a>" * n for n in (7, 8))

    reason = refused(post(client, stock(beyond + QUANTITY + SEQUENCE + NUMBER, token=token)))
    accepted = post(client, stock(within + QUANTITY + SEQUENCE + NUMBER, token=token))

    assert reason == "The message is refused: its elements are nested deeper than 10."
    assert accepted.status_code == 200


@pytest.mark.parametrize("field", ["productQtys", "productSeqs"])
def test_more_items_than_allowed_are_refused(client: Client, token: str, field: str) -> None:
    write_settings(WebServices, {"max_items": 3})
    lists = {"productQtys": QUANTITY, "productSeqs": SEQUENCE}
    lists[field] = f"<{field}>" + "<item><sku>A</sku></item>" * 4 + f"</{field}>"

    reason = refused(post(client, stock("".join(lists.values()) + NUMBER, token=token)))

    assert reason == "The message is refused: its items are more than 3."


def test_ten_thousand_items_are_accepted(client: Client, token: str) -> None:
    quantities = "".join(
        f'<item t="1"><sku t="1">S-{n}</sku><qty t="1">1</qty><source t="1">eu</source></item>'
        for n in range(10_000)
    )
    sequences = "".join(
        f'<item t="1"><sku t="1">S-{n}</sku><seq t="1">{n}</seq></item>' for n in range(10_000)
    )
    body = stock(
        f"<productQtys>{quantities}</productQtys><productSeqs>{sequences}</productSeqs>{NUMBER}",
        token=token,
    )

    assert post(client, body).status_code == 200
    assert Request.objects.get().line_count == 10_000


def test_a_text_of_ten_megabytes_is_refused_by_size(client: Client, token: str) -> None:
    body = stock(f"<comment>{'x' * 10_000_001}</comment>", token=token)

    reason = refused(post(client, body), status=413)

    assert reason.startswith("The message is refused: its size")
