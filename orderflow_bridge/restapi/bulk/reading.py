"""Reading the operations of bulk calls by their routes' records."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.documents.records import Document, Record
from orderflow_bridge.restapi.bodies import members_of
from orderflow_bridge.restapi.bulk.outcomes import Outcome, failed
from orderflow_bridge.restapi.errors import Refusal

Operations = Sequence[dict[str, Any]]
_Wish = TypeVar("_Wish")


def read(
    operations: Operations, record: Record, wish_of: Callable[[Document], _Wish]
) -> tuple[dict[int, Outcome], dict[int, _Wish]]:
    """Read operations by their record; return what has failed already, and what the others want.

    Both are by the operation's place. `wish_of` raises BridgeError or Refusal for what cannot be.
    """
    outcomes: dict[int, Outcome] = {}
    wishes: dict[int, _Wish] = {}
    for place, operation in enumerate(operations):
        try:
            wishes[place] = wish_of(members_of(operation, record))
        except Refusal as refusal:
            outcomes[place] = failed(refusal.text)
        except BridgeError as error:
            outcomes[place] = failed(str(error))
    return outcomes, wishes
