"""Cancelling an order that OrderFlow may have (reference.md F110, B-52 to B-55)."""

from exports.cancellation.intents import recover_cancellations
from exports.cancellation.services import CancelOutcome, cancel_order

__all__ = ("CancelOutcome", "cancel_order", "recover_cancellations")
