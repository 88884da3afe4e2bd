"""Dates as Magento's own exports write them, in the short form of an American admin. Pure."""

import re
from contextlib import suppress
from datetime import datetime

_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_SHORT = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}\b|[A-Z][a-z]{2,8} \d{1,2}, \d{4}\b")
_FORMS = (
    "%m/%d/%y", "%m/%d/%Y", "%m/%d/%y, %I:%M %p", "%m/%d/%Y, %I:%M %p", "%m/%d/%y %I:%M %p",
    "%m/%d/%Y %I:%M %p", "%b %d, %Y", "%b %d, %Y, %I:%M:%S %p", "%b %d, %Y %I:%M:%S %p",
    "%B %d, %Y", "%B %d, %Y, %I:%M:%S %p",
)  # fmt: skip


def iso_date(text: str) -> str:
    """Return such a date as 2026-03-01 10:30:00; every other text as it is."""
    plain = _BLANKS.sub(" ", text.strip())
    if _SHORT.match(plain):
        for form in _FORMS:
            with suppress(ValueError):
                return datetime.strptime(plain, form).strftime("%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
    return text
