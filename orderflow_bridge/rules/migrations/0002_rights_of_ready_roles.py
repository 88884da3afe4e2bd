"""Give the ready roles the rights of export rules, safety stock and held orders."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = ("rules.exportrule", "rules.safetystock", "rules.release_heldorder")


def add_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("rules", "0001_rules"),
        ("access", "0006_rights_of_configuration_files"),
    ]

    operations = [migrations.RunPython(add_rights, migrations.RunPython.noop)]
