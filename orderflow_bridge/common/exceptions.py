"""The errors that rooms raise for one another. Their texts are written for operators.

BridgeError
├── ImportsDisabled     the import is switched off in the configuration
├── LeaseLost           another worker has taken over the claimed requests
└── NotShippable        a despatch cannot be booked on its order
"""


class BridgeError(Exception):
    """Something an operator can read and act upon."""


class ImportsDisabled(BridgeError):
    """The import that was asked for is switched off in the configuration."""


class LeaseLost(BridgeError):
    """The worker took longer than its lease and another one has claimed its requests."""


class NotShippable(BridgeError):
    """A despatch cannot be booked; the text is the REASON of the guide's failure line."""
