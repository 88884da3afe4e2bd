"""The errors that rooms raise for one another. Their texts are written for operators.

BridgeError
├── ActionNotAvailable  an order's state does not allow what was asked for
├── AdoptionRefused     a database cannot be adopted as asked; the text says why
├── AttributeRefused    an attribute or a set cannot be written as asked; the text says why
├── CategoryRefused     a category cannot be written as asked; the text goes back to the caller
├── CriteriaRefused     a list cannot be searched as asked; the text goes back to the caller
├── CustomerRefused     a customer cannot be kept as asked; the text goes back to the caller
├── ExchangeHeld        what was asked for is paused, or not called from here; the text says why
├── ExportNotConfigured a setting that is needed to reach OrderFlow is missing or wrong
├── ExportRefused       a product or order cannot be exported; the text says why
├── ExportsIncomplete   an export job could not serve every website; the text says which
├── ImportsDisabled     the import is switched off in the configuration
├── ImportsPaused       stock imports wait until somebody decides on a mass change
├── InputRefused        nothing of what was given is taken; its `ItemError`s say why, one by one
├── JobNotReady         a job cannot begin before something is configured; the text says what
├── LeaseLost           another worker has taken over the claimed requests
├── MailRefused         an e-mail cannot be written: no valid recipient, broken subject
├── MessageRefused      a message cannot be stored; the text goes back to the caller
├── NoSuchEntity        what a caller asked for does not exist
├── NotSalable          there is not enough of a product to sell
├── NotShippable        a despatch cannot be booked on its order
├── OrderRefused        an order or a cart cannot be written as asked; the text says why
├── PictureRefused      a picture cannot be kept; the text goes back to the caller
├── PauseRefused        the exchange cannot be paused as asked; the text says why
├── PluginFailed        a plugin's hook raised, or its answer is no use; the text names it
├── ProblemRefused      a problem cannot be settled as asked; the text says why
├── StepRefused         none of some selected rows could be acted upon; the others are tried
├── TemplateRefused     a short template cannot be used, or does not fit its values
└── VariantRefused      a product's options, variants or parts cannot be so; the text says why
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

_LONGEST_SHOWN = 100


class BridgeError(Exception):
    """Something an operator can read and act upon."""


class ActionNotAvailable(BridgeError):
    """The state of an order does not allow the action."""


class AdoptionRefused(BridgeError):
    """A database cannot be made that of this installation; the text says what to do first."""


class CategoryRefused(BridgeError):
    """A category cannot be written as asked; the texts are Magento's."""


class CriteriaRefused(BridgeError):
    """Search criteria that cannot be followed.

    `message` keeps Magento's %placeholders, which REST sends beside their `parameters`.
    """

    def __init__(self, message: str, parameters: Mapping[str, str] | None = None) -> None:
        self.message = message
        self.parameters = dict(parameters or {})
        text = message
        for name, value in self.parameters.items():
            text = text.replace(f"%{name}", value[:_LONGEST_SHOWN])
        super().__init__(text)

    @classmethod
    def unsupported(cls, name: str) -> "CriteriaRefused":
        """A field, a condition or a member that there is not."""
        return cls(
            '"%fieldName" is not supported. Correct the field name and try again.',
            {"fieldName": name},
        )

    @classmethod
    def wrong_type(cls, name: str, expected: str) -> "CriteriaRefused":
        """A value that is not what it should be. It is not repeated."""
        return cls(
            'Error occurred during "%fieldName" processing. The "%type" type was expected.'
            " Verify and try again.",
            {"fieldName": name, "type": expected},
        )


class AttributeRefused(CriteriaRefused):
    """An attribute or a set cannot be written as asked; the texts are Magento's."""


class CustomerRefused(CriteriaRefused):
    """A customer cannot be kept as asked; the texts are Magento's, with their parameters."""


class ExportNotConfigured(BridgeError):
    """A setting that is needed to reach OrderFlow is missing or wrong; the text names it."""


class ExportRefused(BridgeError):
    """A product or order cannot be exported; the text is what the person who asked reads."""


class ExportsIncomplete(BridgeError):
    """An export job could not serve every website; the text says what was done and what was not."""


class ImportsDisabled(BridgeError):
    """The import that was asked for is switched off in the configuration."""


class ImportsPaused(BridgeError):
    """Messages are held, and all that came later waits for a person to decide on them."""

    def __init__(self) -> None:
        super().__init__(
            "Stock imports are paused: a mass change is held. Please apply or discard it first."
        )


class JobNotReady(BridgeError):
    """A job cannot do anything yet; the text says which setting it waits for. Nothing is wrong."""


class ExchangeHeld(ExportNotConfigured, ImportsDisabled, JobNotReady):
    """Somebody has paused this, or this installation may not call; the text says which, and why.

    Whoever can wait for a setting can wait for this: nothing is lost, and nothing is wrong.
    """


class LeaseLost(BridgeError):
    """The worker took longer than its lease and another one has claimed its requests."""


class MailRefused(BridgeError):
    """An e-mail has no valid recipient, or a subject that would forge headers."""


class MessageRefused(BridgeError):
    """A message cannot be stored as it is; the text is written for the system that sent it."""


class NoSuchEntity(BridgeError):
    """What a caller asked for does not exist; the texts are Magento's.

    `message` keeps Magento's %placeholders, which REST sends beside their `parameters`.
    """

    def __init__(self, message: str, parameters: Mapping[str, Any] | None = None) -> None:
        self.message = message
        self.parameters = dict(parameters or {})
        super().__init__(ItemError(message, self.parameters).text)

    @classmethod
    def field(cls, name: str, value: Any) -> "NoSuchEntity":
        """An entity by what Magento calls the field it is found by: cartId."""
        text = "No such entity with %fieldName = %fieldValue"
        return cls(text, {"fieldName": name, "fieldValue": value})

    @classmethod
    def any(cls) -> "NoSuchEntity":
        """An entity of whatever kind, by its id."""
        return cls("The entity that was requested doesn't exist. Verify the entity and try again.")

    @classmethod
    def product(cls) -> "NoSuchEntity":
        """A product, by its SKU."""
        return cls(
            "The product that was requested doesn't exist. Verify the product and try again."
        )


class NotSalable(BridgeError):
    """There is not enough of a product to sell; the text names the SKU."""


class NotShippable(BridgeError):
    """A despatch cannot be booked; the text is the REASON of the guide's failure line."""


class SkuNotOrdered(NotShippable):
    """A despatch names a SKU that is not on its order."""

    def __init__(self, sku: str) -> None:
        super().__init__(f'Order Item with SKU: "{sku}" does not exist.')
        self.sku = sku


class OrderRefused(BridgeError):
    """An order or a cart cannot be written as asked; the text goes back to the caller."""


class PictureRefused(BridgeError):
    """What was given as a picture cannot be kept; the texts are Magento's."""


class PauseRefused(BridgeError):
    """The exchange cannot be paused as asked; the text says why."""


class PluginFailed(BridgeError):
    """A plugin's hook raised. Whatever it was called for fails with it, and nothing else."""


class ProblemRefused(BridgeError):
    """A problem cannot be snoozed, taken or resolved as asked; the text says why."""


class StepRefused(BridgeError):
    """None of the rows of one step of a mass action could be acted upon; the text says why."""


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


class TemplateRefused(BridgeError):
    """A template cannot be used, or makes no text of its values; the text says why."""


class VariantRefused(BridgeError):
    """A product's options, variants or parts cannot be as asked; the texts are Magento's."""
