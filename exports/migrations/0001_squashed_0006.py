"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those.
"""

import django.db.models.deletion
import django.utils.timezone
import orderflow_bridge.common.created_together
from django.db import migrations, models

class Migration(migrations.Migration):

    replaces = [('exports', '0001_initial'), ('exports', '0002_alerts_are_problems'), ('exports', '0003_restored_and_discarded'), ('exports', '0004_reconcile_is_an_operation'), ('exports', '0005_open_in_orderflow'), ('exports', '0006_endpoints_tell_their_last_call')]

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
        ('request_queue', '0001_initial'),
        ('sales', '0001_initial'),
        ('stores', '0001_initial'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='EndpointState',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('endpoint', models.CharField(max_length=255, unique=True)),
                        ('failures', models.PositiveIntegerField(default=0)),
                        ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='open since')),
                        ('last_error', models.CharField(blank=True, default='', max_length=500)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('last_call_at', models.DateTimeField(blank=True, null=True, verbose_name='last call')),
                    ],
                    options={
                        'ordering': ('endpoint',),
                        'permissions': (('retry_endpointstate', 'Try again'), ('open_orderflow', 'Open in OrderFlow')),
                    },
                ),
                migrations.CreateModel(
                    name='CatalogueExport',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'catalogue export',
                        'verbose_name_plural': 'export catalogue',
                        'proxy': True,
                    },
                    bases=('catalog.productwebsite',),
                ),
                migrations.CreateModel(
                    name='ExportRequest',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'export request',
                        'permissions': (('process_exportrequest', 'Process'),),
                        'proxy': True,
                    },
                    bases=('request_queue.request',),
                ),
                migrations.CreateModel(
                    name='WaitingOrder',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'waiting order',
                        'permissions': (('export_orders', 'Export and requeue orders'),),
                        'proxy': True,
                    },
                    bases=('sales.order',),
                ),
                migrations.CreateModel(
                    name='WaitingProduct',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'waiting product',
                        'permissions': (('export_products', 'Export and requeue products'),),
                        'proxy': True,
                    },
                    bases=('catalog.productwebsite',),
                ),
                migrations.CreateModel(
                    name='CatalogueRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('asked_by', models.CharField(max_length=150)),
                        ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('total', models.PositiveIntegerField(help_text='Simple products when it began.')),
                        ('done', models.PositiveIntegerField(default=0)),
                        ('last_product_id', models.BigIntegerField(default=0)),
                        ('finished_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['id'], name='export_catalogue_open')],
                    },
                ),
                migrations.CreateModel(
                    name='Export',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('message_id', models.CharField(blank=True, max_length=150, verbose_name='Message ID')),
                        ('entity', models.PositiveSmallIntegerField(choices=[(1, 'Inventory'), (2, 'Shipment'), (3, 'Product'), (4, 'Order')])),
                        ('operation', models.PositiveSmallIntegerField(choices=[(1, 'Update'), (2, 'Create'), (3, 'Export'), (4, 'Cancel'), (5, 'Restore'), (6, 'Reconcile')])),
                        ('successes', models.PositiveIntegerField(default=0)),
                        ('duplicates', models.PositiveIntegerField(default=0)),
                        ('superseded', models.PositiveIntegerField(default=0)),
                        ('failures', models.PositiveIntegerField(default=0)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Processed')),
                        ('viewed_at', models.DateTimeField(blank=True, null=True)),
                        ('request', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='exports', to='request_queue.request')),
                        ('website', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='stores.website')),
                    ],
                    options={
                        'ordering': ('-id',),
                        'abstract': False,
                        'indexes': [models.Index(fields=['entity', 'id'], name='export_entity'), models.Index(fields=['created_at'], name='export_created'), models.Index(fields=['message_id'], name='export_message_id', opclasses=('varchar_pattern_ops',)), models.Index(condition=models.Q(('failures__gt', 0)), fields=['id', 'entity'], name='export_failures')],
                    },
                ),
                migrations.CreateModel(
                    name='OrderExport',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'order export',
                        'proxy': True,
                    },
                    bases=('exports.export',),
                ),
                migrations.CreateModel(
                    name='ProductExport',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'product export',
                        'proxy': True,
                    },
                    bases=('exports.export',),
                ),
                migrations.CreateModel(
                    name='ExportLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sequence_id', models.BigIntegerField(null=True, verbose_name='Sequence ID')),
                        ('result', models.PositiveSmallIntegerField(choices=[(1, 'Success'), (2, 'Duplicate'), (3, 'Superseded'), (4, 'Failure'), (5, 'Discarded')])),
                        ('reference', models.CharField(max_length=150)),
                        ('reason', models.CharField(blank=True, default='', max_length=500)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Processed')),
                        ('call', models.TextField(blank=True, default='', help_text='What was sent for this line.')),
                        ('answer', models.TextField(blank=True, default='', help_text='What came back, shortened.')),
                        ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='exports.export')),
                    ],
                    options={
                        'ordering': ('id',),
                        'abstract': False,
                        'indexes': [models.Index(fields=['reference', '-id'], name='export_line_by_reference', opclasses=('text_pattern_ops', 'int8_ops')), models.Index(condition=models.Q(('result', 1), _negated=True), fields=['result', 'id'], name='export_line_troubled'), models.Index(condition=models.Q(('result', 1), _negated=True), fields=['result', 'reference', '-id'], name='export_line_trouble_by_ref', opclasses=('int2_ops', 'text_pattern_ops', 'int8_ops')), models.Index(fields=['created_at', 'id'], name='export_line_created')],
                    },
                ),
            ],
        ),
    ]
