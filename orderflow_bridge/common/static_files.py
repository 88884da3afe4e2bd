"""Static files as packages hold them, under addresses that change with them: browsers keep them."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

_DIGITS = 10


class MarkedFiles(StaticFilesStorage):
    """Files where they lie. Their addresses end with a mark of their content: a new file is asked
    for at once, an old one never again.

    A host that has collected its files has them named after their content instead
    (`orderflow_bridge/common/storages.py`).
    """

    def url(self, name: str | None, force: bool = False) -> str:
        """Return a file's address."""
        address = super().url(name)
        mark = _mark(name or "")
        return f"{address}?v={mark}" if mark else address


@cache
def _mark(name: str) -> str:
    """Return a mark of a file's content, "" for one that does not exist."""
    found = finders.find(name)
    if not isinstance(found, str) or not Path(found).is_file():
        return ""
    return sha256(Path(found).read_bytes()).hexdigest()[:_DIGITS]
