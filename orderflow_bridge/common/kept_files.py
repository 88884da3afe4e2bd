"""The folder that keeps files, where no bucket does (docs/production.md, "Pictures")."""

import os
from typing import Any

from django.core.files.storage import FileSystemStorage


class Folder(FileSystemStorage):
    """A folder of this host. A file that was saved survives a power cut."""

    def _save(self, name: str, content: Any) -> str:
        kept: str = super()._save(name, content)  # type: ignore[misc]  # what backends override
        with open(self.path(kept), "rb") as file:
            os.fsync(file.fileno())
        return kept
