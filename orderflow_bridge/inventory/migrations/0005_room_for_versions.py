"""Give a source item's page room for three more versions of each, and one index less to write.

While an old transaction is open, old versions stay. A new one that finds no room beside them goes to
another page, and then every index is written (docs/decisions/stock-in-sql.md). Pages that are there
keep their rows; they get room as rows move, or by VACUUM FULL.
"""

import django.db.models.deletion
from django.db import migrations, models


def make_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE inventory_sourceitem SET (fillfactor = 25)")


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_attribute_sets'),
        ('inventory', '0004_last_received'),
    ]

    operations = [
        migrations.RunPython(make_room, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='sourceitem',
            name='product',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='source_items', to='catalog.product'),
        ),
        migrations.AlterField(
            model_name='sourceitem',
            name='source',
            field=models.ForeignKey(db_column='source_code', db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='inventory.source'),
        ),
        migrations.AddIndex(
            model_name='sourceitem',
            index=models.Index(fields=['source'], name='inventory_item_source'),
        ),
    ]
