"""Give the ready roles the rights to configuration files: to export, to import, to take secrets."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = ("configuration.transfer",)


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("configuration", "0006_configuration_files"),
        ("access", "0005_count_refused_calls"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
