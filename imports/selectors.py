"""What stock imports wait for."""

from imports.models import MassChange


def held_mass_change() -> MassChange | None:
    """Return the mass change that nobody has decided on: while there is one, all stock waits."""
    return MassChange.objects.filter(decision=MassChange.Decision.OPEN).order_by("pk").first()
