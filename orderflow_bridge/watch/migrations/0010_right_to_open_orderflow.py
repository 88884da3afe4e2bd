"""Give the ready roles the right to follow links into OrderFlow."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = ("exports.open_orderflow",)


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("watch", "0009_rights_to_the_plugins_page"),
        ("access", "0002_ready_roles"),
        ("exports", "0005_open_in_orderflow"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
