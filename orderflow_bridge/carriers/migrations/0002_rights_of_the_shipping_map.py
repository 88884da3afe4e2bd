"""Give the ready roles the rights to the shipping map."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = ("carriers.mappedcourier", "carriers.mappedmethod")


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("carriers", "0001_shipping_map"),
        ("access", "0002_ready_roles"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
