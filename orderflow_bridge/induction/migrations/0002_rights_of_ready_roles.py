"""Give the ready roles the rights to Connect OrderFlow: to look, and to send links."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = ("induction.connection",)


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("induction", "0001_connect_orderflow"),
        ("access", "0002_ready_roles"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
