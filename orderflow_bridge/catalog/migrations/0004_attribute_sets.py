"""Names of attribute sets: every shop begins with Magento's own, and the ready roles may read them."""

from django.db import migrations, models

from orderflow_bridge.access.ready_roles import add_to_ready_roles


def add_default(apps, schema_editor):
    sets = apps.get_model("catalog", "AttributeSet").objects.using(schema_editor.connection.alias)
    sets.get_or_create(id=4, defaults={"name": "Default"})


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, ("catalog.attributeset",))


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_category_documents"),
        ("access", "0002_ready_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="AttributeSet",
            fields=[
                (
                    "id",
                    models.PositiveIntegerField(
                        help_text="The number that the shop has for it (attribute_set_id).",
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=255, unique=True)),
            ],
            options={"verbose_name": "attribute set", "ordering": ("name",)},
        ),
        migrations.RunPython(add_default, migrations.RunPython.noop),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
