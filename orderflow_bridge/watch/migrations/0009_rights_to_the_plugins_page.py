"""Let the ready roles look at System → Plugins."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = ("plugins.hookuse",)


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("watch", "0008_rights_to_pause"),
        ("plugins", "0001_hook_figures"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
