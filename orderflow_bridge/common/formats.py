"""Numbers and moments as the reader's language writes them.

English has 1,234 and ISO's 2017-03-23 03:44:24, as the lists' filters take it; the forms of the
languages are in orderflow_bridge/formats/.
"""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format


def number_text(value: int | float | Decimal, decimals: int | None = None) -> str:
    """Return a number with its thousands parted, with as many decimals as told or as it has."""
    return number_format(value, decimals, use_l10n=True, force_grouping=True)


def datetime_text(value: datetime) -> str:
    """Return a moment in the shop's zone, to the second."""
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")


def minute_text(value: datetime) -> str:
    """Return a moment in the shop's zone, to the minute."""
    return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
