"""manage.py rotate-secrets: encrypt what is stored with the present key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.configuration.stored_secrets import rotate_secrets


class Command(BaseCommand):
    """Read every stored secret with the present or a former key; write it with the present one."""

    help = "Encrypt stored passwords with the present key; then former keys may be forgotten."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, and name what could not be read."""
        rotated, lost = rotate_secrets()
        forget()
        self.stdout.write(f"Encrypted with the present key: {rotated}.")
        if lost:
            raise CommandError(
                f"Not readable with any key given: {', '.join(lost)}. Give the former key in"
                " BRIDGE_SECRET_KEY_FALLBACKS or BRIDGE_SALT_KEY_FALLBACKS, or enter them again."
            )
