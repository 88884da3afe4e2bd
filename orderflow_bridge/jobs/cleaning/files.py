"""Log files of past days (Web Log Duration)."""

from datetime import datetime, timedelta
from pathlib import Path

import structlog

# Files are named after their day (orderflow_bridge/logs.py): one that nobody has written to for a
# day and an hour belongs to a day that is over in every process.
_IN_USE = timedelta(hours=25)

log = structlog.get_logger(__name__)


def remove_old_files(directory: Path, *, cutoff: datetime | None, now: datetime) -> int:
    """Remove the files last written at or before `cutoff`, never one in use; return how many.

    A file that cannot be removed is named in the log and left.
    """
    if cutoff is None or not directory.is_dir():
        return 0
    latest = min(cutoff, now - _IN_USE).timestamp()
    return sum(_removed(path, latest) for path in sorted(directory.iterdir()))


def _removed(path: Path, latest: float) -> bool:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_mtime > latest:
            return False
        path.unlink()
    except FileNotFoundError:  # another process of this host was faster
        return False
    except OSError as error:
        log.warning("log_file_not_removed", path=str(path), error=str(error))
        return False
    return True
