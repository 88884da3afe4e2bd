"""The kinds of column a settings table has. NULL always means: use the wider scope's value.

Each kind reads a value from the text of a command line (`parse`), writes it back (`text`) and shows
it to a person (`display`). The labels, help texts and checks are not part of the database, so they
are left out of the migrations.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from encrypted_fields.fields import EncryptedTextField

from orderflow_bridge.configuration.cron_expressions import validate_cron_expression
from orderflow_bridge.configuration.unreadable import Unreadable, decrypted
from orderflow_bridge.configuration.validators import (
    LARGEST_COUNT,
    validate_count,
    validate_endpoint,
    validate_networks,
    validate_time_zone,
)
from orderflow_bridge.stores.models import Store

MASK = "******"
_TEXTS = ("verbose_name", "help_text", "choices", "validators")
_YES, _NO = ("yes", "1", "true", "on"), ("no", "0", "false", "off")


if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field


class SettingColumn(_Field):
    """What every kind of settings column has in common."""

    def __init__(self, verbose_name: str = "", *, help_text: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        super().__init__(verbose_name=verbose_name, help_text=help_text, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for key in _TEXTS:
            kwargs.pop(key, None)
        return name, path, args, kwargs

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Return the value in Python's form. NULL is always allowed, an empty text is not."""
        value = self.to_python(value)
        if value is not None:
            self.validate_value(value)
        return value

    def parse(self, text: str) -> Any:
        """Read a value from a command line; raise ValidationError for what it cannot mean."""
        value = self.to_python(text.strip())
        self.validate_value(value)
        return value

    def validate_value(self, value: Any) -> None:
        """Raise ValidationError for a value that this column may not hold."""
        if value in ("", None):
            raise ValidationError("Enter a value.", code="required")
        self.run_validators(value)

    def text(self, value: Any) -> str:
        """Write a value so that `parse` reads the same back."""
        return "" if value is None else str(value)

    def display(self, value: Any) -> str:
        """Write a value as a person reads it."""
        return self.text(value)


class TextColumn(SettingColumn, models.CharField):
    """One line of text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 255)
        super().__init__(*args, **kwargs)


class EndpointColumn(TextColumn):
    """The address of an OrderFlow server."""

    default_validators = [validate_endpoint]


class EmailColumn(TextColumn):
    """An e-mail address."""

    default_validators = [validate_email]


class CronColumn(TextColumn):
    """A cron expression."""

    default_validators = [validate_cron_expression]

    def parse(self, text: str) -> Any:
        self.validate_value(text)
        return text


class TimeZoneColumn(TextColumn):
    """A name of the tz database."""

    default_validators = [validate_time_zone]


class SecretColumn(SettingColumn, EncryptedTextField):
    """A password, encrypted in the database and never shown."""

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """Return the clear text; Unreadable if it was encrypted with a key that is gone."""
        return None if value is None else decrypted(self.f, value)

    def get_prep_value(self, value: Any) -> Any:
        return value.stored if isinstance(value, Unreadable) else super().get_prep_value(value)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return value if isinstance(value, Unreadable) else super().clean(value, model_instance)

    def to_python(self, value: Any) -> Any:
        return value

    def parse(self, text: str) -> Any:
        self.validate_value(text)
        return text

    def text(self, value: Any) -> str:
        return MASK if value else ""


class CountColumn(SettingColumn, models.PositiveIntegerField):
    """A whole number of at least 1 and, if a limit is given, at most `most`."""

    def __init__(self, *args: Any, most: int = LARGEST_COUNT, **kwargs: Any) -> None:
        self.most = most
        super().__init__(*args, **kwargs)

    def validate_value(self, value: Any) -> None:
        validate_count(value, most=self.most)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and not (value.isascii() and value.isdigit()):
            raise ValidationError("Enter a whole number.", code="count")
        return super().to_python(value)


class YesNoColumn(SettingColumn, models.BooleanField):
    """Yes or No."""

    def parse(self, text: str) -> bool:
        word = text.strip().lower()
        if word not in _YES + _NO:
            raise ValidationError("Enter yes or no.", code="yes_no")
        return word in _YES

    def text(self, value: Any) -> str:
        return "" if value is None else str(int(value))

    def display(self, value: Any) -> str:
        return "" if value is None else "Yes" if value else "No"


class ChoiceColumn(SettingColumn, models.PositiveSmallIntegerField):
    """One of a few numbered answers, in Python a `kind` of number."""

    def __init__(self, *args: Any, kind: type[int] = int, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: int | None, *_: Any) -> int | None:
        return None if value is None else self.kind(value)

    def parse(self, text: str) -> int:
        wanted = text.strip().lower()
        for value, label in self.flatchoices:
            if wanted in (str(value), str(label).lower()):
                return self.kind(value)
        labels = ", ".join(f"{value} ({label})" for value, label in self.flatchoices)
        raise ValidationError(f"Enter one of: {labels}.", code="choice")

    def validate_value(self, value: Any) -> None:
        if value not in dict(self.flatchoices):
            raise ValidationError("Select one of the answers.", code="choice")

    def text(self, value: Any) -> str:
        return "" if value is None else str(int(value))

    def display(self, value: Any) -> str:
        return str(dict(self.flatchoices).get(value, ""))


class WordColumn(TextColumn):
    """One of a few named answers, in Python a `kind` of text."""

    def __init__(self, *args: Any, kind: type[str] = str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return None if value is None else self.kind(value)

    def parse(self, text: str) -> str:
        wanted = text.strip().lower()
        for value, label in self.flatchoices:
            if wanted in (str(value).lower(), str(label).lower()):
                return self.kind(value)
        labels = ", ".join(str(label) for _, label in self.flatchoices)
        raise ValidationError(f"Enter one of: {labels}.", code="choice")

    def validate_value(self, value: Any) -> None:
        if value not in dict(self.flatchoices):
            raise ValidationError("Select one of the answers.", code="choice")

    def display(self, value: Any) -> str:
        return str(dict(self.flatchoices).get(value, ""))


class StoreColumn(SettingColumn, models.PositiveIntegerField):
    """The id of a store view. No foreign key: a setting must not keep a store from removal."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and not (value.isascii() and value.isdigit()):
            raise ValidationError("Enter the number of a store view.", code="store")
        return super().to_python(value)

    def validate_value(self, value: Any) -> None:
        if not Store.objects.filter(pk=value).exists():
            raise ValidationError(f"There is no store view number {value}.", code="store")


class MomentColumn(SettingColumn, models.DateTimeField):
    """A date and time, entered in the shop's zone unless the text names another."""

    def parse(self, text: str) -> datetime:
        return self.moment(text.strip())

    def moment(self, text: str) -> datetime:
        """Read "2026-03-01 08:00:00", "2026-03-01" or ISO 8601 with a zone, in the active zone."""
        try:
            day = parse_date(text)
            moment = datetime(day.year, day.month, day.day) if day else parse_datetime(text)  # noqa: DTZ001
        except ValueError:
            moment = None
        if moment is None:
            raise ValidationError("Enter a date and time such as 2026-03-01 08:00:00.", code="date")
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

    def text(self, value: Any) -> str:
        return "" if value is None else timezone.localtime(value).isoformat(sep=" ")


class ListColumn(SettingColumn, models.TextField):
    """Several texts, kept separated by commas as Magento keeps them; a tuple in Python."""

    def from_db_value(self, value: str | None, *_: Any) -> tuple[str, ...] | None:
        return self.to_python(value)

    def to_python(self, value: Any) -> tuple[str, ...] | None:
        if value is None:
            return None
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else ",".join(self.to_python(value) or ())

    def validate_value(self, value: Any) -> None:
        """An empty list is a value: it says none of them."""
        self.run_validators(value)
        unknown = [each for each in value if self.choices and each not in dict(self.flatchoices)]
        if unknown:
            known = ", ".join(str(key) for key, _ in self.flatchoices)
            raise ValidationError(f"“{unknown[0]}” is unknown. Known are: {known}.", code="choice")

    def run_validators(self, value: Any) -> None:
        for validator in self.validators:
            validator(value)

    def text(self, value: Any) -> str:
        return ",".join(value or ())

    def display(self, value: Any) -> str:
        labels = dict(self.flatchoices) if self.choices else {}
        return ", ".join(str(labels.get(each, each)) for each in value or ())


class NetworksColumn(ListColumn):
    """IP addresses and networks."""

    default_validators = [validate_networks]
