"""`manage.py prepare`: what must happen once before the processes of a new version start."""

from typing import Any

from django.core.management.base import BaseCommand

from orderflow_bridge.supervisor.preparation import prepare


class Command(BaseCommand):
    """Migrate, make the broker's queue and, at the very first time, the administrator."""

    help = "Migrates the database and makes the first administrator (docs/production.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare and say what was done."""
        administrator = prepare()
        self.stdout.write("The database is up to date.")
        if administrator is not None:
            secret = administrator.password or "the one in BRIDGE_ADMIN_PASSWORD"
            self.stdout.write(f"Administrator: {administrator.username}, password: {secret}")
