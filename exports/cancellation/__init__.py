"""Cancelling an order that OrderFlow may have (docs/contract/shop-rules.md, "Cancelling")."""

from exports.cancellation.intents import recover_cancellations
from exports.cancellation.services import CancelOutcome, cancel_order

__all__ = ("CancelOutcome", "cancel_order", "recover_cancellations")
