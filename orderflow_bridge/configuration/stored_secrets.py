"""Stored secrets: which cannot be read, because their key is gone, and how they get a new key.

Those that cannot be read are told of, never taken for empty ones.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError, models, transaction
from encrypted_fields.fields import EncryptedFieldMixin, EncryptedTextField

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


class SecretField(EncryptedTextField):  # type: ignore[misc]
    """A column of secrets. One that no key fits reads Unreadable, and is saved as it is stored."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the clear text, None where there is no secret."""
        return value if value is None else decrypted(self.f, value)

    def get_prep_value(self, value: Any) -> Any:
        """Return what is stored: None for an empty text."""
        return value.stored if isinstance(value, Unreadable) else super().get_prep_value(value)


def unreadable_labels(values: Any) -> list[str]:
    """Return the labels of a section's secrets that cannot be read."""
    settings = values.settings()
    return [
        str(each.label) for each in settings if isinstance(getattr(values, each.name), Unreadable)
    ]


def item_error(values: Any, owner: str) -> str:
    """Return a sentence about a section's secrets that cannot be read, or "". `owner`: whose."""
    labels = unreadable_labels(values)
    return f"{' and '.join(labels)} of {owner} {ADVICE}" if labels else ""


@dataclass(frozen=True)
class StoredSecret:
    """A secret's place: its row and the column; and its text, Unreadable if no key fits."""

    name: str
    row: models.Model
    column: str
    value: str
    encrypt: Callable[[str], str]

    @property
    def is_readable(self) -> bool:
        """Whether one of the keys fits."""
        return not isinstance(self.value, Unreadable)

    def __str__(self) -> str:
        return self.name


def stored_secrets() -> Iterator[StoredSecret]:
    """Yield every encrypted secret of the database."""
    for model in apps.get_models():
        if hasattr(model, "section"):
            yield from _settings_of(model)
        for column in model._meta.concrete_fields:
            if isinstance(column, EncryptedFieldMixin):
                yield from _stored_in(model, column)


def rotate_secrets() -> tuple[int, list[str]]:
    """Encrypt every secret with the first key; return how many, and those that cannot be read."""
    rotated, lost = 0, []
    with transaction.atomic():
        for secret in stored_secrets():
            if secret.is_readable:
                rows = type(secret.row)._default_manager.filter(pk=secret.row.pk)
                rotated += rows.update(**{secret.column: secret.encrypt(secret.value)})
            else:
                lost.append(str(secret))
    return rotated, lost


def _settings_of(model: Any) -> Iterator[StoredSecret]:
    """Yield a section's secrets, by its proxy model of the table of values."""
    secrets = {each.path: each for each in model.section.settings() if each.is_secret}
    for row in model.objects.filter(path__in=secrets).select_related("website"):
        setting = secrets[row.path]
        name = f"{setting.label} of {model.section.title} ({row.website or 'Default Config'})"
        value = setting.kind.load(row.value)
        yield StoredSecret(name, row, "value", value, setting.kind.dump)


def _stored_in(model: type[models.Model], column: Any) -> Iterator[StoredSecret]:
    """Read the column as it is stored: each kind of it decrypts in a way of its own."""
    stored = models.functions.Cast(column.name, models.TextField())
    rows = model._default_manager.annotate(_stored=stored).exclude(**{column.name: None})
    for row in rows:
        text = vars(row)["_stored"]
        if text:
            name = f"{column.verbose_name or column.name} of {row}"
            # The column encrypts by itself.
            yield StoredSecret(name, row, column.name, decrypted(column.f, text), str)


def check_secrets(databases: Any = None, **options: Any) -> list[CheckMessage]:
    """Warn of stored secrets that no key fits. Without the tables there is nothing to find."""
    if not databases:
        return []
    try:
        return [
            Warning(f"{secret} {ADVICE}", id="bridge.W001")
            for secret in stored_secrets()
            if not secret.is_readable
        ]
    except DatabaseError:
        return []
