"""The filters that ask from … to …: numbers, and days in the shop's time zone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from orderflow_bridge.console.grids.filters import Filter, Given, NotReadable, Part

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


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
        ends = zip(self.names, ("from", "to"), (wanted.start_text, wanted.end_text), strict=True)
        return [Part(f"{self.title} {word} {text}", name) for name, word, text in ends if text]

    def inputs(self, given: Given, request: HttpRequest) -> dict[str, Any]:
        """Return both texts as they were typed."""
        return {
            "ends": [
                (name, word, self.value_of(given, name))
                for name, word in zip(self.names, ("from", "to"), strict=True)
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
        kind = "a number such as 12.50" if self.is_decimal else "a whole number"
        raise NotReadable(f"“{text}” is not {kind}.")

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
            raise NotReadable(f"“{text}” is not a date such as 2017-03-23.") from error

    def condition(self, wanted: Range) -> Q:
        """Take rows between the ends; the second one is exclusive."""
        found = Q()
        if wanted.start is not None:
            found &= Q(**{f"{self.path}__gte": wanted.start})
        if wanted.end is not None:
            found &= Q(**{f"{self.path}__lt": wanted.end})
        return found

    def inputs(self, given: Given, request: HttpRequest) -> dict[str, Any]:
        """Return both texts, and the zone they are meant in."""
        return {**super().inputs(given, request), "zone": timezone.get_current_timezone_name()}
