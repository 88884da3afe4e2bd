"""Attribute sets: which of a shop's sets of attributes a product has, by number and by name.

A product carries the number that its shop gave it, as Magento's documents do. Names are told here;
a number that nobody has named is shown as it is.
"""

from collections.abc import Mapping

from django.db import models
from django.http import HttpRequest

from orderflow_bridge.common.memory import Memory

DEFAULT_SET = 4


class AttributeSet(models.Model):
    """A name for the number of a set; every shop begins with Magento's own, 4 "Default"."""

    id = models.PositiveIntegerField(
        "ID", primary_key=True, help_text="The number that the shop has for it (attribute_set_id)."
    )
    name = models.CharField(max_length=255, unique=True)

    class Meta:
        ordering = ("name",)
        verbose_name = "attribute set"

    def __str__(self) -> str:
        return self.name


# The names are asked for in every row of a list and change seldom.
sets_read = Memory(seconds=5.0)
forget = sets_read.forget


def set_names() -> Mapping[int, str]:
    """Return the names of the sets by number, in the order of the names."""
    names: Mapping[int, str] | None = sets_read.get("names")
    if names is None:
        names = dict(AttributeSet.objects.values_list("id", "name"))
        sets_read.keep("names", names)
    return names


def set_name(number: int) -> str:
    """Return the name of a set, or the number of one that nobody has named."""
    return set_names().get(number, str(number))


def set_choices(request: HttpRequest) -> list[tuple[int, str]]:
    """Return the sets as choices of a list's filter."""
    return list(set_names().items())
