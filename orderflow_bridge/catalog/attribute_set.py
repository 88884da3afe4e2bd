"""What a shop says of its attributes: their sets, by number and name, and their definitions.

A product carries the number that its shop gave it, as Magento's documents do. Names are told here;
a number that nobody has named is shown as it is. A product may have a value for any code; a
definition says what the attribute is called, of which kind it is and what can be chosen. The value
of an option is the text that products hold: its label when it was made, or what came with it.
"""

from collections.abc import Mapping

from django.db import models
from django.http import HttpRequest

from orderflow_bridge.common.memory import Memory
from orderflow_bridge.common.translation import gettext_lazy as _

DEFAULT_SET = 4
LONGEST_NAME = 255
LONGEST_CODE = 60


class AttributeSet(models.Model):
    """A name for the number of a set; every shop begins with Magento's own, 4 "Default"."""

    id = models.PositiveIntegerField(
        _("ID"),
        primary_key=True,
        help_text=_("The number that the shop has for it (attribute_set_id)."),
    )
    name = models.CharField(max_length=255, unique=True)
    sort_order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("name",)
        verbose_name = _("attribute set")

    def __str__(self) -> str:
        return self.name


class ProductAttribute(models.Model):
    """A definition; `options` are pairs of value and label, `extra` what is only given back."""

    code = models.CharField(max_length=LONGEST_CODE, primary_key=True)
    label = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    frontend_input = models.CharField(max_length=16, blank=True, default="")
    scope = models.CharField(max_length=16, default="global")
    is_required = models.BooleanField(default=False)
    options = models.JSONField(default=list, blank=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("code",)
        default_permissions = ()

    def __str__(self) -> str:
        return self.code


def definitions() -> dict[str, ProductAttribute]:
    """Return all definitions by code: one query."""
    return {each.code: each for each in ProductAttribute.objects.all()}


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


def set_places() -> Mapping[int, int]:
    """Return the order of the sets that say one, by number: one query."""
    said = AttributeSet.objects.filter(sort_order__gt=0)
    return dict(said.values_list("id", "sort_order"))


def set_choices(request: HttpRequest) -> list[tuple[int, str]]:
    """Return the sets as choices of a list's filter."""
    return list(set_names().items())
