"""Quantities as people write them and as OrderFlow sends them, and amounts that are worked out.

Amounts are money, that is whole cents, rounded half up as Magento rounds. What somebody gives stays
as it was given. What follows of it is rounded row by row, and sums add up what was rounded: so a
total is always the sum of the rows that stand above it.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

_QUANTITY = re.compile(r"[+-]?0*[0-9]{1,8}(\.[0-9]{1,4}0*)?", re.ASCII)
_PLACES = 4
_SEQUENCE = re.compile(r"\+?0*[0-9]{1,19}", re.ASCII)
_LARGEST = 2**63 - 1
_CENT = Decimal("0.01")


def plain(quantity: Decimal) -> str:
    """Return a quantity without needless zeros or exponent: 90.0000 → "90", 1.5000 → "1.5"."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_quantity(text: str | None) -> Decimal:
    """Read a quantity as OrderFlow sends it: at most eight digits and four decimal places.

    Zeros around them, and a plus sign, say nothing: programs print a number with the places of its
    column. Raises ValueError for everything else. `Decimal` and `int` alone would take "1e3",
    "1_000", "NaN" and foreign digits, and an empty figure must never become zero stock.
    """
    stripped = (text or "").strip()
    if not _QUANTITY.fullmatch(stripped):
        raise ValueError(f"{text!r} is not a quantity")
    whole, point, places = stripped.partition(".")
    return Decimal(f"{whole}{point}{places[:_PLACES]}")


def parse_sequence(text: str | None) -> int:
    """Read a sequence id or message number: decimal digits within a 64-bit column.

    A plus sign and zeros before them say nothing. Raises ValueError for everything else.
    """
    stripped = (text or "").strip()
    if not _SEQUENCE.fullmatch(stripped) or int(stripped) > _LARGEST:
        raise ValueError(f"{text!r} is not a sequence id")
    return int(stripped)


def sequence_or_none(text: str) -> int | None:
    """Return a message's number, or None when its id is a free text."""
    try:
        return parse_sequence(text)
    except ValueError:
        return None


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
