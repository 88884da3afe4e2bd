"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those. Ready roles of
0.1.0, which had no such room, get their rights; those of a new database have them already.
"""

from typing import Any

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = (
    "mapping.changedrow",
)


def give_rights(apps: Any, schema_editor: Any) -> None:
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):

    replaces = [('mapping', '0001_changed_rows'), ('mapping', '0002_rights_of_ready_roles')]

    initial = True

    dependencies = [
        ('access', '0002_ready_roles'),
        ('stores', '0003_magento_statuses'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(max_length=16)),
                ('key', models.CharField(max_length=64)),
                ('definition', models.JSONField(default=dict)),
                ('website', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
            ],
            options={
                'verbose_name': 'mapping',
                'verbose_name_plural': 'mappings',
                'ordering': ('pk',),
                'default_permissions': ('view', 'change'),
                'constraints': [models.UniqueConstraint(models.F('part'), models.F('key'), django.db.models.functions.comparison.Coalesce('website', 0), name='mapping_one_row_per_scope')],
            },
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
