"""The filters of our lists: text, choices, number range, date range.

A filter is declared once per list; bound to a request it becomes what Django calls a list filter.
Days are those of the shop's time zone.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

Given = Mapping[str, Sequence[str]]
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class NotReadable(ValueError):
    """Somebody typed what the filter cannot read; the text says what it takes."""


@dataclass(frozen=True)
class Part:
    """One thing that a filter asks for: its chip's text, and the value of the address behind it."""

    text: str
    name: str
    value: str | None = None


@dataclass(frozen=True)
class Filter:
    """A filter on a field. `path` leads to the field, `title` is shown, `name` is in the address.

    `match` returns the condition of what was read, where it is not plainly a comparison. `order` is
    the list's order while the filter is used and no other is asked for: an index may serve both.
    """

    path: str
    title: str
    name: str = ""
    match: Callable[[Any], Q] | None = None
    order: Sequence[Any] = ()
    template: ClassVar[str]

    @property
    def key(self) -> str:
        """The filter's name in the address."""
        return self.name or self.path.replace("__", "_")

    @property
    def names(self) -> tuple[str, ...]:
        """All names of the address that belong to this filter."""
        return (self.key,)

    def read(self, given: Given, inputs: Mapping[str, Any]) -> Any:
        """Return what is asked for, None if nothing. Raises NotReadable."""
        raise NotImplementedError

    def condition(self, wanted: Any) -> Q:
        """Return the condition of what was read."""
        raise NotImplementedError

    def narrow(self, rows: QuerySet[Any], wanted: Any) -> QuerySet[Any]:
        """Return the rows that match what was read."""
        return rows.filter(self.condition(wanted))

    def parts(self, wanted: Any) -> list[Part]:
        """Return what is asked for, each thing with its chip's text."""
        raise NotImplementedError

    def inputs(self, given: Given, request: HttpRequest) -> dict[str, Any]:
        """Return what the filter's template needs."""
        return {}

    def value_of(self, given: Given, name: str) -> str:
        """Return the last value that the address gives to a name, stripped."""
        values = given.get(name) or ("",)
        return values[-1].strip()


@dataclass(frozen=True)
class Text(Filter):
    """Text in a field. `lookup` says how; "startswith" is the one that an index serves."""

    lookup: str = "icontains"
    template: ClassVar[str] = "bridge/filters/text.html"

    def read(self, given: Given, inputs: Mapping[str, Any]) -> str | None:
        """Return the text asked for."""
        return self.value_of(given, self.key).replace("\0", "") or None

    def condition(self, wanted: str) -> Q:
        """Compare the field with the text."""
        return self.match(wanted) if self.match else Q(**{f"{self.path}__{self.lookup}": wanted})

    def parts(self, wanted: str) -> list[Part]:
        """Return the one text."""
        return [Part(f"{self.title}: {wanted}", self.key)]

    def inputs(self, given: Given, request: HttpRequest) -> dict[str, Any]:
        """Return the text, and how it is compared."""
        hints = {"startswith": _("begins with…"), "exact": _("is exactly…"), "iexact": _("is…")}
        hint = hints.get(self.lookup, _("contains…"))
        return {"value": self.value_of(given, self.key), "hint": hint}


@dataclass(frozen=True)
class Choices(Filter):
    """One or several of some choices. `choices` may be a function, asked once per page."""

    choices: Iterable[tuple[Any, Any]] | Callable[[HttpRequest], Iterable[tuple[Any, Any]]] = ()
    template: ClassVar[str] = "bridge/filters/choices.html"

    def read(self, given: Given, inputs: Mapping[str, Any]) -> dict[str, str] | None:
        """Return the values asked for with their labels; what is none of the choices has none."""
        labels = {value: label for value, label, is_made in inputs["choices"]}
        return {value: labels.get(value, "") for value in given.get(self.key, ()) if value} or None

    def condition(self, wanted: dict[str, str]) -> Q:
        """Take rows that have any of the values; what is none of the choices finds nothing."""
        found = Q(pk__in=())
        for value, label in wanted.items():
            if label:
                found |= self.match(value) if self.match else Q(**{self.path: value})
        return found

    def parts(self, wanted: dict[str, str]) -> list[Part]:
        """Return each value for itself."""
        return [
            Part(f"{self.title}: {label or value}", self.key, value)
            for value, label in wanted.items()
        ]

    def inputs(self, given: Given, request: HttpRequest) -> dict[str, Any]:
        """Return the choices, and which are made."""
        made = set(given.get(self.key, ()))
        offered = self.choices(request) if callable(self.choices) else self.choices
        pairs = [(str(value), str(label)) for value, label in offered]
        return {"choices": [(value, label, value in made) for value, label in pairs]}


def yes_or_no(path: str, title: str, name: str = "", *, yes: str, no: str, match: Any) -> Choices:
    """Return a filter of two choices; `match` returns the condition of the first one."""

    def condition(value: str) -> Q:
        matching: Q = match()
        return matching if value == "yes" else ~matching

    return Choices(path, title, name, condition, choices=(("yes", yes), ("no", no)))


@dataclass(frozen=True)
class Range:
    """What was asked for: two ends, each with its text; None is an open end."""

    start: Any
    end: Any
    start_text: str = ""
    end_text: str = ""


@dataclass(frozen=True)
class _RangeFilter(Filter):
    """A filter with two fields, `_from` and `_to`."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of both ends."""
        return (f"{self.key}_from", f"{self.key}_to")

    def read(self, given: Given, inputs: Mapping[str, Any]) -> Range | None:
        """Return the two ends, None if both are open. Raises NotReadable."""
        start, end = (self.value_of(given, name) for name in self.names)
        if not start and not end:
            return None
        return Range(self.parse(start), self.parse(end, is_end=True), start, end)

    def parse(self, text: str, *, is_end: bool = False) -> Any:
        """Return one end, None for an empty text. Raises NotReadable."""
        raise NotImplementedError

    def parts(self, wanted: Range) -> list[Part]:
        """Return the two ends."""
        texts = (_("%(title)s from %(value)s"), _("%(title)s to %(value)s"))
        ends = zip(self.names, texts, (wanted.start_text, wanted.end_text), strict=True)
        return [
            Part(text % {"title": self.title, "value": value}, name)
            for name, text, value in ends
            if value
        ]

    def inputs(self, given: Given, request: HttpRequest) -> dict[str, Any]:
        """Return both texts as they were typed."""
        return {
            "ends": [
                (name, word, self.value_of(given, name))
                for name, word in zip(self.names, (_("from"), _("to")), strict=True)
            ]
        }


@dataclass(frozen=True)
class NumberRange(_RangeFilter):
    """Numbers from … to …, both included. Whole ones unless `is_decimal`."""

    is_decimal: bool = False
    template: ClassVar[str] = "bridge/filters/numbers.html"

    def parse(self, text: str, *, is_end: bool = False) -> Decimal | int | None:
        """Return the number. Raises NotReadable."""
        if not text:
            return None
        if self.is_decimal and _NUMBER.fullmatch(text):
            return Decimal(text)
        if not self.is_decimal and _WHOLE.fullmatch(text):
            return int(text)
        if self.is_decimal:
            raise NotReadable(_("“%(text)s” is not a number such as 12.50.") % {"text": text})
        raise NotReadable(_("“%(text)s” is not a whole number.") % {"text": text})

    def condition(self, wanted: Range) -> Q:
        """Take rows between the ends."""
        found = Q()
        if wanted.start is not None:
            found &= Q(**{f"{self.path}__gte": wanted.start})
        if wanted.end is not None:
            found &= Q(**{f"{self.path}__lte": wanted.end})
        return found


@dataclass(frozen=True)
class DateRange(_RangeFilter):
    """Days from … to …, both included, in the shop's time zone; a time of day may follow."""

    template: ClassVar[str] = "bridge/filters/dates.html"

    def parse(self, text: str, *, is_end: bool = False) -> datetime | None:
        """Return the beginning, or the exclusive end, of a day or minute. Raises NotReadable."""
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text).replace(tzinfo=None)
            span = timedelta(days=1) if len(text) <= len("2017-03-23") else timedelta(minutes=1)
            return timezone.make_aware(at + span if is_end else at)
        except (ValueError, OverflowError) as error:
            said = _("“%(text)s” is not a date such as 2017-03-23.") % {"text": text}
            raise NotReadable(said) from error

    def condition(self, wanted: Range) -> Q:
        """Take rows between the ends; the second one is exclusive."""
        found = Q()
        if wanted.start is not None:
            found &= Q(**{f"{self.path}__gte": wanted.start})
        if wanted.end is not None:
            found &= Q(**{f"{self.path}__lt": wanted.end})
        return found

    def inputs(self, given: Given, request: HttpRequest) -> dict[str, Any]:
        """Return both texts, the zone they are meant in, and spans to choose from."""
        zone = timezone.get_current_timezone_name()
        return {**super().inputs(given, request), "zone": zone, "presets": _presets()}


def _presets() -> list[tuple[str, str, str]]:
    """Return spans of days that are often asked for, in the shop's zone, both ends included."""
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    spans = [
        (_("Today"), today, today),
        (_("Yesterday"), yesterday, yesterday),
        (_("7 days"), today - timedelta(days=6), today),
        (_("30 days"), today - timedelta(days=29), today),
        (_("This month"), today.replace(day=1), today),
    ]
    return [(title, start.isoformat(), end.isoformat()) for title, start, end in spans]
