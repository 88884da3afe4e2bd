"""Name the right to settle problems; who may see one is said by the rights of its kind."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("problems", "0001_problems")]

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
    ]
