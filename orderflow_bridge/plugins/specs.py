"""The hooks that a plugin may take (docs/contract/plugins.md; a test compares).

A plugin's function takes those of the arguments that it needs, by their names, and may leave out
the others. Later versions add arguments, and take none away without a version's notice.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

import pluggy
from django.db.models import Model

from orderflow_bridge.client.documents import OrderLine, Value
from orderflow_bridge.plugins.declaration import PROJECT
from orderflow_bridge.plugins.events import (
    AcceptedMessage,
    AppliedMessage,
    BookedShipment,
    ReportedProblem,
    SettledExport,
    StockQuantity,
)

_spec = pluggy.HookspecMarker(PROJECT)


class Hooks(Protocol):
    """All hooks, under their names. Each says since which version it is stable."""

    @_spec
    def product_document_values(
        self, product: Model, website: Model, values: Mapping[str, Value]
    ) -> Mapping[str, Value] | None:
        """Return what is added to a product's document, or changed in it, under OrderFlow's keys.

        `values` is what the mapping has made, without what has no value. None as a value takes a
        key out. Called once per product, when its document is written. Stable since 0.2.
        """

    @_spec
    def order_document_values(
        self, order: Model, website: Model, values: Mapping[str, Value]
    ) -> Mapping[str, Value] | None:
        """Return what is added to an order's document, or changed in it, above its addresses.

        As `product_document_values`, once per order. Stable since 0.2.
        """

    @_spec
    def order_line_values(
        self, order: Model, website: Model, lines: Sequence[OrderLine]
    ) -> Mapping[int, Mapping[str, Value]] | None:
        """Return what is added to lines of an order's document, or changed in them.

        Keys are the lines' places in `lines`, from 0. Lines are neither added nor taken away.
        Called once per order. Stable since 0.2.
        """

    @_spec
    def refuse_exports(
        self, entity: str, website: Model, rows: Sequence[Model]
    ) -> Mapping[int, str] | None:
        """Return which of some products ("product") or orders ("order") may not be exported, and
        why: sentences by their primary keys.

        Called once per batch that is about to be announced. What is refused fails with the
        sentence, and is asked about again when it is tried again. If the call raises, each of the
        batch is asked about alone. Stable since 0.2.
        """

    @_spec
    def adjust_quantities(self, lines: Sequence[StockQuantity]) -> Mapping[int, Decimal] | None:
        """Return the quantities to write in place of those of some lines, by the lines' numbers.

        Called once per batch of stock messages, in its transaction, with all lines that are about
        to be written, after every adjustment of the configuration. The line of the history keeps
        what was received, and says which plugin changed the figure. Stable since 0.2.
        """

    @_spec
    def message_accepted(self, message: AcceptedMessage) -> None:
        """Hear of a message of OrderFlow's that was queued. Stable since 0.2."""

    @_spec
    def batch_applied(self, messages: Sequence[AppliedMessage]) -> None:
        """Hear of messages that were applied in one transaction. Stable since 0.2."""

    @_spec
    def shipments_booked(self, shipments: Sequence[BookedShipment]) -> None:
        """Hear of shipments that were booked in one transaction. Stable since 0.2."""

    @_spec
    def exports_settled(self, exports: Sequence[SettledExport]) -> None:
        """Hear of what became of products and orders that were to be exported, and of those that
        OrderFlow has fetched or marked. Stable since 0.2.
        """

    @_spec
    def problems_opened(self, problems: Sequence[ReportedProblem]) -> None:
        """Hear of problems that were opened. Stable since 0.2."""

    @_spec
    def problems_ended(self, problems: Sequence[ReportedProblem]) -> None:
        """Hear of problems that have ended, by themselves or by hand. Stable since 0.2."""
