"""Every shop begins with Magento's source `default` and a stock that draws on it.

Source items are rewritten all day. Half-filled pages leave room for the new versions beside the old
ones, so that no index has to be touched.
"""

from django.db import migrations


def add_default_stock(apps, schema_editor):
    source, _ = apps.get_model("inventory", "Source").objects.get_or_create(
        source_code="default", defaults={"name": "Default Source"}
    )
    stock, _ = apps.get_model("inventory", "Stock").objects.get_or_create(name="Default Stock")
    apps.get_model("inventory", "StockSourceLink").objects.get_or_create(
        stock=stock, source=source, defaults={"priority": 1}
    )


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE inventory_sourceitem SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        migrations.RunPython(leave_room, migrations.RunPython.noop),
        migrations.RunPython(add_default_stock, migrations.RunPython.noop),
    ]
