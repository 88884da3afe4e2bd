"""A form's number field, as our forms show numbers."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from orderflow_bridge.common.numbers import plain

_PLACES = re.compile(r"-?[0-9]+\.[0-9]+", re.ASCII)


class PlainDecimalField(forms.DecimalField):
    """A number field that shows 90 and not 90.0000, and takes 90.000000 for 90."""

    def to_python(self, value: Any) -> Any:
        """Read a number; zeros at the end of its places do not count as places."""
        if isinstance(value, str) and _PLACES.fullmatch(text := value.strip()):
            value = text.rstrip("0")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Return a stored number plainly; what was typed stays as typed."""
        return plain(value) if isinstance(value, Decimal) else value
