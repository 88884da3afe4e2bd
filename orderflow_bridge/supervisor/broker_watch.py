"""The SQLite broker's file under a running bridge: deleted, it is made anew and all start again."""

from collections.abc import Callable
from pathlib import Path

from orderflow_bridge.celery import open_queue


class BrokerWatch:
    """Notices that the file is another one than before. Without a file there is nothing to watch.

    Open connections keep to the deleted file, in which nothing can be written any more: whoever has
    one must be started again. No message is missed, because messages only wake workers.
    """

    def __init__(self, file: Path | None, restart: Callable[[], None]) -> None:
        self._file = file
        self._restart = restart
        self._seen = self._identity()

    def look(self) -> None:
        """Make a missing file, and have the programs started again if the file has changed."""
        if self._file is None or self._identity() == self._seen:
            return
        open_queue()
        self._seen = self._identity()
        self._restart()

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self._file.stat() if self._file else None
        except FileNotFoundError:
            return None
        return (found.st_dev, found.st_ino) if found else None
