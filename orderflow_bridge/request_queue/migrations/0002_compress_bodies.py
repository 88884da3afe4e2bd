"""Compress stored bodies with lz4 where PostgreSQL was built with it: cheaper to write than pglz."""

from django.db import migrations

_COMPRESS = """
ALTER TABLE request_queue_request
    ALTER COLUMN lines SET COMPRESSION lz4,
    ALTER COLUMN request_body SET COMPRESSION lz4,
    ALTER COLUMN response_body SET COMPRESSION lz4
"""


def compress(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"
        )
        row = cursor.fetchone()
        if row and row[0]:
            cursor.execute(_COMPRESS)


class Migration(migrations.Migration):
    dependencies = [("request_queue", "0001_initial")]

    operations = [migrations.RunPython(compress, migrations.RunPython.noop)]
