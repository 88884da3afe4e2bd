"""The keys of an installation: those it was given, or one of its own."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def kept_key(folder: Path) -> str:
    """Return the key of this installation, made at the first start and kept in its data folder.

    It appears whole or not at all: web, worker and beat may start at the same moment.
    """
    path = folder / "secret_key"
    if not path.exists():
        draft = folder / f"secret_key.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(get_random_secret_key())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def former_keys(environment: Mapping[str, str], name: str) -> list[str]:
    """Return the keys of a variable that holds several, separated by blanks."""
    return environment.get(name, "").split()


def salt_keys(environment: Mapping[str, str], *secret_keys: str) -> list[str]:
    """Return the keys by which stored passwords are read; the first one encrypts.

    Whoever sets no salt key has the secret key in its place, and so the former ones of those.
    """
    first = environment.get("BRIDGE_SALT_KEY") or secret_keys[0]
    former = former_keys(environment, "BRIDGE_SALT_KEY_FALLBACKS")
    return list(dict.fromkeys((first, *former, *secret_keys)))
