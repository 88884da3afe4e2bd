"""How far a product may be sold: Magento's stock settings, those that availability obeys. Pure."""

from decimal import Decimal
from typing import NamedTuple

_NOTHING = Decimal(0)
# Below every quantity that a column can hold: orders are taken without a limit.
WITHOUT_LIMIT = Decimal(-1_000_000_000)


class Availability(NamedTuple):
    """What is set for a product; Magento's defaults sell until nothing is left.

    `backorders` are Magento's: 0 none, 1 allowed, 2 allowed and the customer is told. `min_qty` is
    the quantity at which the product is out of stock; below zero it limits backorders.
    """

    min_qty: Decimal = _NOTHING
    backorders: int = 0

    @property
    def limit(self) -> Decimal:
        """The quantity that has to stay: what is above it can be sold."""
        if not self.backorders:
            return max(self.min_qty, _NOTHING)
        return self.min_qty if self.min_qty < 0 else WITHOUT_LIMIT

    @property
    def floor(self) -> Decimal:
        """The quantity at which a source has run out, 0 or less.

        `min_qty` above zero is no matter of a single source: it is kept of all of them together.
        """
        return min(self.limit, _NOTHING)

    def units_of(self, quantity: Decimal) -> Decimal:
        """Return how many units there are to be sold, 0 rather than less; as Magento counts them.

        Backorders without a limit add none, although more can be ordered.
        """
        kept = max(self.min_qty, _NOTHING) if self.limit == WITHOUT_LIMIT else self.limit
        return max(quantity - kept, _NOTHING)


AS_CONFIGURED = Availability()
