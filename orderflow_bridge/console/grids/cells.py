"""Cells that remember what they show: a download holds numbers and times, not their texts."""

import html
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

Value = str | int | float | Decimal | datetime


class Shown(SafeString):
    """Markup that remembers the value behind it."""

    value: Any

    def __new__(cls, markup: str, value: Any) -> "Shown":
        """Return the markup, which must be safe already, with its value."""
        shown = super().__new__(cls, markup)
        shown.value = value
        return shown


class NumberCell(str):
    """A text that remembers the number it stands for: "$37.00" and 37."""

    number: int | Decimal

    def __new__(cls, text: str, number: int | Decimal) -> "NumberCell":
        """Return the text with its number."""
        number_cell = super().__new__(cls, text)
        number_cell.number = number
        return number_cell


def number_cell(number: int) -> NumberCell:
    """Return a whole number as a cell; unlike the number itself, 0 is shown as 0."""
    return NumberCell(str(number), number)


def plain_value(cell: Any) -> Value:
    """Return what a cell shows without markup: a number, a time in the shop's zone, or a text."""
    match cell:
        case None:
            return ""
        case Shown():
            return plain_value(cell.value)
        case NumberCell():
            return cell.number
        case bool():
            return "Yes" if cell else "No"
        case int() | float() | Decimal():
            return cell
        case datetime():
            local = timezone.localtime(cell) if timezone.is_aware(cell) else cell
            return local.replace(tzinfo=None, microsecond=0)
        case SafeString():
            return html.unescape(strip_tags(cell.replace("<br>", ", "))).strip()
    return str(cell)
