"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those. No receiver
is made of the configuration: it is empty.
"""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import orderflow_bridge.common.created_together
import orderflow_bridge.configuration.stored_secrets
import orderflow_bridge.configuration.validators
from django.db import migrations, models

class Migration(migrations.Migration):

    replaces = [('webhooks', '0001_initial'), ('webhooks', '0002_trace_of_an_event'), ('webhooks', '0003_receivers'), ('webhooks', '0004_receivers_of_the_configuration'), ('webhooks', '0005_events_of_receivers')]

    initial = True

    dependencies = [
        ('configuration', '0006_configuration_files'),
        ('stores', '0001_initial'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='WebhookReceiver',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=100, unique=True)),
                        ('for_all_websites', models.BooleanField(default=True, verbose_name='every website')),
                        ('websites', models.ManyToManyField(blank=True, related_name='+', to='stores.website')),
                        ('url', models.CharField(help_text='Where events are posted to, for example https://shop.example/hooks.', max_length=500, validators=[orderflow_bridge.configuration.validators.validate_receiver], verbose_name='URL')),
                        ('secret', orderflow_bridge.configuration.stored_secrets.SecretField(blank=True, null=True)),
                        ('former_secret', orderflow_bridge.configuration.stored_secrets.SecretField(editable=False, null=True)),
                        ('former_until', models.DateTimeField(editable=False, null=True)),
                        ('events', models.JSONField(blank=True, default=list)),
                        ('filter', models.JSONField(blank=True, default=dict)),
                        ('is_active', models.BooleanField(default=False, help_text='While it is not, nothing is written or posted for it.', verbose_name='active')),
                        ('max_attempts', models.PositiveSmallIntegerField(default=12, help_text='How often an event is posted before it is given up. The wait between two attempts begins with a minute and doubles each time, up to six hours.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='attempts')),
                        ('timeout', models.PositiveSmallIntegerField(default=10, help_text="How long to wait for the receiver's answer.", validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='answer time-out (seconds)')),
                        ('parallel_calls', models.PositiveSmallIntegerField(default=4, help_text='How many events are posted at the same time.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(32)])),
                        ('paused_at', models.DateTimeField(editable=False, null=True, verbose_name='paused since')),
                        ('paused_by', models.CharField(blank=True, default='', editable=False, max_length=150)),
                        ('paused_why', models.CharField(blank=True, default='', editable=False, max_length=200, verbose_name='reason')),
                        ('last_success_at', models.DateTimeField(editable=False, null=True, verbose_name='last success')),
                        ('failing_since', models.DateTimeField(editable=False, null=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        'ordering': ('name',),
                        'permissions': (('pause_webhookreceiver', 'Pause and resume'), ('test_webhookreceiver', 'Test')),
                    },
                ),
                migrations.CreateModel(
                    name='WebhookEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('event_id', models.CharField(max_length=40, unique=True, verbose_name='Event ID')),
                        ('kind', models.CharField(choices=[('order.placed', 'Order placed'), ('order.exported', 'Order exported'), ('order.on_hold', 'Order on hold'), ('order.released', 'Order released'), ('order.cancelled', 'Order cancelled'), ('shipment.created', 'Shipment created'), ('shipment.track_added', 'Track added'), ('stock.changed', 'Stock changed'), ('product.changed', 'Product changed'), ('product.exported', 'Product exported'), ('problem.opened', 'Problem opened'), ('problem.resolved', 'Problem resolved'), ('test.ping', 'Test')], max_length=32, verbose_name='Event')),
                        ('reference', models.CharField(help_text='The SKU, the order number or the problem it is about.', max_length=150)),
                        ('topic', models.CharField(max_length=150)),
                        ('collapse_key', models.CharField(max_length=220, null=True, unique=True)),
                        ('body', models.TextField()),
                        ('status', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('given_up', 'Given up'), ('replaced', 'Replaced')], default='waiting', max_length=16)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                        ('fence', models.PositiveIntegerField(default=0)),
                        ('last_error', models.CharField(default='', max_length=500)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('delivered_at', models.DateTimeField(null=True)),
                        ('traceparent', models.CharField(db_default='', default='', max_length=55)),
                        ('receiver', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='webhooks.webhookreceiver')),
                    ],
                    options={
                        'verbose_name': 'webhook',
                        'ordering': ('-id',),
                        'permissions': (('requeue_webhookevent', 'Requeue and replay'),),
                        'indexes': [models.Index(fields=['created_at', 'id'], name='webhook_created'), models.Index(fields=['status', 'id'], name='webhook_status'), models.Index(fields=['reference'], name='webhook_reference', opclasses=('text_pattern_ops',)), models.Index(condition=models.Q(('status', 'waiting')), fields=['receiver', 'due_at', 'id'], name='webhook_due'), models.Index(condition=models.Q(('status', 'waiting')), fields=['receiver', 'topic', 'id'], name='webhook_topic')],
                    },
                ),
                migrations.CreateModel(
                    name='WebhookAttempt',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('made_at', models.DateTimeField()),
                        ('seconds', models.FloatField(null=True)),
                        ('url', models.CharField(default='', max_length=500)),
                        ('headers', models.JSONField(default=dict)),
                        ('body', models.TextField(default='')),
                        ('status', models.PositiveSmallIntegerField(null=True)),
                        ('answer_headers', models.JSONField(default=dict)),
                        ('answer', models.TextField(default='')),
                        ('error', models.CharField(default='', max_length=500)),
                        ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts_made', to='webhooks.webhookevent')),
                    ],
                    options={
                        'ordering': ('-id',),
                        'default_permissions': (),
                    },
                ),
            ],
        ),
    ]
