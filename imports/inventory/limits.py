"""How many items of a source may run out of stock together. Pure functions (docs/stock.md)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

# For so long a count of a source's items is good enough to tell whether to look closer.
COUNTED_FOR = timedelta(minutes=15)
# A batch is looked at closer from this part of a limit on: half of it altogether, because the count
# may be some minutes old; an eighth by itself, because other workers' batches do not show yet.
_ALTOGETHER, _BY_ITSELF = 2, 8


class RanOut(NamedTuple):
    """Items of a source that went from above zero to zero or below.

    `items` did in a batch, `earlier` before it within the window; `in_stock` is how many the source
    had when it was last counted, None if that is too long ago.
    """

    source_code: str
    items: int
    earlier: int
    in_stock: int | None


@dataclass(frozen=True)
class Limits:
    """Both limits of a mass change: a share in per cent, and a number of items; 0 is none."""

    share: int
    at_least: int

    def are_reached(self, gone: int, in_stock: int) -> bool:
        """Tell whether `gone` items are a mass change for a source that had `in_stock`."""
        return gone > 0 and gone >= self.at_least and gone * 100 >= self.share * in_stock

    def may_be_reached(self, ran_out: RanOut) -> bool:
        """Tell from what is known without counting whether a batch must be looked at closer."""
        limit = max(self.at_least, self.share * (ran_out.in_stock or 0) / 100)
        altogether = ran_out.items + ran_out.earlier
        return altogether * _ALTOGETHER >= limit or ran_out.items * _BY_ITSELF >= limit
