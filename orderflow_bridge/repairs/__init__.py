"""Repairing by hand: submitting a message again, as it was or corrected, after a preview."""
