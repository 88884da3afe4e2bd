"""What counts as a success, and what a failure says."""

import json
from pathlib import Path

import pytest

from orderflow_bridge.client import Call, RejectedError, Reply, StatusError
from orderflow_bridge.client.answers import LONGEST, check_answer

SAMPLE = json.loads((Path(__file__).parent / "golden" / "http_responses_sample.json").read_text())
# The original takes a nested "nothing done" for a success; we do not.
FOOLED = {"no_operation_nested"}


def reply(body: str | bytes, *, status: int = 200, content_type: str = "application/xml") -> Reply:
    raw = body if isinstance(body, bytes) else body.encode()
    return Reply(Call("POST", "http://of/"), status, content_type, raw, 0.01)


@pytest.mark.parametrize("sample", SAMPLE["responses"], ids=lambda sample: sample["name"])
def test_the_golden_answers_are_told_apart(sample: dict[str, str]):
    answer = reply(sample["body"], status=int(sample["status"]))

    if sample["outcome"] == "success" and sample["name"] not in FOOLED:
        assert check_answer(answer) is answer
    else:
        with pytest.raises(RejectedError):
            check_answer(answer)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", "empty body"),
        ("  \n", "empty body"),
        ("OK", "not XML"),
        ('{"ok": true}', "not XML"),
        ("<result>cut off", "not XML"),
        ("<exception>No such SKU</exception>", "No such SKU"),
        ("<r><a><Exception><m>Deep</m> <n>down</n></Exception></a></r>", "Deep down"),
        ("<r>Result 'no_operation' for product A</r>", "no_operation"),
        ("<r><x>No cancel operation performed</x></r>", "No cancel operation performed"),
        ("<html><head><title>Login</title></head><body>Please log in</body></html>", "Login"),
        ("<!DOCTYPE html><HTML><title>Sorry<br></title><p>Down &amp; out", "Down & out"),
    ],
)
def test_an_answer_that_did_nothing_is_a_failure_that_says_why(body: str, text: str):
    with pytest.raises(RejectedError, match=text):
        check_answer(reply(body))


def test_a_page_is_reported_without_its_markup():
    page = "<html><head><style>p {}</style><title>Oops</title></head><body><p>x</p>" + "y" * 9000

    with pytest.raises(StatusError) as caught:
        check_answer(reply(page, status=500, content_type="text/html"))

    assert "<" not in str(caught.value)
    assert len(str(caught.value)) < LONGEST + 60


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (302, "Check the Endpoint setting"),
        (401, "Check the Username and Password settings"),
        (403, "role, organisation and channel"),
        (429, "429 Too Many Requests"),
        (503, "503 Service Unavailable"),
        (599, "599 Unknown Status"),
    ],
)
def test_a_bad_status_is_a_sentence(status: int, text: str):
    with pytest.raises(StatusError, match=text):
        check_answer(reply("<r/>", status=status))


def test_an_answer_with_a_byte_order_mark_is_a_success():
    assert check_answer(reply(b"\xef\xbb\xbf<result>ok</result>"))


@pytest.mark.parametrize("kind", ["text/html", "application/json", "text/plain; charset=utf-8"])
def test_an_answer_that_calls_itself_something_else_than_xml_is_a_failure(kind: str):
    with pytest.raises(RejectedError, match=f"calls itself {kind.split(';')[0]} instead of XML"):
        check_answer(reply("<result>ok</result>", content_type=kind))


@pytest.mark.parametrize("kind", ["", "text/xml;charset=UTF-8", "Application/XML", "image/svg+xml"])
def test_an_answer_that_calls_itself_xml_or_nothing_is_a_success(kind: str):
    assert check_answer(reply("<result>ok</result>", content_type=kind))


UMLAUTS = "<r><a>für Müller</a></r>"
LATIN_1 = '<?xml version="1.0" encoding="ISO-8859-1"?>'
UTF_8 = '<?xml version="1.0" encoding="UTF-8"?>'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (UMLAUTS.encode("latin-1"), "text/xml;charset=ISO-8859-1"),
        (UMLAUTS.encode("latin-1"), 'application/xml; charset="iso-8859-1"'),
        (UMLAUTS.encode("cp1252"), "text/xml; charset=windows-1252"),
        ((UTF_8 + UMLAUTS).encode("latin-1"), "text/xml;charset=ISO-8859-1"),
        ((LATIN_1 + UMLAUTS).encode(), "text/xml;charset=UTF-8"),
        ((LATIN_1 + UMLAUTS).encode("latin-1"), "text/xml"),
        ((LATIN_1 + UMLAUTS).encode("latin-1"), "text/xml;charset=none-such"),
        ((LATIN_1 + UMLAUTS).encode("latin-1"), "text/xml;charset=UTF-8"),
        ((LATIN_1 + UMLAUTS).encode("latin-1"), "text/xml;charset=base64"),
        ((LATIN_1 + UMLAUTS).encode("utf-8-sig"), "text/xml;charset=ISO-8859-1"),
        (UMLAUTS.encode("utf-16"), "text/xml;charset=ISO-8859-1"),
        (UMLAUTS.encode("utf-16"), "text/xml"),
        (UMLAUTS.encode("utf-16-le"), "text/xml;charset=utf-16le"),
        (UMLAUTS.encode(), "application/xml"),
    ],
)
def test_mark_then_header_then_declaration_tell_the_charset(body: bytes, content_type: str):
    answer = check_answer(reply(body, content_type=content_type))

    assert answer.root.findtext("a") == "für Müller"
    again = reply(answer.kept, content_type="")
    assert again.root.findtext("a") == "für Müller"


def test_a_page_in_another_charset_is_quoted_as_it_reads():
    page = "<html><title>Müde</title>".encode("latin-1")

    with pytest.raises(RejectedError, match="Müde"):
        check_answer(reply(page, content_type="text/html;charset=ISO-8859-1"))


def test_a_blank_before_the_declaration_is_refused_whatever_the_header_says():
    with pytest.raises(RejectedError, match="not XML"):
        check_answer(reply(f" {UTF_8}<r/>", content_type="text/xml;charset=ISO-8859-1"))
