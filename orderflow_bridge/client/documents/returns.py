"""Return documents (docs/contract/documents.md, "OrderFlow's import documents")."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from orderflow_bridge.client.documents.fields import Value, document, lines_of

RETURN_KEYS = (
    "externalReference", "authorisation", "authorised", "type", "storeId", "returnDate", "note",
)  # fmt: skip
LINE_KEYS = ("quantity", "reason", "condition", "product", "returnItem")


@dataclass(frozen=True)
class ReturnDocument:
    """One return: its own reference, its authorisation, values by OrderFlow's key, its lines."""

    reference: str
    authorisation: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict)
    lines: Sequence[Mapping[str, Value]] = ()


def returns_document(returns: Iterable[ReturnDocument]) -> bytes:
    """Return the XML of a return import."""
    return document(
        ((entry.reference, "\n".join([*_lines(entry), ""])) for entry in returns),
        type="return",
        operation="insert",
    )


def _lines(entry: ReturnDocument) -> Iterator[str]:
    named = {"externalReference": entry.reference, "authorisation": entry.authorisation}
    yield from lines_of({**entry.fields, **named}, RETURN_KEYS, prefix="return.")
    for number, line in enumerate(entry.lines, start=1):
        fields = {**line, "returnItem": "return"}
        yield from lines_of(fields, LINE_KEYS, prefix=f"returnLine.{number}.")
