"""Column types used in every room, and a form's number field, as our forms show numbers."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models

from orderflow_bridge.common.numbers import plain

_WITH_PLACES = re.compile(r"-?[0-9]+\.[0-9]+", re.ASCII)


class QuantityField(models.DecimalField):  # type: ignore[type-arg]
    """Units of a product: exact, four decimal places, may be negative (Magento's decimal(12,4))."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)


class SeldomQuantityField(QuantityField):
    """Units that are mostly none: those are kept as NULL, which costs no byte, and read as 0.

    Not to be filtered by: old rows hold 0.
    """

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal:
        """Read units, NULL as 0."""
        return value if isinstance(value, Decimal) else Decimal(value or 0)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Write units, 0 as NULL."""
        return super().get_db_prep_save(value or None, connection)


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """An amount in the order's or the website's currency (Magento's decimal(20,4))."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 20)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)


class PlainDecimalField(forms.DecimalField):
    """A number field that shows 90 and not 90.0000, and takes 90.000000 for 90."""

    def to_python(self, value: Any) -> Any:
        """Read a number; zeros at the end of its places do not count as places."""
        if isinstance(value, str) and _WITH_PLACES.fullmatch(text := value.strip()):
            value = text.rstrip("0")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Return a stored number plainly; what was typed stays as typed."""
        return plain(value) if isinstance(value, Decimal) else value


def storable(text: str) -> str:
    """Return a text as columns can hold it: without NUL and without what is no UTF-8."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
