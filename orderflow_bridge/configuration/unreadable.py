"""Stored secrets whose key is gone. They are told of, never taken for empty ones."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

ADVICE = (
    "cannot be read, because the key has changed it was encrypted with. Give the former key in"
    " BRIDGE_SECRET_KEY_FALLBACKS or BRIDGE_SALT_KEY_FALLBACKS, or enter the secret again."
)


class Unreadable(str):
    """The text of a secret that nobody can read: "". What is stored is kept, to be saved again."""

    stored: str


def decrypted(fernet: Fernet | MultiFernet, stored: str) -> str:
    """Return the clear text of what is stored; Unreadable if no key fits."""
    try:
        return fernet.decrypt(stored.encode()).decode()
    except InvalidToken:
        unreadable = Unreadable()
        unreadable.stored = stored
        return unreadable


def unreadable_labels(values: Any) -> list[str]:
    """Return the labels of a section's secrets that cannot be read."""
    settings = values.settings()
    return [each.label for each in settings if isinstance(getattr(values, each.name), Unreadable)]


def item_error(values: Any, owner: str) -> str:
    """Return a sentence about a section's secrets that cannot be read, or "". `owner`: whose."""
    labels = unreadable_labels(values)
    return f"{' and '.join(labels)} of {owner} {ADVICE}" if labels else ""
