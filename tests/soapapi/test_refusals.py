"""Calls that are refused, each in words: what is asked for, and with which arguments."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from orderflow_bridge.request_queue.models import Request
from tests.soapapi.posting import (
    ADDRESS,
    INVENTORY,
    LEGACY,
    NS11,
    NS12,
    NUMBER,
    QUANTITY,
    SEQUENCE,
    TOKEN_SERVICE,
    call,
    despatch,
    envelope,
    fault,
    legacy_call,
    post,
    refused,
    stock,
)

DOCTYPE = "Invalid XML: Detected use of illegal DOCTYPE"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<a/>", "Invalid XML: the message is not a SOAP envelope"),
        (
            b'<Envelope xmlns="urn:x"><Body><a/></Body></Envelope>',
            "The envelope's namespace is that of neither SOAP 1.1 nor SOAP 1.2.",
        ),
        (envelope(""), "Invalid XML: the SOAP body is empty"),
        (envelope("text"), "Invalid XML: the SOAP body is empty"),
        (envelope("<!-- no call -->"), "Invalid XML: the SOAP body is empty"),
        (f'<e:Envelope xmlns:e="{NS11}"/>'.encode(), "Invalid XML: the SOAP body is empty"),
        (
            envelope("<e:Fault><faultcode>x</faultcode></e:Fault>"),
            "Invalid XML: the SOAP body holds no call",
        ),
        (envelope("<unheardOf/>"), "Procedure 'unheardOf' not present"),
        (envelope("<holder/>"), "Procedure 'holder' not present"),
        (envelope('<a href="#b" id="b"/>'), "Procedure 'a' not present"),
    ],
)
def test_envelopes_that_ask_for_nothing_are_refused(
    client: Client, db: None, body: bytes, reason: str
) -> None:
    assert refused(post(client, body)) == reason


def test_an_operation_of_another_service_is_not_present(client: Client, token: str) -> None:
    address = f"{ADDRESS}?services=integrationAdminTokenServiceV1"

    for version, code in ((NS11, "SOAP-ENV:Server"), (NS12, "env:Sender")):
        response = post(client, stock(token=token, version=version), address)
        assert fault(response)[0] == code
        assert "not present" in refused(response)


@pytest.mark.parametrize("address", [ADDRESS, LEGACY])
def test_an_unknown_operation_is_a_subcode_in_soap_12(
    client: Client, db: None, address: str
) -> None:
    response = post(client, envelope("<unheardOf/>", version=NS12), address)

    assert fault(response)[0] == "env:Sender"
    subcode = etree.fromstring(response.content).find(f".//{{{NS12}}}Subcode/{{{NS12}}}Value")
    prefix, _, name = subcode.text.partition(":")
    assert (subcode.nsmap[prefix], name) == (
        "http://www.w3.org/2003/05/soap-rpc",
        "ProcedureNotPresent",
    )


@pytest.mark.parametrize("services", ["x", "aV1,", "aV1;bV1", "../V1", ""])
def test_services_of_the_wrong_form_are_refused(client: Client, token: str, services: str) -> None:
    response = post(client, stock(token=token), f"{ADDRESS}?services={services}")

    assert refused(response) == (
        "Incorrect format of request URI or Requested services are missing."
    )


@pytest.mark.parametrize("address", [ADDRESS, LEGACY])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
def test_only_post_carries_messages(
    client: Client, token: str, method: str, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    for body in (b"", stock(token=token)):
        response: Any = client.generic(method, address, body, content_type="text/xml")
        assert response["Allow"] == "POST"
        assert refused(response, status=405) == "Invalid XML: a message has to be sent by POST"
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_head_is_no_way_to_send_a_message(client: Client, db: None) -> None:
    response = client.head(ADDRESS)

    assert (response.status_code, response["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (QUANTITY + SEQUENCE, '"messageSeqId" is required. Enter and try again.'),
        (
            QUANTITY + SEQUENCE + "<messageSeqId/>",
            '"messageSeqId" is required. Enter and try again.',
        ),
        (
            QUANTITY + SEQUENCE + '<messageSeqId xsi:nil="true">7</messageSeqId>',
            '"messageSeqId" is required. Enter and try again.',
        ),
        (SEQUENCE + NUMBER, '"productQtys" is required. Enter and try again.'),
        (QUANTITY + NUMBER, '"productSeqs" is required. Enter and try again.'),
        (NUMBER, "One or more input exceptions have occurred."),
        ("", "One or more input exceptions have occurred."),
        (QUANTITY + QUANTITY + SEQUENCE + NUMBER, '"productQtys" is given twice.'),
        *(
            (
                f"{QUANTITY}{SEQUENCE}<messageSeqId>{text}</messageSeqId>",
                '"messageSeqId" must be a whole number.',
            )
            for text in ("NaN", "abc", "1e3", "1_000", "-1", "1.5", "٣", "9" * 20, "Success")
        ),
    ],
)
def test_a_stock_message_needs_its_arguments(
    client: Client, token: str, arguments: str, reason: str
) -> None:
    assert refused(post(client, stock(arguments, token=token))) == reason


@pytest.mark.parametrize("version", [NS11, NS12])
def test_each_of_several_missing_arguments_is_named_in_the_detail(
    client: Client, token: str, version: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="soapapi"):
        response = post(client, stock(QUANTITY, token=token, version=version))

    assert refused(response) == "One or more input exceptions have occurred."
    answer: Any = etree.fromstring(response.content)
    (generic,) = answer.xpath("//*[local-name()='GenericFault']")
    namespace = etree.QName(generic).namespace
    errors = generic.findall("{*}WrappedErrors/{*}WrappedError")
    assert [error.findtext("{*}message") for error in errors] == [
        '"productSeqs" is required. Enter and try again.',
        '"messageSeqId" is required. Enter and try again.',
    ]
    parameters = [error.find("{*}parameters/{*}parameter") for error in errors]
    assert [
        (entry.findtext(f"{{{namespace}}}key"), entry.findtext(f"{{{namespace}}}value"))
        for entry in parameters
    ] == [("fieldName", "productSeqs"), ("fieldName", "messageSeqId")]
    assert '"productSeqs" is required.' in caplog.text


def test_a_login_without_name_and_password_names_both(client: Client, db: None) -> None:
    response = post(client, call(TOKEN_SERVICE, "CreateAdminAccessToken"))

    assert refused(response) == "One or more input exceptions have occurred."
    assert etree.fromstring(response.content).xpath("//*[local-name()='value']/text()") == [
        "username",
        "password",
    ]


def test_a_despatch_needs_an_order(client: Client, token: str) -> None:
    assert refused(post(client, despatch("<messageSeqId>1</messageSeqId>", token=token))) == (
        '"orderIncrementId" is required. Enter and try again.'
    )


def test_a_despatch_id_has_at_most_150_characters(client: Client, token: str) -> None:
    order = "<orderIncrementId>5</orderIncrementId>"

    reason = refused(
        post(client, despatch(f"{order}<messageSeqId>{'x' * 151}</messageSeqId>", token=token))
    )

    assert reason == '"messageSeqId" must have at most 150 characters.'


@pytest.mark.parametrize(
    ("body", "code", "reason"),
    [
        (b"", "0", "Invalid XML"),
        (b"<!DOCTYPE a><a/>", "0", DOCTYPE),
        (legacy_call("catalogProductList", ""), "3", "Invalid api path."),
        (
            legacy_call("login", "<username>x</username>"),
            "6",
            '"apiKey" is required. Enter and try again.',
        ),
    ],
)
def test_magento_1_refusals_have_numeric_codes(
    client: Client, db: None, body: bytes, code: str, reason: str
) -> None:
    response = post(client, body, LEGACY)

    assert fault(response) == (code, reason)
    assert refused(response) == reason


def test_an_operation_that_calls_itself_a_success_is_not_quoted(client: Client, db: None) -> None:
    assert refused(post(client, envelope("<SuccessMessage/>"))) == "Bad Request"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.replace(b"</e:Body>", b"<n2:a></n2:b></e:Body>"),
        lambda body: body.replace(b"<e:Body>", b"<e:Body>" + b"<q:z/>" * 200 + b"<c></d>"),
        lambda body: body.replace(b"24-MB01", b"a & b"),
        lambda body: body.replace(b"<e:Body>", b"<e:Body><!DOCTYPE x>"),
    ],
)
def test_a_misprint_excuses_no_other_fault(
    client: Client, token: str, spoil: Callable[[bytes], bytes]
) -> None:
    misprinted = stock(token=token).replace(f"<n:{INVENTORY}".encode(), f"<m:{INVENTORY}".encode())
    misprinted = misprinted.replace(f"</n:{INVENTORY}".encode(), f"</m:{INVENTORY}".encode())
    assert post(client, misprinted).status_code == 200
    Request.objects.all().delete()

    assert refused(post(client, spoil(misprinted))) == "Invalid XML"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"no XML", "invalid-xml"),
        (envelope("<unheardOf/>"), "no-such-operation"),
    ],
)
def test_a_refusal_carries_the_code_that_its_page_of_errors_has(
    client: Client, db: None, body: bytes, code: str
) -> None:
    assert post(client, body).headers["X-Error-Code"] == code
