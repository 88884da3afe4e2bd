"""Let the ready roles settle problems; who may see one is said by the rights of its kind."""

from django.contrib.contenttypes.models import ContentType
from django.db import migrations

READY_ROLES = ("OrderFlow operator", "OrderFlow administrator")


def let_ready_roles_settle(apps, schema_editor):
    """Give the right to the roles that are there from the start; other roles are the shop's."""
    alias = schema_editor.connection.alias
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.using(alias).get_or_create(
        app_label="problems", model="problem"
    )
    right, _ = apps.get_model("auth", "Permission").objects.using(alias).get_or_create(
        content_type=kind,
        codename="settle_problem",
        defaults={"name": "Snooze, take and resolve"},
    )
    groups = apps.get_model("auth", "Group").objects.using(alias)
    right.group_set.add(*groups.filter(name__in=READY_ROLES))
    # Rows of another registry than the global one must not stay in the cache.
    ContentType.objects.clear_cache()


class Migration(migrations.Migration):
    dependencies = [
        ("problems", "0001_problems"),
        ("access", "0002_ready_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="problem",
            options={
                "default_permissions": (),
                "ordering": ("-severity", "-last_seen", "-id"),
                "permissions": (("settle_problem", "Snooze, take and resolve"),),
            },
        ),
        migrations.AlterModelOptions(
            name="problemnote",
            options={"default_permissions": (), "ordering": ("id",)},
        ),
        migrations.RunPython(let_ready_roles_settle, migrations.RunPython.noop),
    ]
