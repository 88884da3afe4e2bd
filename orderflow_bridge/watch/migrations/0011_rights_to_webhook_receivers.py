"""Give the ready roles the rights to webhook receivers, and to whoever had those to the section of
the configuration that receivers have taken the place of."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = ("webhooks.webhookreceiver",)
NAMES = {"pause": "Pause and resume", "test": "Test"}


def move_rights(apps, schema_editor):
    """Whoever might see or change the section may see or change receivers."""
    alias = schema_editor.connection.alias
    add_to_ready_roles(apps, alias, NEW)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    kind, _ = kinds.get_or_create(app_label="webhooks", model="webhookreceiver")
    given = {"view": ("view",), "change": ("view", "add", "change", "delete", "pause", "test")}
    for verb, verbs in given.items():
        old = permissions.filter(
            content_type__app_label="configuration", codename=f"{verb}_webhookssettings"
        ).first()
        if old is None:
            continue
        for each in verbs:
            new, _ = permissions.get_or_create(
                content_type=kind,
                codename=f"{each}_webhookreceiver",
                defaults={"name": NAMES.get(each, f"Can {each} webhook receiver")},
            )
            for group in old.group_set.all():
                group.permissions.add(new)
            for user in old.user_set.all():
                user.user_permissions.add(new)
    kinds.filter(app_label="configuration", model="webhookssettings").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_ready_roles"),
        ("configuration", "0007_webhooks_are_no_settings"),
        ("watch", "0010_right_to_open_orderflow"),
        ("webhooks", "0005_events_of_receivers"),
    ]

    operations = [migrations.RunPython(move_rights, migrations.RunPython.noop)]
