"""What an operation of a bulk came to, and the function that carries operations out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from orderflow_bridge.restapi.bulk.models import OperationStatus


@dataclass(frozen=True)
class Outcome:
    """What became of one operation: `message` says why it failed, `answer` is what it returned."""

    status: OperationStatus = OperationStatus.COMPLETE
    message: str = ""
    answer: Any = None


def failed(message: str) -> Outcome:
    """The operation failed, and would fail again."""
    return Outcome(OperationStatus.FAILED, message)


@dataclass(frozen=True)
class Kind:
    """One kind of bulk call: `name` as stored, Magento's `topic`, and its service for messages.

    `carry_out` gets the parameters of many operations and the store code of the call's address
    ("" for none), inside a transaction, and returns an outcome for each. It judges them one by one:
    a bad one fails alone and raises nothing.
    """

    name: str
    title: str
    topic: str
    service: str
    carry_out: Callable[[Sequence[dict[str, Any]], str], list[Outcome]]
