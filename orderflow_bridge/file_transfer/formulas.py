"""Cells that a spreadsheet would take for formulas: guarded when written, unguarded when read.

A text that begins with =, +, -, @ or a control character runs as a formula when somebody opens the
file. It gets an apostrophe in front, which spreadsheets take for "this is text". A plain number
stays as it is, be it negative. Reading takes one apostrophe off again, so nothing is lost on the
way there and back.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


def guarded(text: str) -> str:
    """Return a cell as it may be written into a file."""
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def unguarded(text: str) -> str:
    """Return a cell as it was before it was guarded."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text
