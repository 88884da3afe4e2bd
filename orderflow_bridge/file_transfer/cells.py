"""What spreadsheets and Magento do to cells. Pure functions.

A text that begins with =, +, -, @ or a control character runs as a formula when somebody opens the
file. It gets an apostrophe in front, which spreadsheets take for "this is text". A plain number
stays as it is, be it negative. Reading takes one apostrophe off again, so nothing is lost on the
way there and back.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from orderflow_bridge.common.datetimes import parse_datetime
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.documents.records import timestamp

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}\b|[A-Z][a-z]{2,8} \d{1,2}, \d{4}\b")
_DATE_FORMS = (
    "%m/%d/%y", "%m/%d/%Y", "%m/%d/%y, %I:%M %p", "%m/%d/%Y, %I:%M %p", "%m/%d/%y %I:%M %p",
    "%m/%d/%Y %I:%M %p", "%b %d, %Y", "%b %d, %Y, %I:%M:%S %p", "%b %d, %Y %I:%M:%S %p",
    "%B %d, %Y", "%B %d, %Y, %I:%M:%S %p",
)  # fmt: skip
SHORTENED_NOTE = gettext_noop(
    "Some SKUs, numbers or barcodes look as if a spreadsheet had shortened them, such as 4.01E+12;"
    " the rows below say which. Format the column as text, and export the file again."
)
# 4.01E+12; 4012345678901.0; a cell too narrow for its number.
_SHORTENED = re.compile(r"\d+(?:[.,]\d+)?E\+?\d{1,3}|\d{6,}[.,]0|#{3,}", re.IGNORECASE | re.ASCII)
_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!)")
_CODE_COLUMNS = ("sku", "barcode", "increment_id")
_IN_ATTRIBUTES = re.compile(
    r"\b(\w*(?:ean|gtin|upc|isbn|barcode|sku)\w*)=\"?(\d+(?:[.,]\d+)?E\+?\d{1,3})\b",
    re.IGNORECASE | re.ASCII,
)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)


def guarded(text: str) -> str:
    """Return a cell as it may be written into a file."""
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def unguarded(text: str) -> str:
    """Return a cell as it was before it was guarded."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


def iso_date(text: str) -> str:
    """Return a date of Magento's exports, 3/1/26, as 2026-03-01 00:00:00; others as they are."""
    plain = _BLANKS.sub(" ", text.strip())
    if _DATE.match(plain):
        for form in _DATE_FORMS:
            with suppress(ValueError):
                return datetime.strptime(plain, form).strftime("%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
    return text


def is_date(text: str) -> bool:
    """Tell whether a text is a date, or a date and time, as `iso_date` returns them."""
    with suppress(ValueError):
        parse_datetime(text, UTC)
        return True
    return False


def warning_of(cells: Mapping[str, str]) -> str:
    """Say which code of a row looks shortened; "" if none does."""
    for column in _CODE_COLUMNS:
        text = cells.get(column, "").strip()
        if _SHORTENED.fullmatch(text):
            return f"Check {column}: {text} looks like a number that a spreadsheet has shortened."
        if _ERROR.fullmatch(text):
            return f"Check {column}: {text} is what a spreadsheet shows for a formula that fails."
    if found := _IN_ATTRIBUTES.search(cells.get("additional_attributes", "")):
        return f"Check {found[1]}: {found[2]} looks like a number that a spreadsheet has shortened."
    return ""


def number_advice(text: str) -> str:
    """Say how to write a number that has a comma; "" for every other text.

    1,000 is a thousand or one: whoever wrote it knows.
    """
    number = text.strip()
    if not _DECIMAL_COMMA.fullmatch(number):
        return ""
    pointed = number.replace(",", ".")
    if _THOUSANDS.fullmatch(number):
        return f" Write it as {number.replace(',', '')}, or with a decimal point: {pointed}."
    return f" Write it with a decimal point: {pointed}."


def cell_text(value: Any) -> str:
    """Return a value as a cell has it: nothing for None, times as Magento writes them."""
    match value:
        case None:
            return ""
        case Decimal():
            return plain(value)
        case bool():
            return str(int(value))
        case datetime():
            return timestamp(value)
    return str(value)
