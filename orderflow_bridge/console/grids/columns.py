"""Which columns a list shows, and in which order (Magento's "Columns")."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column on offer: its name in the address, its title, and whether it is shown now."""

    name: str
    title: str
    is_shown: bool


def chosen(asked: Sequence[str], offered: Sequence[str], usual: Sequence[str]) -> list[str]:
    """Return the columns to show: those asked for that exist, in that order, else the usual ones.

    A name that is asked for twice counts once; a list always keeps at least one column.
    """
    wanted = [name for name in dict.fromkeys(asked) if name in offered]
    return wanted or list(usual)


def in_order(shown: Sequence[str], offered: Sequence[str]) -> list[str]:
    """Return all columns on offer as the chooser lists them: those shown first, in their order."""
    return [*shown, *(name for name in offered if name not in shown)]
