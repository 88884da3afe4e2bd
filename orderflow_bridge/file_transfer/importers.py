"""What a kind of file is to the machinery that imports it: columns, records, judgement, effect."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orderflow_bridge.file_transfer.models import Change
from orderflow_bridge.file_transfer.reading import FileRefused, Row
from orderflow_bridge.stores.models import Website


class Record(NamedTuple):
    """What is judged and written as one: a row, or all rows of an order.

    `key` is what it is called, `identity` what it is known by in the file, if that is another text:
    of several records with one identity only the first is taken.
    """

    key: str
    rows: Sequence[Row]
    identity: str = ""

    @property
    def number(self) -> int:
        """The number of its first row."""
        return self.rows[0].number

    @property
    def problem(self) -> str:
        """Why it cannot be taken as it is; the first problem of its rows."""
        return next((row.problem for row in self.rows if row.problem), "")


class Outcome(NamedTuple):
    """What became of a record, or would: the change, and what it was or why it failed.

    `warning` is what of it could not be taken, although the record was.
    """

    change: Change
    text: str = ""
    warning: str = ""


def failed(text: str) -> Outcome:
    """The record cannot be taken."""
    return Outcome(Change.FAILED, text)


@dataclass(frozen=True)
class Setting:
    """What is the same for a whole file: its columns, and where rows belong that name no website.

    `is_dry_run` is whether only the judgement is wanted, `is_enclosed` whether each value of
    additional_attributes is in quotes. `named` are the identities of the records read so far.
    """

    columns: Sequence[str]
    website: Website | None = None
    is_dry_run: bool = True
    is_enclosed: bool = False
    named: Collection[str] = ()


@dataclass(frozen=True)
class Importer:
    """How one kind of file is imported.

    `take(records, setting)` gets up to `batch` readable records in a transaction and returns an
    outcome for each. It judges them one by one and raises nothing for a bad one; in a dry run it
    writes nothing. `required` columns must be there; columns that are not in `known` are named to
    the operator and ignored; `passed_over` are those of them that Magento's own files have.
    """

    required: Sequence[str]
    known: Callable[[str], bool]
    records: Callable[[Iterable[Row]], Iterator[Record]]
    take: Callable[[Sequence[Record], Setting], list[Outcome]]
    batch: int = 1_000
    passed_over: Callable[[str], bool] = lambda name: False

    def check(self, columns: Sequence[str]) -> list[str]:
        """Return notes about these columns, for people. Raises FileRefused for missing ones."""
        missing = [name for name in self.required if name not in columns]
        if missing:
            named = ", ".join(f"“{name}”" for name in missing)
            raise FileRefused(f"The file has no column {named}. Its first row must name columns.")
        unused = [name for name in columns if not self.known(name)]
        magentos = [name for name in unused if self.passed_over(name)]
        unknown = [name for name in unused if name not in magentos]
        notes = []
        if unknown:
            notes.append(f"Columns that are not known and were ignored: {', '.join(unknown)}.")
        if magentos:
            notes.append(
                "Columns of Magento's that have no meaning here and were ignored:"
                f" {', '.join(magentos)}."
            )
        return notes


def row_records(
    key_of: Callable[[dict[str, str]], str], identity_of: Callable[[str], str]
) -> Callable[..., Iterator[Record]]:
    """Return a function that makes each row a record of its own, called what `key_of` says."""

    def records(rows: Iterable[Row]) -> Iterator[Record]:
        for row in rows:
            key = key_of(row.values)
            yield Record(key, (row,), identity_of(key))

    return records
