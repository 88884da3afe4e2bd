"""The filters of short templates (sandboxed_templates.py): what stands behind a value's `|`.

Each does a bounded piece of work: texts are at most LONGEST_TEXT characters going in and coming
out. A value that does not fit raises ValueError with a sentence.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from jinja2 import Undefined

from orderflow_bridge.common.numbers import plain

LONGEST_TEXT = 100_000
_LARGEST_EXPONENT = 20
_MOST_PLACES = 10
_LONGEST_NUMBER = 50
_WIDE = Context(prec=60)
_DIRECTIVES = re.compile(r"%(.)", re.DOTALL)
_KNOWN_DIRECTIVES = "YmdHMSyjbBaAp%I"


def text_of(value: Any) -> str:
    """Return a value as it is written: nothing as "", yes and no as 1 and 0, numbers plainly."""
    if value is None or isinstance(value, Undefined):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str):
        return _bounded(value)
    if isinstance(value, int | float | Decimal):
        return plain(number_of(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    what = "a list" if isinstance(value, list | tuple) else "no single value"
    raise ValueError(f"what should be written is {what}")


def number_of(value: Any) -> Decimal:
    """Return a number, exactly, of a number or of a text that is one. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        shown = text_of(value)[:_LONGEST_NUMBER] or "nothing"
        raise ValueError(f"“{shown}” is no number")
    if isinstance(value, int) and value.bit_length() > 4 * _LONGEST_NUMBER:
        raise ValueError("a number is too large")
    text = str(value).strip()
    if len(text) > _LONGEST_NUMBER:
        raise ValueError(f"“{text[:_LONGEST_NUMBER]}…” is no number")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"“{text or 'nothing'}” is no number") from error
    if not number.is_finite():
        raise ValueError(f"“{text}” is no number")
    if not number:
        return Decimal(0)
    if number.adjusted() > _LARGEST_EXPONENT:
        raise ValueError("a number is too large")
    # What is as small as this is what reckoning has left over, never a quantity.
    return number if number.adjusted() > -_LARGEST_EXPONENT else Decimal(0)


def concatenated(values: list[Any]) -> str:
    """Return texts one behind the other: what `~` does."""
    return _bounded("".join(map(text_of, values)))


def rounded(value: Any, places: Any = 0) -> str:
    """Return a number with exactly so many decimals, half up: 1.5|round(2) → 1.50."""
    number = number_of(value)
    step = Decimal(1).scaleb(-_count(places, _MOST_PLACES))
    return f"{number.quantize(step, rounding=ROUND_HALF_UP, context=_WIDE):f}"


def formatted_date(value: Any, form: Any = "%Y-%m-%d") -> str:
    """Return a date or time in the form given; an ISO text counts as one."""
    unknown = [each for each in _DIRECTIVES.findall(text_of(form)) if each not in _KNOWN_DIRECTIVES]
    if unknown:
        raise ValueError(f"“%{unknown[0]}” is no part of a date")
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise ValueError(f"“{value[:_LONGEST_NUMBER]}” is no date") from error
    if value is None or isinstance(value, Undefined):
        return ""
    if not isinstance(value, date):
        raise ValueError(f"“{text_of(value)[:_LONGEST_NUMBER]}” is no date")
    return value.strftime(text_of(form))


def _truncated(value: Any, length: Any) -> str:
    return text_of(value)[: _count(length, LONGEST_TEXT)]


def _replaced(value: Any, old: Any, new: Any = "") -> str:
    text, searched, put = text_of(value), text_of(old), text_of(new)
    if not searched:
        return text
    if len(text) + text.count(searched) * len(put) > LONGEST_TEXT:
        raise ValueError(f"a text is longer than {LONGEST_TEXT} characters")
    return text.replace(searched, put)


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list | str) else len(text_of(value))


def _first(value: Any) -> Any:
    return next(iter(value), None) if isinstance(value, list | str) else value


def _last(value: Any) -> Any:
    if isinstance(value, list | str):
        return value[-1] if value else None
    return value


def _join(value: Any, between: Any = "", attribute: Any = "") -> str:
    rows = value if isinstance(value, list) else [value]
    key = text_of(attribute)
    if key:
        rows = [row.get(key) for row in rows if isinstance(row, dict)]
    texts = [text for row in rows if (text := text_of(row))]
    if sum(map(len, texts)) + len(texts) * len(text_of(between)) > LONGEST_TEXT:
        raise ValueError(f"a text is longer than {LONGEST_TEXT} characters")
    return text_of(between).join(texts)


def _default(value: Any, instead: Any = "") -> Any:
    return instead if value is None or isinstance(value, Undefined) or value == "" else value


def _yes_no(value: Any, yes: Any = "yes", no: Any = "no") -> Any:
    is_no = not value or (isinstance(value, str) and value.strip().lower() in {"0", "no", "false"})
    return no if is_no else yes


def _on_text(change: Callable[[str], str]) -> Callable[[Any], str]:
    return lambda value: _bounded(change(text_of(value)))


def _bounded(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text is longer than {LONGEST_TEXT} characters")
    return text


def _count(value: Any, most: int) -> int:
    number = int(number_of(value))
    if not 0 <= number <= most:
        raise ValueError(f"“{number}” is not between 0 and {most}")
    return number


FILTERS: dict[str, Callable[..., Any]] = {
    "abs": lambda value: abs(number_of(value)),
    "capitalize": _on_text(str.capitalize),
    "concatenated": concatenated,
    "date": formatted_date,
    "default": _default,
    "first": _first,
    "join": _join,
    "last": _last,
    "length": _length,
    "lower": _on_text(str.lower),
    "number": number_of,
    "replace": _replaced,
    "round": rounded,
    "title": _on_text(str.title),
    "trim": _on_text(str.strip),
    "truncate": _truncated,
    "upper": _on_text(str.upper),
    "urlencode": _on_text(lambda text: quote(text, safe="")),
    "yesno": _yes_no,
}
