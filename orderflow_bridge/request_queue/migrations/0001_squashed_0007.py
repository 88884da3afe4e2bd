"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those.
PostgreSQL compresses bodies with lz4 where it was built with it: cheaper to write than pglz.
"""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

_COMPRESS = """
ALTER TABLE request_queue_request
    ALTER COLUMN lines SET COMPRESSION lz4,
    ALTER COLUMN request_body SET COMPRESSION lz4,
    ALTER COLUMN response_body SET COMPRESSION lz4
"""


def compress(apps: Any, schema_editor: Any) -> None:
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

    replaces = [('request_queue', '0001_initial'), ('request_queue', '0002_compress_bodies'), ('request_queue', '0003_mask_secrets'), ('request_queue', '0004_held_requests'), ('request_queue', '0005_reading_is_not_mending'), ('request_queue', '0006_reconcile_is_an_operation'), ('request_queue', '0007_one_id_and_trace')]

    initial = True

    dependencies = [
        ('auth', '__first__'),
        ('stores', '0003_magento_statuses'),
    ]

    operations = [
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(blank=True, max_length=150, verbose_name='Request ID')),
                ('message_number', models.BigIntegerField(editable=False, null=True)),
                ('type', models.PositiveSmallIntegerField(choices=[(1, 'Import'), (2, 'Export')])),
                ('entity', models.PositiveSmallIntegerField(choices=[(1, 'Inventory'), (2, 'Shipment'), (3, 'Product'), (4, 'Order')])),
                ('operation', models.PositiveSmallIntegerField(choices=[(1, 'Update'), (2, 'Create'), (3, 'Export'), (4, 'Cancel'), (5, 'Restore'), (6, 'Reconcile')])),
                ('lines', models.JSONField(default=list)),
                ('line_count', models.PositiveIntegerField(default=0)),
                ('request_body', models.BinaryField(null=True)),
                ('response_body', models.BinaryField(null=True)),
                ('received_by', models.CharField(blank=True, default='', help_text='The API user that delivered it.', max_length=150)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Created')),
                ('processed_at', models.DateTimeField(null=True, verbose_name='Processed')),
                ('fence', models.PositiveIntegerField(default=0, editable=False)),
                ('claimed_until', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('retry_at', models.DateTimeField(editable=False, null=True)),
                ('last_error', models.TextField(blank=True, default='', editable=False)),
                ('website', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='stores.website')),
                ('held_at', models.DateTimeField(editable=False, null=True, verbose_name='Held')),
                ('correlation_id', models.CharField(blank=True, db_default='', default='', max_length=64, verbose_name='Correlation ID')),
                ('traceparent', models.CharField(blank=True, db_default='', default='', max_length=55)),
            ],
            options={
                'ordering': ('-id',),
                'indexes': [models.Index(condition=models.Q(('processed_at__isnull', True)), fields=['type', 'entity', 'message_number', 'id'], name='request_waiting'), models.Index(fields=['created_at'], name='request_created'), models.Index(fields=['message_id'], name='request_message_id', opclasses=('varchar_pattern_ops',)), models.Index(fields=['type', 'id'], name='request_type'), models.Index(condition=models.Q(('held_at__isnull', False), ('processed_at__isnull', True)), fields=['type', 'entity'], name='request_held'), models.Index(fields=['correlation_id'], name='request_correlation')],
            },
        ),
        migrations.RunPython(compress, migrations.RunPython.noop),
    ]
