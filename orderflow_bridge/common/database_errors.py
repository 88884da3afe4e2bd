"""What a database's errors mean for whoever runs a command, and what to do."""

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError

_DAMAGED = (
    "The database file {name} is damaged: {error}. Stop the bridge, move the file and its -wal and"
    " -shm aside, and put the newest back-up in their place (docs/production.md, Back-up)."
    " OrderFlow may send again what came in since."
)
_NOT_WRITABLE = (
    "The database file {name} cannot be written: {error}. The file and its folder must belong to"
    " the user that the bridge runs as, on a disk that is not read-only."
)
_NOT_PREPARED = (
    "The database lacks what this version needs: {error}. Run: manage.py prepare."
    " (docs/upgrading.md)"
)
_FULL = "The database cannot write: {error}. Make room on its disk; nothing acknowledged is lost."
_BUSY = "Another process has been writing to {name} for half a minute: {error}. Try again later."
_UNUSABLE = (
    "The database cannot be used: {error}. See that its server runs, and that DATABASE_URL is"
    " right."
)
# Texts of SQLite and PostgreSQL, the telling ones first.
_SIGNS = (
    ("database disk image is malformed", _DAMAGED),
    ("file is not a database", _DAMAGED),
    ("readonly database", _NOT_WRITABLE),
    ("unable to open database file", _NOT_WRITABLE),
    ("disk is full", _FULL),
    ("No space left on device", _FULL),
    ("database is locked", _BUSY),
    ("no such table", _NOT_PREPARED),
    ("no such column", _NOT_PREPARED),
)
_MISSING = ("UndefinedTable", "UndefinedColumn")


def is_full(error: Error) -> bool:
    """Tell whether the database could not write because its disk is full."""
    return _FULL in (sentence for sign, sentence in _SIGNS if sign in str(error))


def sentence_about(error: Error) -> str:
    """Return what has happened to the database and what to do; "" if it is a fault of ours."""
    said = str(error).strip()
    sentence = next((sentence for sign, sentence in _SIGNS if sign in said), "")
    if type(error.__cause__).__name__ in _MISSING:
        sentence = _NOT_PREPARED
    if not sentence and isinstance(error, OperationalError | InterfaceError):
        sentence = _UNUSABLE
    first = said.partition("\n")[0].rstrip(".")
    return sentence.format(name=settings.DATABASES["default"]["NAME"], error=first)
