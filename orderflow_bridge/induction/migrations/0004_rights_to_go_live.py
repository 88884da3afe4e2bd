"""Give the ready roles the rights to Go Live: to look, and to take its steps."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = ("induction.launch",)


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("induction", "0003_go_live"),
        ("access", "0002_ready_roles"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
