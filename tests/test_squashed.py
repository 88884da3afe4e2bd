"""What squashed migrations make is what those make that they replace."""

import sys
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration

from tests.migrating import step_by_step

pytestmark = pytest.mark.django_db


def test_the_models_are_those_that_the_single_steps_lead_to() -> None:
    steps, squashed = step_by_step().loader, MigrationLoader(connection)

    assert any(each.replaces for each in squashed.disk_migrations.values())
    changes = MigrationAutodetector(steps.project_state(), squashed.project_state())
    assert changes.changes(squashed.graph) == {}


def test_a_room_that_came_after_the_last_release_gives_the_same_rights() -> None:
    migrations = MigrationLoader(connection).disk_migrations
    rooms = [each for each in migrations.values() if each.replaces and new_rights(each)]

    assert {each.app_label for each in rooms} >= {"watch", "induction", "rules", "carriers"}
    for squashed in rooms:
        assert set(new_rights(squashed)) >= {
            right for key in squashed.replaces for right in new_rights(migrations[key])
        }


def new_rights(migration: Migration) -> Any:
    """Return the rights that a migration gives to the ready roles, if it names any."""
    return getattr(sys.modules[type(migration).__module__], "NEW", ())
