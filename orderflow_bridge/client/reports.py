"""Import reports: OrderFlow's answer to a document, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree


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
