"""The kinds of setting: how a value is read, checked, stored as text and shown.

A kind reads a value from what somebody typed (`parse`) or from the stored text (`load`), checks a
value of Python (`clean`), and writes it for the database (`dump`), so that `parse` reads it again
(`text`), and for a person (`display`).
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from encrypted_fields.fields import EncryptedTextField

from orderflow_bridge.client import PEM
from orderflow_bridge.configuration.cron_expressions import validate_cron_expression
from orderflow_bridge.configuration.stored_secrets import Unreadable, decrypted
from orderflow_bridge.configuration.validators import (
    LARGEST_COUNT,
    validate_ca_certificates,
    validate_count,
    validate_time_zone,
)
from orderflow_bridge.stores.models import Store

MASK = "******"
_YES = ("yes", "1", "true", "on")
_NO = ("no", "0", "false", "off")
# Only for its key, which takes a tenth of a second to derive.
_CIPHER = EncryptedTextField()

Validator = Callable[[Any], None]
Answers = Sequence[tuple[Any, str]]


class SettingKind:
    """What every kind has in common. `choices` are the answers, where only certain ones count.

    None, the inherited value, is written as an empty text and never read.
    """

    choices: Answers = ()

    def __init__(self, *validators: Validator) -> None:
        self.validators = validators

    def to_python(self, value: Any) -> Any:
        """Return a value, or its text, in Python's form. Raises ValidationError."""
        return value

    def validate(self, value: Any) -> None:
        """Raise ValidationError for a value that may not be saved."""
        if value in ("", None):
            raise ValidationError(_("Enter a value."), code="required")
        errors: list[ValidationError] = []
        for validator in self.validators:
            try:
                validator(value)
            except ValidationError as error:
                errors += error.error_list
        if errors:
            raise ValidationError(errors)

    def clean(self, value: Any) -> Any:
        """Return a value in Python's form. Raises ValidationError if it may not be saved."""
        value = self.to_python(value)
        self.validate(value)
        return value

    def parse(self, text: str) -> Any:
        """Read what somebody typed. Raises ValidationError for what it cannot mean."""
        return self.clean(text.strip())

    def load(self, stored: str) -> Any:
        """Read what is stored, unchecked. Raises ValidationError or ValueError if unreadable."""
        return self.to_python(stored)

    def dump(self, value: Any) -> str:
        """Write a value for the database."""
        return self.text(value)

    def text(self, value: Any) -> str:
        """Write a value so that `parse` reads the same back."""
        return "" if value is None else str(value)

    def display(self, value: Any) -> str:
        """Write a value as a person reads it."""
        return self.text(value)


class Text(SettingKind):
    """One line of text."""

    def __init__(self, *validators: Validator, max_length: int = 255) -> None:
        super().__init__(
            *validators, MaxLengthValidator(max_length), ProhibitNullCharactersValidator()
        )

    def to_python(self, value: Any) -> str:
        return str(value)


class Cron(Text):
    """A cron expression."""

    def __init__(self) -> None:
        super().__init__(validate_cron_expression)

    def parse(self, text: str) -> Any:
        return self.clean(text)


class TimeZone(Text):
    """A name of the tz database."""

    def __init__(self) -> None:
        super().__init__(validate_time_zone)


class Certificates(SettingKind):
    """CA certificates: the path of a file or folder, or the text itself in PEM form."""

    def __init__(self) -> None:
        super().__init__(validate_ca_certificates)

    def display(self, value: Any) -> str:
        """Show a path as it is; of the text itself, that it is there."""
        if PEM not in str(value):
            return self.text(value)
        return _("%(count)s certificate(s)") % {"count": str(value).count(PEM)}


class Secret(SettingKind):
    """A password, encrypted in the database and never shown."""

    def load(self, stored: str) -> str:
        """Return the clear text; Unreadable if it was encrypted with a key that is gone."""
        return decrypted(_CIPHER.f, stored)

    def dump(self, value: Any) -> str:
        if isinstance(value, Unreadable):
            return value.stored
        return str(_CIPHER.f.encrypt(value.encode()).decode())

    def clean(self, value: Any) -> Any:
        return value if isinstance(value, Unreadable) else super().clean(value)

    def parse(self, text: str) -> Any:
        return self.clean(text)

    def text(self, value: Any) -> str:
        return MASK if value else ""


class Count(SettingKind):
    """A whole number of at least `least` and at most `most`."""

    def __init__(self, most: int = LARGEST_COUNT, *, least: int = 1) -> None:
        super().__init__()
        self.most = most
        self.least = least

    def to_python(self, value: Any) -> int:
        return _whole_number(
            value, _("Enter a whole number of at least %(least)s.") % {"least": self.least}, "count"
        )

    def validate(self, value: Any) -> None:
        validate_count(value, least=self.least, most=self.most)


class YesNo(SettingKind):
    """Yes or No."""

    def to_python(self, value: Any) -> bool:
        word = str(value).lower()
        if word not in _YES + _NO:
            raise ValidationError(_("Enter yes or no."), code="yes_no")
        return word in _YES

    def text(self, value: Any) -> str:
        return "" if value is None else str(int(value))

    def display(self, value: Any) -> str:
        return "" if value is None else _("Yes") if value else _("No")


class OneOf(SettingKind):
    """One of a few answers: numbers or words, in Python a kind `of` them."""

    def __init__(self, choices: Answers, *, of: type[int] | type[str] = int) -> None:
        super().__init__()
        self.choices = choices
        self.of = of

    def load(self, stored: str) -> Any:
        return self.of(int(stored) if issubclass(self.of, int) else stored)

    def parse(self, text: str) -> Any:
        wanted = text.strip().lower()
        for value, label in self.choices:
            if wanted in (str(value).lower(), label.lower()):
                return self.of(value)
        labels = (
            label if isinstance(value, str) else f"{value} ({label})"
            for value, label in self.choices
        )
        raise ValidationError(
            _("Enter one of: %(names)s.") % {"names": ", ".join(map(str, labels))}, code="choice"
        )

    def validate(self, value: Any) -> None:
        if value not in dict(self.choices):
            raise ValidationError(_("Select one of the answers."), code="choice")

    def display(self, value: Any) -> str:
        return str(dict(self.choices).get(value, ""))


class ListOf(SettingKind):
    """Several texts, kept separated by commas as Magento keeps them; a tuple in Python."""

    def __init__(self, choices: Answers = (), *, validator: Validator | None = None) -> None:
        super().__init__(*([validator] if validator else []))
        self.choices = choices

    def to_python(self, value: Any) -> tuple[str, ...]:
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def validate(self, value: Any) -> None:
        """An empty list is a value: it says none of them."""
        for validator in self.validators:
            validator(value)
        known = dict(self.choices)
        unknown = [each for each in value if known and each not in known]
        if unknown:
            raise ValidationError(
                _("“%(unknown)s” is unknown. Known are: %(names)s.")
                % {"unknown": unknown[0], "names": ", ".join(map(str, known))},
                code="choice",
            )

    def text(self, value: Any) -> str:
        return ",".join(value or ())

    def display(self, value: Any) -> str:
        labels = dict(self.choices)
        return ", ".join(str(labels.get(each, each)) for each in value or ())


class StoreView(SettingKind):
    """The id of a store view."""

    def to_python(self, value: Any) -> int:
        return _whole_number(value, _("Enter the number of a store view."), "store")

    def validate(self, value: Any) -> None:
        if value > LARGEST_COUNT or not Store.objects.filter(pk=value).exists():
            raise ValidationError(
                _("There is no store view number %(number)s.") % {"number": value}, code="store"
            )


class DateTime(SettingKind):
    """A date and time, entered in the shop's zone unless the text names another."""

    def to_python(self, value: Any) -> datetime:
        """Read "2026-03-01 08:00:00", "2026-03-01" or ISO 8601 with a zone, in the active zone."""
        at = value if isinstance(value, datetime) else _datetime(str(value))
        return at if timezone.is_aware(at) else timezone.make_aware(at)

    def dump(self, value: Any) -> str:
        return str(value.astimezone(UTC).isoformat(sep=" "))

    def text(self, value: Any) -> str:
        return "" if value is None else timezone.localtime(value).isoformat(sep=" ")


def _whole_number(value: Any, message: str, code: str) -> int:
    digits = str(value)
    # More than twenty digits are too many for every setting, and many thousands for Python.
    if isinstance(value, int) or (digits.isascii() and digits.isdigit() and len(digits) <= 20):
        return int(value)
    raise ValidationError(message, code=code)


def _datetime(text: str) -> datetime:
    try:
        day = parse_date(text)
        found = datetime(day.year, day.month, day.day) if day else parse_datetime(text)  # noqa: DTZ001
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_("Enter a date and time such as 2026-03-01 08:00:00."), code="date")
    return found
