"""Make the role that the guide prescribes for OrderFlow's user: "orderflow" with OrderFlow Import.

Django creates permissions only after all migrations have run, so this one makes the row it needs; what
comes later finds it and leaves it alone.
"""

from django.db import migrations


def create_orderflow_role(apps, schema_editor):
    """Create the role; one of that name which is there already keeps what it has and gains the right."""
    alias = schema_editor.connection.alias
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.using(alias).get_or_create(
        app_label="access", model="accesstoken"
    )
    right, _ = apps.get_model("auth", "Permission").objects.using(alias).get_or_create(
        content_type=kind, codename="orderflow_import", defaults={"name": "OrderFlow Import"}
    )
    role, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name="orderflow")
    role.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        # Going back leaves the role: users may depend on it.
        migrations.RunPython(create_orderflow_role, migrations.RunPython.noop),
    ]
