"""Give the ready roles the rights to the page and to the archive."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, ("support.support",))


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0001_the_page_and_its_rights"),
        ("access", "0002_ready_roles"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
