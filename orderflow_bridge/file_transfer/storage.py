"""Keeping files in the database, in pieces, and reading them as a stream: those that were uploaded,
and those that are made of long lists. Every host that shares the database has them.
"""

import io
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.file_transfer.models import FileImport, FilePart, Kind
from orderflow_bridge.stores.models import Website

PART_BYTES = 512 * 1024
MOST_BYTES = 2 * 1024**3
_LONGEST_NAME = 255
# What it says are MOST_BYTES.
_TOO_LARGE = gettext_noop("The file is larger than 2 GiB. Cut it into several files.")


class FileTooLarge(BridgeError):
    """The file is larger than an import may be."""


@transaction.atomic
def store_file(
    kind: Kind,
    name: str,
    chunks: Iterable[bytes],
    *,
    website: Website | None = None,
    is_enclosed: bool = False,
    username: str = "",
) -> FileImport:
    """Store a file, read in chunks of any size, to be checked and imported.

    `website` is where rows belong that name none. Raises FileTooLarge; then nothing is stored.
    """
    stored = FileImport.objects.create(
        kind=kind,
        file_name=name[-_LONGEST_NAME:],
        website=website,
        is_enclosed=is_enclosed,
        username=username,
    )
    digest, size = sha256(), 0
    for position, content in enumerate(pieces(chunks)):
        digest.update(content)
        size += len(content)
        if size > MOST_BYTES:
            raise FileTooLarge(_TOO_LARGE)
        FilePart.objects.create(file_import=stored, position=position, content=content)
    stored.size, stored.digest = size, digest.hexdigest()
    stored.save(update_fields=("size", "digest"))
    return stored


class StoredFile(io.RawIOBase):
    """A stored file as a stream; one piece at a time is in memory."""

    def __init__(self, file_import: FileImport) -> None:
        self.bytes_read = 0
        self._parts = FilePart.objects.filter(file_import=file_import)
        self._position = 0
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill the buffer with the next bytes; 0 at the end."""
        if not self._left:
            self._left = self._next()
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        self.bytes_read += count
        return count

    def _next(self) -> memoryview:
        rows = self._parts.filter(position=self._position).values_list("content", flat=True)
        self._position += 1
        return memoryview(next(iter(rows), b""))


def contents(file_import: FileImport) -> Iterator[bytes]:
    """Yield a stored file piece by piece, for a download."""
    yield from contents_of(FilePart.objects.filter(file_import=file_import))


def contents_of(parts: QuerySet[Any]) -> Iterator[bytes]:
    """Yield the pieces of one file, in their order; one at a time is in memory."""
    ordered = parts.order_by("position").values_list("content", flat=True)
    for content in ordered.iterator(chunk_size=1):
        yield bytes(content)


def pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut or join chunks to pieces of PART_BYTES."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PART_BYTES:
            yield bytes(waiting[:PART_BYTES])
            del waiting[:PART_BYTES]
    if waiting:
        yield bytes(waiting)
