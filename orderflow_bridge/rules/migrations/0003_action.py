from django.db import migrations, models

CHOICES = [("refuse", "Do not export"), ("hold", "Hold")]


class Migration(migrations.Migration):
    """A rule's action has the field's name; the column keeps its own, for hosts not upgraded yet."""

    dependencies = [("rules", "0002_rights_of_ready_roles")]

    operations = [
        migrations.AlterField(
            "exportrule",
            "deed",
            models.CharField(
                choices=CHOICES, db_column="deed", default="refuse", max_length=8, verbose_name="action"
            ),
        ),
        migrations.RenameField("exportrule", "deed", "action"),
    ]
