"""The words that claiming, calling and settling share: what is announced, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

SHORTENED = 4_000


class Fate(Enum):
    """What became of one product or order in one call."""

    ANNOUNCED = auto()  # OrderFlow was told and will fetch it: Queued
    TAKEN = auto()  # a pushed document was imported: Exported
    KNOWN = auto()  # a pushed document was a duplicate, so OrderFlow has it: Exported
    FAILED = auto()  # OrderFlow refused, or nobody knows: Failed, tried again later
    GIVEN_BACK = auto()  # no call was made: as before, a little later, no attempt counted


@dataclass(frozen=True)
class Target:
    """One product or order that a run has claimed.

    `entity_id` is the product's or order's id, `reference` its SKU or number. `revisions` are the
    rows that hold its export state (one per website of the group) with the claimed revision.
    """

    entity_id: int
    reference: str
    revisions: Mapping[int, int] = field(default_factory=dict)
    attempts: int = 0


@dataclass(frozen=True)
class Outcome:
    """What became of a target: the line's message, and what was sent and received."""

    target: Target
    fate: Fate
    text: str
    call: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Pushed:
    """What came of one pushed document: an outcome per target, and both messages as bytes."""

    outcomes: tuple[Outcome, ...]
    document: bytes = b""
    report: bytes = b""


def not_fetched(times: int) -> str:
    """Return what is said of something that was announced so often, and never fetched."""
    return f"OrderFlow was told {times} times and has not fetched it."


def shortened(message: bytes | str, longest: int = SHORTENED) -> str:
    """Return a message as storable text, cut to `longest` characters."""
    text = message.decode("utf-8", "replace") if isinstance(message, bytes) else message
    text = text.replace("\0", "\ufffd")
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
