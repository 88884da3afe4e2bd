"""A SQLite file that is damaged: a sentence for whoever sits at the terminal."""

from django.conf import settings
from django.db import DatabaseError

_SIGNS = ("database disk image is malformed", "file is not a database")


def sentence_about(error: DatabaseError) -> str:
    """Return what to do about a damaged database file; "" if the error means something else."""
    if not any(sign in str(error) for sign in _SIGNS):
        return ""
    return (
        f"The database file {settings.DATABASES['default']['NAME']} is damaged: {error}. Stop the"
        " bridge, move the file and its -wal and -shm aside, and put the newest back-up in their"
        " place (docs/production.md, Back-up). OrderFlow may send again what came in since."
    )
