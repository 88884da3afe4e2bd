"""Give the ready roles that are still there the rights to the mapping."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, ("mapping.changedrow",))


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0001_changed_rows"),
        ("access", "0002_ready_roles"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
