"""What is wrong with one item among many: a text with placeholders, as Magento words it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from orderflow_bridge.common.exceptions import BridgeError

_LONGEST_SHOWN = 100


class ItemError(NamedTuple):
    """One thing that is wrong. `parameters` are what belongs in the message's %placeholders."""

    message: str
    parameters: Mapping[str, Any] = {}

    @property
    def text(self) -> str:
        """The message with its parameters in place, for people; long values are cut."""
        text = self.message
        for name, value in self.parameters.items():
            text = text.replace(f"%{name}", str(value)[:_LONGEST_SHOWN])
        return text

    def at(self, place: int) -> "ItemError":
        """Return the error with the place of its item among the parameters, from 0."""
        return self._replace(parameters={**self.parameters, "item": place})

    def as_error(self) -> dict[str, Any]:
        """Return it as an entry of `errors` in Magento's answer."""
        error: dict[str, Any] = {"message": self.message}
        if self.parameters:
            error["parameters"] = dict(self.parameters)
        return error


class InputRefused(BridgeError):
    """Nothing of what was given is taken; `errors` say what is wrong with it, one by one."""

    def __init__(
        self, item_errors: Sequence[ItemError], message: str = "Validation Failed"
    ) -> None:
        self.item_errors = list(item_errors)
        self.message = message
        super().__init__(f"{message}: {' '.join(each.text for each in item_errors)}")


def empty(field: str) -> ItemError:
    """Something must not be empty."""
    return ItemError('"%field" can not be empty.', {"field": field})


def not_numeric(field: str) -> ItemError:
    """Something must be a number."""
    return ItemError('"%field" should be numeric.', {"field": field})
