"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those. Ready roles of
0.1.0, which had no such room, get their rights; those of a new database have them already.
"""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
import orderflow_bridge.common.created_together
from django.db import migrations, models

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = (
    "induction.connection",
    "induction.launch",
)


def give_rights(apps: Any, schema_editor: Any) -> None:
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):

    replaces = [('induction', '0001_connect_orderflow'), ('induction', '0002_rights_of_ready_roles'), ('induction', '0003_go_live'), ('induction', '0004_rights_to_go_live')]

    initial = True

    dependencies = [
        ('access', '0002_ready_roles'),
        ('stores', '0003_magento_statuses'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Connection',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'connection',
                        'verbose_name_plural': 'Connect OrderFlow',
                        'permissions': (('share_connection', 'Send links'),),
                        'proxy': True,
                        'default_permissions': ('view',),
                    },
                    bases=('stores.website',),
                ),
                migrations.CreateModel(
                    name='SharedLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('recipient', models.CharField(help_text='Who is to get the link.', max_length=150, verbose_name='For')),
                        ('created_by', models.CharField(max_length=150)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('expires_at', models.DateTimeField()),
                        ('revoked_at', models.DateTimeField(null=True)),
                        ('revoked_by', models.CharField(blank=True, default='', max_length=150)),
                        ('opened_at', models.DateTimeField(null=True, verbose_name='Last opened')),
                        ('website', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'ordering': ('-id',),
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='Evidence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('proof', models.CharField(choices=[('announced', 'First announcement taken'), ('product_fetched', 'First product fetched'), ('order_fetched', 'First order fetched'), ('stock', 'First stock figure applied'), ('push', 'First push of several products'), ('despatch', 'First despatch booked'), ('cancelled', 'First cancellation taken')], max_length=32)),
                        ('seen_at', models.DateTimeField()),
                        ('text', models.CharField(max_length=200)),
                        ('page', models.CharField(max_length=100)),
                        ('object_id', models.BigIntegerField()),
                        ('website', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(fields=('website', 'proof'), name='induction_evidence_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Launch',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'launch',
                        'verbose_name_plural': 'Go Live',
                        'permissions': (('run_launch', 'Take the steps'),),
                        'proxy': True,
                        'default_permissions': ('view',),
                    },
                    bases=('stores.website',),
                ),
                migrations.CreateModel(
                    name='GoLive',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('cut_over_by', models.CharField(blank=True, default='', max_length=150)),
                        ('cut_over_set_at', models.DateTimeField(null=True)),
                        ('compared_id', models.BigIntegerField(null=True)),
                        ('compared_by', models.CharField(blank=True, default='', max_length=150)),
                        ('compared_at', models.DateTimeField(null=True)),
                        ('live_by', models.CharField(blank=True, default='', max_length=150)),
                        ('live_at', models.DateTimeField(null=True)),
                        ('live_without', models.TextField(blank=True, default='', help_text='What was still missing, if anything.')),
                        ('website', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='MarkedOrder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('order_id', models.BigIntegerField()),
                        ('increment_id', models.CharField(max_length=50)),
                        ('placed_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('placed_by', models.CharField(max_length=150)),
                        ('removed_at', models.DateTimeField(null=True)),
                        ('removed_by', models.CharField(blank=True, default='', max_length=150)),
                        ('website', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'ordering': ('-id',),
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('website',), name='induction_one_test_order')],
                    },
                ),
            ],
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
