"""A held mass change is told of for as long as nobody has decided on it."""

from datetime import datetime

from imports.inventory.mass_changes import finding_of, held_mass_change
from orderflow_bridge.problems.kinds import MASS_CHANGE
from orderflow_bridge.problems.services import settle


def look_for_held_mass_changes(now: datetime) -> None:
    """Raise anew what was resolved by hand; end what somebody has decided on."""
    change = held_mass_change()
    settle(MASS_CHANGE, [finding_of(change)] if change else [], now=now)
