"""Lists too long for a file at once: where their files are made in the background instead.

The room that makes them stands above this one, and says here at which addresses it is asked to.
"""

from collections.abc import Callable, Sequence

from django.conf import settings

ROWS_AT_ONCE = 10_000
"""A file with more rows is made in the background, unless the setting LIST_ROWS_AT_ONCE says
another number. Lists count no further than this.
"""
DAYS_KEPT = 7
"""How long a file made in the background may be fetched, in days."""

Files = Callable[[str, str], Sequence[tuple[str, str]]]

_makers: list[Files] = []


def is_too_long(rows: int) -> bool:
    """Tell whether a list of so many rows is too long for a file at once."""
    return rows > getattr(settings, "LIST_ROWS_AT_ONCE", ROWS_AT_ONCE)


def made_in_background(files: Files) -> None:
    """Say where files of long lists are asked for.

    `files` takes a list's name ("catalog.product") and its state as a query, and returns a title
    and an address, which takes a POST, for each kind of file.
    """
    _makers[:] = [files]


def background_files(grid_name: str, query: str) -> Sequence[tuple[str, str]]:
    """Return where a list's files are asked for; nothing where none is made in the background."""
    return _makers[0](grid_name, query) if _makers else ()
