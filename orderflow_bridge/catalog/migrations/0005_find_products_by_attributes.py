"""An index of attributes by their values, on PostgreSQL: what an ERP looks products up by."""

from django.db import migrations


def add_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX catalog_product_attributes ON catalog_product"
            " USING gin (custom_attributes jsonb_path_ops)"
        )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX catalog_product_attributes")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_attribute_sets")]

    operations = [migrations.RunPython(add_index, drop_index)]
