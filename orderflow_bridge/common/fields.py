"""Column types used in every room."""

from typing import Any

from django.db import models


class QuantityField(models.DecimalField):  # type: ignore[type-arg]
    """Units of a product: exact, four decimal places, may be negative (Magento's decimal(12,4))."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """An amount in the order's or the website's currency (Magento's decimal(20,4))."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 20)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)
