"""What a batch of stock messages is judged by: its lines, the time, and the shop's settings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from imports.inventory.lines import NO_LINES, Line, meant_by, read_correction, read_line
from imports.models import Import
from orderflow_bridge.common.choices import Operation
from orderflow_bridge.configuration.sections import Adjustment, InventoryImport
from orderflow_bridge.outbox.webhooks.services import datetime_text
from orderflow_bridge.request_queue.services import Claim

REPORT_COLUMNS = (
    "id",
    "request_id",
    "message_id",
    "entity",
    "operation",
    "successes",
    "duplicates",
    "superseded",
    "failures",
)


# As the databases take an item that has no figure of OrderFlow's yet.
_NO_MARK = -1


class StockLevels:
    """How the lines of a batch compare with one another, per source and SKU's key, by sequence id.

    Lines enter in the order of work. Plain dictionaries of texts and numbers, because the garbage
    collector walks through anything else that a batch of many thousand lines keeps.
    """

    def __init__(self) -> None:
        self.overtaken: list[int] = []
        self._newest: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._holders: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def enter(self, ord: int, key: str, line: Line) -> int | None:
        """Return the highest sequence id entered before for the line's source and SKU's key.

        A line with a higher one overtakes the holder, whose `ord` is noted in `overtaken`. Failed
        lines count for nothing; a correction overtakes what has its own sequence id, or none.
        """
        _, source, sequence_id, _, _, reason, corrects = line
        newest = self._newest[source]
        highest = newest.get(key)
        if corrects and sequence_id is None:
            sequence_id = _NO_MARK
        if reason or sequence_id is None:
            return highest
        if highest is not None:
            if sequence_id < highest or (sequence_id == highest and not corrects):
                return highest
            self.overtaken.append(self._holders[source][key])
        newest[key] = sequence_id
        self._holders[source][key] = ord
        return highest


@dataclass(frozen=True)
class Batch:
    """The messages of one transaction, in the order of work.

    `listeners` are the websites whose own systems are told of changed stock, `aliases` the
    products' SKUs by the keys of what OrderFlow calls them.
    """

    claims: Sequence[Claim]
    settings: InventoryImport
    now: datetime
    listeners: frozenset[int] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def request_ids(self) -> list[int]:
        return [claim.id for claim in self.claims]

    def lines(self) -> Iterator[tuple[int, Line]]:
        """Read every line in the order of work, each with the id of its request.

        A message without lines has one that has failed, so that its report is no success.
        """
        aliases = self.aliases
        for claim in self.claims:
            if not claim.lines:
                yield claim.id, Line("", "", None, None, None, NO_LINES)
            read = read_correction if claim.operation == Operation.RECONCILE else read_line
            for stored in claim.lines:
                line = read(stored)
                yield claim.id, meant_by(line, aliases) if aliases else line

    @property
    def at(self) -> str:
        """The time as webhooks tell it."""
        return datetime_text(self.now)

    @property
    def is_multi_source(self) -> bool:
        """Whether reservations are added back, in place of the classic adjustments."""
        return self.settings.multi_source_enabled

    @property
    def subtracts_unsent(self) -> bool:
        return not self.is_multi_source and self.settings.adjust_inventory != Adjustment.NO

    @property
    def subtracts_quotes(self) -> bool:
        return self.subtracts_unsent and (
            self.settings.adjust_inventory == Adjustment.UNSENT_ORDERS_AND_QUOTES
        )

    @property
    def orders_since(self) -> datetime:
        return self.now - timedelta(days=self.settings.unsent_order_cutoff)

    @property
    def quotes_since(self) -> datetime:
        return self.now - timedelta(days=self.settings.active_quote_cutoff)

    @property
    def since(self) -> datetime:
        """Where the window begins in which items that run out are counted together."""
        return self.now - timedelta(minutes=self.settings.mass_change_within)

    @property
    def is_watched(self) -> bool:
        """Whether a mass change would be held: neither limit alone is needed."""
        settings = self.settings
        return settings.hold_mass_changes and bool(
            settings.mass_change_share or settings.mass_change_at_least
        )

    def reports(self, rows: Iterable[Sequence[Any]]) -> list[Import]:
        """Return the reports just written, from rows of REPORT_COLUMNS, in the order of work."""
        return [
            Import(**dict(zip(REPORT_COLUMNS, row, strict=True)), created_at=self.now)
            for row in sorted(rows, key=itemgetter(0))
        ]
