"""The errors that rooms raise for one another. Their texts are written for operators.

BridgeError
├── ActionNotAvailable  an order's state does not allow what was asked for
├── ImportsDisabled     the import is switched off in the configuration
├── LeaseLost           another worker has taken over the claimed requests
├── MailRefused         an e-mail cannot be written: no valid recipient, broken subject
├── MessageRefused      a message cannot be stored; the text goes back to the caller
└── NotShippable        a despatch cannot be booked on its order
"""


class BridgeError(Exception):
    """Something an operator can read and act upon."""


class ActionNotAvailable(BridgeError):
    """The state of an order does not allow the action."""


class ImportsDisabled(BridgeError):
    """The import that was asked for is switched off in the configuration."""


class LeaseLost(BridgeError):
    """The worker took longer than its lease and another one has claimed its requests."""


class MailRefused(BridgeError):
    """An e-mail has no valid recipient, or a subject that would forge headers."""


class MessageRefused(BridgeError):
    """A message cannot be stored as it is; the text is written for the system that sent it."""


class NotShippable(BridgeError):
    """A despatch cannot be booked; the text is the REASON of the guide's failure line."""
