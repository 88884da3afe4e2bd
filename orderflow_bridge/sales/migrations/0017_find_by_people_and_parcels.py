"""Indexes by which people and parcels are found as one types, whatever the case of letters."""

from django.db import migrations

INDEXES = {
    "sales_order_email_lower": ("sales_order", "customer_email"),
    "sales_order_lastname_lower": ("sales_order", "customer_lastname"),
    "sales_order_firstname_lower": ("sales_order", "customer_firstname"),
    "sales_track_number_lower": ("sales_shipmenttrack", "track_number"),
}


def add_indexes(apps, schema_editor):
    # Prefixes are compared by bytes (console/grids/byte_order.py), which PostgreSQL has to be told.
    by_bytes = " text_pattern_ops" if schema_editor.connection.vendor == "postgresql" else ""
    # A tracking number is a text of any length; what an index can hold of it is enough to find it.
    for name, (table, column) in INDEXES.items():
        text = f"SUBSTR({column}, 1, 150)" if column == "track_number" else column
        schema_editor.execute(f"CREATE INDEX {name} ON {table} ((LOWER({text})){by_bytes})")


def drop_indexes(apps, schema_editor):
    for name in INDEXES:
        schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("sales", "0016_choices_of_bundles")]

    operations = [migrations.RunPython(add_indexes, drop_indexes)]
