"""Give the ready roles the rights to pauses: to look, and for administrators to pause."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = ("exchange.pause",)


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("watch", "0007_rights_to_the_self_test"),
        ("access", "0002_ready_roles"),
        ("exchange", "0001_pauses"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
