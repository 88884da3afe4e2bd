"""On PostgreSQL, rebuild the empty table of import lines as one that is partitioned by day.

Cleaning then drops whole days. Django's picture of the model stays true: the columns and indexes
are the same, and `id` is still unique because only its sequence fills it.
There is no DEFAULT partition, because PostgreSQL would then refuse DETACH … CONCURRENTLY.
"""

from django.db import migrations

_REBUILD = """
DO $$
DECLARE
    definitions text[] := ARRAY(
        SELECT pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = 'imports_importline'::regclass AND NOT indisprimary
        ORDER BY indexrelid
    );
    definition text;
    today date := (now() AT TIME ZONE 'UTC')::date;
    first_day date;
BEGIN
    ALTER TABLE imports_importline RENAME TO imports_importline_plain;
    CREATE TABLE imports_importline (
        LIKE imports_importline_plain INCLUDING DEFAULTS INCLUDING IDENTITY,
        PRIMARY KEY (id, created_at)
    ) PARTITION BY RANGE (created_at);
    DROP TABLE imports_importline_plain;
    FOREACH definition IN ARRAY definitions LOOP
        EXECUTE definition;
    END LOOP;
    FOR ahead IN 0..7 LOOP
        first_day := today + ahead;
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF imports_importline FOR VALUES FROM (%L) TO (%L)',
            'imports_importline_p' || to_char(first_day, 'YYYYMMDD'),
            first_day::text || ' 00:00:00+00',
            (first_day + 1)::text || ' 00:00:00+00'
        );
    END LOOP;
END
$$;
"""


def partition(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        # Without parameters the text goes to the server as it is, percent signs included.
        schema_editor.execute(_REBUILD, params=None)


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial")]

    operations = [migrations.RunPython(partition, migrations.RunPython.noop)]
