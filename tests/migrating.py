"""Migrations as they were before rooms were squashed: what databases of a release go by."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


class _StepByStep(MigrationLoader):
    """Migrations of the disk without those that replace others."""

    def load_disk(self) -> None:
        """Leave squashed ones out; who depends on one depends on the last that it replaces."""
        super().load_disk()
        migrations = self.disk_migrations
        last = {key: each.replaces[-1] for key, each in migrations.items() if each.replaces}
        self.disk_migrations = {key: each for key, each in migrations.items() if key not in last}
        for each in self.disk_migrations.values():
            vars(each)["dependencies"] = [last.get(key, key) for key in each.dependencies]


def step_by_step() -> MigrationExecutor:
    """Return an executor that goes to and fro between the states that a release may have left."""
    executor = MigrationExecutor(connection)
    executor.loader = _StepByStep(connection)
    return executor
