"""English texts that are kept, and can be shown in their reader's language all the same.

A job writes a sentence when nobody reads it. A `Worded` is that sentence in English, as it is
stored, logged and sent; it also knows the text it was made of and the values in it (`made_of`,
JSON). Whoever keeps that beside the sentence can show it in any language (`shown`).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext

from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.translation import english

_FORMS = {
    "minute": "SHORT_DATETIME_FORMAT", "time": "H:i", "day": "DATE_FORMAT", "month": "DATE_FORMAT",
}  # fmt: skip
_ENGLISH_FORMS = {
    "minute": "%Y-%m-%d %H:%M", "time": "%H:%M", "day": "%Y-%m-%d", "month": "%-d %B %Y",
}  # fmt: skip


class Worded(str):
    """A text in English that knows what it was made of."""

    made_of: Any

    def __new__(cls, made_of: Any) -> "Worded":
        """Say in English what is made of this, whatever language is spoken now."""
        text = super().__new__(cls, _said(made_of, _English))
        text.made_of = made_of
        return text


def worded(text: str, /, **values: object) -> Worded:
    """Return a sentence with its values, which stand in it as %(name)s.

    Numbers are written as the reader's language does. A value may be worded itself, or lazy.
    """
    return Worded({"text": text, "values": _kept(values)})


def nworded(one: str, many: str, count: int, /, **values: object) -> Worded:
    """Return a sentence for one or for many, with %(count)s and further values."""
    return Worded({"text": one, "many": many, "values": _kept({"count": count, **values})})


def named(text: str) -> Worded:
    """Return a text without values that is marked elsewhere, as the title of a job is."""
    return text if isinstance(text, Worded) else Worded({"text": english(text), "values": {}})


def joined(parts: Sequence[str], by: str = " ") -> Worded:
    """Return sentences after one another, or the entries of a list."""
    return Worded({"parts": [_value(each) for each in parts], "by": by})


def worded_time(at: datetime, form: str = "minute") -> Worded:
    """Return a moment as the clock of its own zone shows it, to the minute; or its "time" alone."""
    return Worded({"at": at.replace(tzinfo=None).isoformat(timespec="minutes"), "form": form})


def worded_day(day: date, form: str = "day") -> Worded:
    """Return a day; with form "month" English writes the month as a word."""
    return Worded({"at": day.isoformat(), "form": form})


def made_of(text: str) -> Any:
    """Return what a text was made of, to be kept beside it; None for one that was written so."""
    return getattr(text, "made_of", None)  # also that of a `Said` of OrderFlow's client


def shown(text: str, kept: Any = None) -> str:
    """Return a text in the reader's language, by what was kept beside it or what it knows itself.

    A text that has been written anew without what it is made of stays as it is.
    """
    source = made_of(text) if kept is None else kept
    if source is None or get_language() == settings.LANGUAGE_CODE or Worded(source) != text:
        return str(text)
    return _said(source, _Readers)


def _kept(values: dict[str, object]) -> dict[str, Any]:
    return {name: _value(value) for name, value in values.items()}


def _value(value: object) -> Any:
    if isinstance(value, Worded):
        return value.made_of
    if isinstance(value, Promise):
        return named(value).made_of  # type: ignore[arg-type]
    return value if isinstance(value, int) else str(value)


def _said(made: Any, language: "type[_English]") -> str:
    """Say in a language what is made of this."""
    if isinstance(made, str):
        return made
    if isinstance(made, int):
        return language.number(made)
    if "parts" in made:
        return str(made["by"]).join(_said(each, language) for each in made["parts"])
    if "at" in made:
        return language.datetime_text(datetime.fromisoformat(made["at"]), made["form"])
    values = made["values"]
    text = language.text(made["text"], made.get("many"), values.get("count"))
    return text % {name: _said(each, language) for name, each in values.items()} if values else text


class _English:
    """What is kept: needs no catalogue, so that it can be said while modules are read."""

    @staticmethod
    def text(one: str, many: str | None, count: int | None) -> str:
        return one if many is None or count == 1 else many

    @staticmethod
    def number(value: int) -> str:
        return f"{value:,}"

    @staticmethod
    def datetime_text(at: datetime, form: str) -> str:
        return at.strftime(_ENGLISH_FORMS[form])


class _Readers(_English):
    """The language of whoever reads now."""

    @staticmethod
    def text(one: str, many: str | None, count: int | None) -> str:
        if many is not None:
            return ngettext(one, many, count or 0)
        return gettext(one) if one else ""  # of no text, gettext tells of the catalogue

    @staticmethod
    def number(value: int) -> str:
        return number_text(value)

    @staticmethod
    def datetime_text(at: datetime, form: str) -> str:
        return date_format(at, _FORMS[form])
