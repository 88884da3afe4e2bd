"""What spreadsheets do to cells, told before it does harm. Pure functions."""

import re
from collections.abc import Mapping

NOTE = (
    "Some SKUs, numbers or barcodes look as if a spreadsheet had shortened them, such as 4.01E+12;"
    " the rows below say which. Format the column as text, and export the file again."
)
_SHORTENED = re.compile(r"\d+(?:[.,]\d+)?E\+?\d{1,3}", re.IGNORECASE | re.ASCII)
_CODES = ("sku", "barcode", "increment_id")
_IN_ATTRIBUTES = re.compile(
    r"\b(\w*(?:ean|gtin|upc|isbn|barcode|sku)\w*)=\"?(\d+(?:[.,]\d+)?E\+?\d{1,3})\b",
    re.IGNORECASE | re.ASCII,
)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)


def warning_of(cells: Mapping[str, str]) -> str:
    """Say which code of a row looks shortened; "" if none does."""
    for column in _CODES:
        text = cells.get(column, "").strip()
        if _SHORTENED.fullmatch(text):
            return f"Check {column}: {text} looks like a number that a spreadsheet has shortened."
    if found := _IN_ATTRIBUTES.search(cells.get("additional_attributes", "")):
        return f"Check {found[1]}: {found[2]} looks like a number that a spreadsheet has shortened."
    return ""


def number_advice(text: str) -> str:
    """Say how to write a number that has a decimal comma; "" for every other text."""
    if not _DECIMAL_COMMA.fullmatch(text.strip()):
        return ""
    return f" Write it with a decimal point: {text.strip().replace(',', '.')}."
