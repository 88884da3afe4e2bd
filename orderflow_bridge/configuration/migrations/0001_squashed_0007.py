"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those.
"""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
import encrypted_fields.fields
import orderflow_bridge.common.created_together
from django.conf import settings
from django.db import migrations, models

class Migration(migrations.Migration):

    replaces = [('configuration', '0001_initial'), ('configuration', '0002_how_long_things_may_take'), ('configuration', '0003_problem_reports'), ('configuration', '0004_reconciliation_settings'), ('configuration', '0005_self_test_settings'), ('configuration', '0006_configuration_files'), ('configuration', '0007_webhooks_are_no_settings')]

    initial = True

    dependencies = [
        ('auth', '__first__'),
        ('stores', '0001_initial'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='SettingChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('path', models.CharField(max_length=255)),
                        ('before', models.TextField(null=True)),
                        ('after', models.TextField(null=True)),
                        ('changed_at', models.DateTimeField()),
                        ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('website', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stores.website')),
                    ],
                    options={
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='SettingValue',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('path', models.CharField(max_length=255)),
                        ('value', models.TextField()),
                        ('website', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(models.F('path'), django.db.models.functions.comparison.Coalesce('website', 0), name='one_value_per_scope')],
                    },
                ),
                migrations.CreateModel(
                    name='AdminInfoSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'Admin Information',
                        'verbose_name_plural': 'Admin Information',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='ApiSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'API Settings',
                        'verbose_name_plural': 'API Settings',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='EmailSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'Email Settings',
                        'verbose_name_plural': 'Email Settings',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='GeneralSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'General',
                        'verbose_name_plural': 'General',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='InventoryImportSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'Inventory Import',
                        'verbose_name_plural': 'Inventory Import',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='LogCleaningSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'Log Cleaning',
                        'verbose_name_plural': 'Log Cleaning',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='OrderExportSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'Order Export',
                        'verbose_name_plural': 'Order Export',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='ProductExportSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'Product Export',
                        'verbose_name_plural': 'Product Export',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='ShipmentImportSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'Shipment Import',
                        'verbose_name_plural': 'Shipment Import',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='WebServicesSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'Web Services',
                        'verbose_name_plural': 'Web Services',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='WatchSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'Watch',
                        'verbose_name_plural': 'Watch',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='ProblemReportsSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'Problem Reports',
                        'verbose_name_plural': 'Problem Reports',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='ReconciliationSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'Reconciliation',
                        'verbose_name_plural': 'Reconciliation',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='SelfTestSettings',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'Self-test',
                        'verbose_name_plural': 'Self-test',
                        'proxy': True,
                        'default_permissions': ('view', 'change'),
                    },
                    bases=('configuration.settingvalue',),
                ),
                migrations.CreateModel(
                    name='Transfer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('name', models.CharField(max_length=255)),
                        ('origin', models.CharField(blank=True, default='', max_length=400)),
                        ('notes', models.TextField(blank=True, default='')),
                        ('content', encrypted_fields.fields.EncryptedTextField()),
                        ('before', encrypted_fields.fields.EncryptedTextField(null=True)),
                        ('changes', models.PositiveIntegerField(default=0)),
                        ('imported_at', models.DateTimeField(null=True)),
                        ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('imported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'export and import',
                        'verbose_name_plural': 'Export and Import',
                        'ordering': ('-pk',),
                        'permissions': (('secrets_transfer', 'Export secrets'),),
                        'default_permissions': ('view', 'change'),
                    },
                ),
            ],
        ),
    ]
