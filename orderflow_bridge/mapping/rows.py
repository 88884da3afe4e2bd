"""What a row of a mapping says: which of OrderFlow's keys gets which value of ours, and how."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy


class Part(TextChoices):
    """What a table of the mapping is for."""

    PRODUCT = "product", gettext_lazy("Product")
    ORDER = "order", gettext_lazy("Order")
    ADDRESS = "address", gettext_lazy("Address")
    ORDER_LINE = "order_line", gettext_lazy("Order Line")
    SHIPMENT = "shipment", gettext_lazy("Shipment Part")


# The parts whose values may be added to what OrderFlow fetches.
ANSWERED = (Part.PRODUCT, Part.ORDER, Part.SHIPMENT)


class Use(TextChoices):
    """Where a row's value comes from."""

    SYSTEM = "system", gettext_lazy("System value")
    FIELD = "field", gettext_lazy("Field or attribute")
    CONSTANT = "constant", gettext_lazy("Constant")
    TEMPLATE = "template", gettext_lazy("Template")
    OFF = "off", gettext_lazy("Not sent")


@dataclass(frozen=True)
class Row:
    """One changed or added row.

    `value` is the field's path, the constant or the template. `default` stands in for an empty
    value. The format: `decimals` of a number, `yes` and `no` as words, a `date` form such as
    %d.%m.%Y, `length` in characters. `when` is a condition in the templates' language; where it
    does not hold, the system value is sent, if the key has one. `in_answers` adds the value to what
    OrderFlow fetches.
    """

    part: Part
    key: str
    use: Use = Use.SYSTEM
    value: str = ""
    default: str = ""
    decimals: int | None = None
    yes: str = ""
    no: str = ""
    date: str = ""
    length: int | None = None
    when: str = ""
    in_answers: bool = False

    def definition(self) -> dict[str, Any]:
        """Return what is stored and exported: all that differs from an empty row."""
        empty = Row(self.part, self.key)
        return {
            name: str(value) if name == "use" else value
            for name, value in asdict(self).items()
            if name not in ("part", "key") and (name == "use" or value != getattr(empty, name))
        }

    @classmethod
    def of(cls, part: Part, key: str, definition: Mapping[str, Any]) -> "Row":
        """Return the row of a stored definition; members that this version lacks are left out.

        Raises ValueError for a `use` that there is not.
        """
        known = {name: value for name, value in definition.items() if name in DEFINED}
        return cls(part, key, **{**known, "use": Use(known.get("use", Use.SYSTEM))})

    @property
    def says(self) -> str:
        """The value in one line, for lists and the history."""
        text = {
            Use.SYSTEM: _("System value"),
            Use.FIELD: self.value,
            Use.CONSTANT: f"“{self.value}”",
            Use.TEMPLATE: self.value,
            Use.OFF: _("Not sent"),
        }[self.use]
        return ", ".join([text, *self.formats])

    @property
    def formats(self) -> list[str]:
        """Default, format and condition in words."""
        words = {
            _("else “%(value)s”") % {"value": self.default}: self.default,
            _("%(count)s decimals") % {"count": self.decimals}: self.decimals is not None,
            _("“%(yes)s” or “%(no)s”") % {"yes": self.yes, "no": self.no}: self.yes or self.no,
            _("as %(form)s") % {"form": self.date}: self.date,
            _("at most %(count)s characters") % {"count": self.length}: self.length,
            _("when %(condition)s") % {"condition": self.when}: self.when,
            _("also in fetched answers"): self.in_answers,
        }
        return [word for word, is_said in words.items() if is_said]


DEFINED = frozenset(each.name for each in fields(Row)) - {"part", "key"}
