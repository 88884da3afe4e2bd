"""A submitted form, read with mistakes explained."""

from collections.abc import Mapping
from decimal import Decimal

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.numbers import parse_quantity

MOST_SECONDS = 600


class Mistake(BridgeError):
    """What was typed cannot be used; the text says why."""


class Form:
    """The fields of a form, by name."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = fields

    @property
    def way_back(self) -> str:
        """The page to show afterwards; only a path of our own."""
        path = self.text("back")
        is_ours = path.startswith("/") and path[1:2] not in {"/", "\\"}
        return path if is_ours and path.isascii() and path.isprintable() else "/"

    def text(self, name: str) -> str:
        """Return a text, stripped; "" when it is missing."""
        return self.fields.get(name, "").strip()

    def is_ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return name in self.fields

    def units(self, name: str) -> Decimal:
        """Return a quantity, 0 when empty. Raises Mistake."""
        try:
            return parse_quantity(self.text(name) or "0")
        except ValueError as error:
            raise Mistake(f"{error}.") from error

    def number(self, name: str, *, most: int, default: int = 0) -> int:
        """Return a whole number from 0 to `most`. Raises Mistake."""
        text = self.text(name)
        if not text:
            return default
        if not (text.isascii() and text.isdigit()) or int(text[:18]) > most:
            raise Mistake(f"{text!r} is not a whole number from 0 to {most}.")
        return int(text)

    def seconds(self, name: str) -> float:
        """Return a number of seconds up to ten minutes. Raises Mistake."""
        seconds = float(self.units(name))
        if not 0 <= seconds <= MOST_SECONDS:
            raise Mistake(f"Choose 0 to {MOST_SECONDS} seconds.")
        return seconds

    @property
    def dialect(self) -> str:
        """How to write to the shop: M2, or M1 when that was chosen."""
        return "M1" if self.text("dialect") == "M1" else "M2"
