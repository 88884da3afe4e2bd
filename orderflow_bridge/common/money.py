"""Amounts that are worked out: money, that is whole cents, rounded half up as Magento rounds.

What somebody gives stays as it was given. What follows of it is rounded row by row, and sums add up
what was rounded: so a total is always the sum of the rows that stand above it.
"""

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


def cents(amount: Decimal | int) -> Decimal:
    """Return an amount in whole cents, half a cent up, away from zero: 24.9999 → 25.00."""
    return Decimal(amount).quantize(_CENT, rounding=ROUND_HALF_UP)


def share(
    total: Decimal, *, qty: Decimal, of: Decimal, done: Decimal, done_qty: Decimal
) -> Decimal:
    """Return what `qty` of the `of` units of a row cost, whose units cost `total` together.

    `done` is what the `done_qty` units before them cost. The last units take what is left, so that
    the parts add up to the row.
    """
    left, left_qty = total - done, of - done_qty
    if qty >= left_qty:
        return left
    return cents(left * qty / left_qty)
