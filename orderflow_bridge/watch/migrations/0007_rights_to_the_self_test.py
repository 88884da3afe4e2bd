"""Give the ready roles the rights to the self-test: to look, to run it, and to configure it."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = ("configuration.selftestsettings", "watch.selftest")


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("watch", "0006_self_tests"),
        ("access", "0002_ready_roles"),
        ("configuration", "0005_self_test_settings"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
