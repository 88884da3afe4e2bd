"""Did OrderFlow do what it was asked (docs/contract/orderflow-http.md), and what became of the
entities of a document, line by line?
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from http import HTTPStatus

from lxml import etree

from orderflow_bridge.client.calls import OrderFlowError, RejectedError, Reply, StatusError
from orderflow_bridge.client.said import phrased
from orderflow_bridge.client.stock import StockReader

LONGEST = 300
LONGEST_READ = 20_000
_TAGS = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_NOTHING_DONE = re.compile(
    r"Result 'no_operation' for (order|product)|No cancel operation performed"
)
_REDIRECTS = range(300, 400)


def check_answer(reply: Reply) -> Reply:
    """Return the reply if it is a success.

    Raises StatusError for a status of 300 or more, and RejectedError for an empty body, a page of
    HTML, anything that is not XML or calls itself something else, an `exception` element at any
    depth, and "nothing done". An answer that names no content type is taken for what it is.
    """
    if reply.status >= 300:
        raise StatusError(_status_text(reply), call=reply.call, reply=reply)
    root = _root_of(reply)
    _check_kind(reply, _name(root))
    for element in root.iter():
        if isinstance(element.tag, str) and _name(element) == "exception":
            raise _exception(_all_text(element), reply)
    text = _tidy(_all_text(root))
    if _NOTHING_DONE.search(text):
        raise _rejected(text, reply)
    return reply


def check_stream(reply: Reply, reader: StockReader) -> Reply:
    """Return the reply, which holds the beginning of an answer that was read as it arrived, if the
    whole is a success. Raises as `check_answer` does.
    """
    if reply.status >= 300 or not reader.root:
        check_answer(reply)
    _check_kind(reply, reader.root)
    if reader.exception is not None:
        raise _exception(reader.exception, reply)
    if reader.fault:
        raise _rejected(
            f"OrderFlow's answer is broken after {reader.records:,} records: {reader.fault}", reply
        )
    return reply


class ReportResult(StrEnum):
    """What OrderFlow did with one entity of a document."""

    SUCCESS = "Success"
    FAILURE = "Failure"
    DUPLICATE = "Duplicate"


@dataclass(frozen=True)
class ReportLine:
    """The fate of one entity. `queried_at` is OrderFlow's own text, `YYYY-MM-DD HH:MM:SS`."""

    result: ReportResult
    reference: str
    type: str
    operation: str
    entity: str
    item: str
    queried_at: str
    message: str
    detail: str


@dataclass(frozen=True)
class ImportReport:
    """The whole answer. An empty report counts as a success, as OrderFlow means it."""

    lines: tuple[ReportLine, ...]

    @property
    def successes(self) -> int:
        return self._count(ReportResult.SUCCESS)

    @property
    def failures(self) -> int:
        return self._count(ReportResult.FAILURE)

    @property
    def duplicates(self) -> int:
        return self._count(ReportResult.DUPLICATE)

    @property
    def unique_successes(self) -> int:
        """Successful entities, each reference counted once."""
        return len({line.reference for line in self.lines if line.result is ReportResult.SUCCESS})

    @property
    def is_success(self) -> bool:
        return not self.failures and not self.duplicates

    def _count(self, result: ReportResult) -> int:
        return sum(line.result is result for line in self.lines)


_LISTS = (
    ("importSuccesses", ReportResult.SUCCESS),
    ("importFailures", ReportResult.FAILURE),
    ("importDuplicates", ReportResult.DUPLICATE),
)


def parse_report(root: etree._Element) -> ImportReport:
    """Read the three lists below the root; a missing list is empty, children may have any name."""
    return ImportReport(
        tuple(_line(element, result) for name, result in _LISTS for element in _entries(root, name))
    )


def _check_kind(reply: Reply, root: str) -> None:
    """Raise RejectedError for a web page, and for what calls itself something else than XML."""
    if root == "html":
        raise _web_page(reply)
    if not _calls_itself_xml(reply):
        kind = _shorten(_kind(reply), 80)
        raise _rejected(
            phrased(
                "OrderFlow's answer calls itself %(kind)s instead of XML. Check the Endpoint"
                " setting.",
                kind=kind,
            ),
            reply,
        )


def _exception(text: str, reply: Reply) -> OrderFlowError:
    words = _tidy(text) or phrased("no reason given")
    return _rejected(phrased("OrderFlow reported an exception: %(words)s", words=words), reply)


def _root_of(reply: Reply) -> etree._Element:
    """Parse the body, or raise RejectedError with what the body is instead."""
    if not reply.body.strip():
        raise _rejected(phrased("OrderFlow answered with an empty body."), reply)
    try:
        return reply.root
    except etree.XMLSyntaxError:
        pass
    if _looks_like_html(reply):
        raise _web_page(reply)
    kind = _kind(reply) or phrased("no content type")
    start = _shorten(_tidy(reply.text[:LONGEST_READ]), 80)
    text = phrased("OrderFlow's answer is not XML (%(kind)s): %(start)s", kind=kind, start=start)
    raise _rejected(text, reply)


def _status_text(reply: Reply) -> str:
    """Say what a bad status means in one sentence."""
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "Unknown Status"
    status = f"{reply.status} {phrase}"
    if reply.status in _REDIRECTS:
        where = reply.location or ""
        to = phrased("%(status)s to %(place)s", status=status, place=where) if where else status
        return phrased("OrderFlow answered %(status)s. Check the Endpoint setting.", status=to)
    if reply.status == HTTPStatus.UNAUTHORIZED:
        return phrased(
            "OrderFlow refused the login (401). Check the Username and Password settings."
        )
    if reply.status == HTTPStatus.FORBIDDEN:
        return phrased(
            "OrderFlow's user may not do this (403). Check its role, organisation and channel."
        )
    detail = _error_detail(reply)
    if not detail:
        return phrased("OrderFlow answered %(status)s.", status=status)
    return phrased("OrderFlow answered %(status)s: %(words)s", status=status, words=detail)


def _error_detail(reply: Reply) -> str:
    if not reply.body.strip():
        return ""
    if _looks_like_html(reply):
        return _page_text(reply.text)
    return _shorten(_tidy(_TAGS.sub(" ", reply.text[:LONGEST_READ])))


def _looks_like_html(reply: Reply) -> bool:
    head = reply.body[:1024].lower()
    return "html" in reply.content_type.lower() or b"<html" in head or b"<!doctype html" in head


def _calls_itself_xml(reply: Reply) -> bool:
    kind = _kind(reply)
    return kind in ("", "application/xml", "text/xml") or kind.endswith("+xml")


def _kind(reply: Reply) -> str:
    return reply.content_type.split(";")[0].strip().lower()


def _page_text(text: str) -> str:
    """Return the title and the first words of a page, without its markup."""
    page = text[:LONGEST_READ]
    title = _TITLE.search(page)
    words = _tidy(unescape(_TAGS.sub(" ", _TITLE.sub(" ", page))))
    parts = [_tidy(unescape(title.group(1))) if title else "", words]
    return _shorten(": ".join(part for part in parts if part)) or "no text"


def _web_page(reply: Reply) -> OrderFlowError:
    words = _page_text(reply.text)
    return _rejected(phrased("OrderFlow answered with a web page: %(words)s", words=words), reply)


def _rejected(message: str, reply: Reply) -> OrderFlowError:
    return RejectedError(_shorten(message), call=reply.call, reply=reply)


def _all_text(element: etree._Element) -> str:
    return " ".join(str(text) for text in element.itertext())


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname.lower()


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _shorten(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _entries(root: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in root:
        if etree.QName(child).localname == name:
            yield from child


def _line(element: etree._Element, result: ReportResult) -> ReportLine:
    reference = element.get("externalReference", "")
    said = f"Successfully Exported {reference}"
    return ReportLine(
        result=result,
        reference=reference,
        type=element.get("type", ""),
        operation=element.get("operation", ""),
        entity=element.get("entity", ""),
        item=element.get("item", ""),
        queried_at=element.get("queryTime", ""),
        message=_text(element, "duplicateMessage") or _text(element, "failureMessage") or said,
        detail=_text(element, "duplicateDetail") or _text(element, "failureDetail") or said,
    )


def _text(element: etree._Element, name: str) -> str:
    for child in element:
        if etree.QName(child).localname == name:
            return "".join(str(text) for text in child.itertext()).strip()
    return ""
