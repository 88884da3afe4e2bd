"""What a row of a mapping says: which of OrderFlow's keys gets which value of ours, and how."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db.models import TextChoices


class Part(TextChoices):
    """What a table of the mapping is for."""

    PRODUCT = "product", "Product"
    ORDER = "order", "Order"
    ADDRESS = "address", "Address"
    ORDER_LINE = "order_line", "Order Line"
    SHIPMENT = "shipment", "Shipment Part"


# The parts whose values may be added to what OrderFlow fetches.
ANSWERED = (Part.PRODUCT, Part.ORDER, Part.SHIPMENT)


class Use(TextChoices):
    """Where a row's value comes from."""

    SYSTEM = "system", "System value"
    FIELD = "field", "Field or attribute"
    CONSTANT = "constant", "Constant"
    TEMPLATE = "template", "Template"
    OFF = "off", "Not sent"


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
            Use.SYSTEM: "System value",
            Use.FIELD: self.value,
            Use.CONSTANT: f"“{self.value}”",
            Use.TEMPLATE: self.value,
            Use.OFF: "Not sent",
        }[self.use]
        return ", ".join([text, *self.formats])

    @property
    def formats(self) -> list[str]:
        """Default, format and condition in words."""
        words = {
            f"else “{self.default}”": self.default,
            f"{self.decimals} decimals": self.decimals is not None,
            f"“{self.yes}” or “{self.no}”": self.yes or self.no,
            f"as {self.date}": self.date,
            f"at most {self.length} characters": self.length,
            f"when {self.when}": self.when,
            "also in fetched answers": self.in_answers,
        }
        return [word for word, is_said in words.items() if is_said]


DEFINED = frozenset(each.name for each in fields(Row)) - {"part", "key"}
