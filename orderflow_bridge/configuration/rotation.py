"""Stored secrets in every table: which cannot be read, and how they get a new key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from encrypted_fields.fields import EncryptedFieldMixin

from orderflow_bridge.configuration.cache import forget
from orderflow_bridge.configuration.unreadable import Unreadable, decrypted


@dataclass(frozen=True)
class StoredSecret:
    """A secret's place: its row, its column, and the text in it, Unreadable if no key fits."""

    row: models.Model
    column: Any
    value: str

    @property
    def is_readable(self) -> bool:
        """Whether one of the keys fits."""
        return not isinstance(self.value, Unreadable)

    def __str__(self) -> str:
        return f"{self.column.verbose_name or self.column.name} of {self.row}"


def stored_secrets() -> Iterator[StoredSecret]:
    """Yield every encrypted secret of the database."""
    for model in apps.get_models():
        columns = [
            each for each in model._meta.concrete_fields if isinstance(each, EncryptedFieldMixin)
        ]
        for column in columns:
            yield from _stored_in(model, column)


def rotate_secrets() -> tuple[int, list[str]]:
    """Encrypt every secret with the first key; return how many, and those that cannot be read."""
    rotated, lost = 0, []
    with transaction.atomic():
        for secret in stored_secrets():
            if secret.is_readable:
                rows = type(secret.row)._default_manager.filter(pk=secret.row.pk)
                rotated += rows.update(**{secret.column.name: secret.value})
            else:
                lost.append(str(secret))
    forget()
    return rotated, lost


def _stored_in(model: type[models.Model], column: Any) -> Iterator[StoredSecret]:
    """Read the column as it is stored: each kind of it decrypts in a way of its own."""
    stored = models.functions.Cast(column.name, models.TextField())
    rows = model._default_manager.annotate(_stored=stored).exclude(**{column.name: None})
    for row in rows:
        text = vars(row)["_stored"]
        if text:
            yield StoredSecret(row, column, decrypted(column.f, text))
