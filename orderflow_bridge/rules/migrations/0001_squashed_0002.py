"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those. Ready roles of
0.1.0, which had no such room, get their rights; those of a new database have them already.
"""

from typing import Any

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import orderflow_bridge.common.created_together
import orderflow_bridge.common.fields
import orderflow_bridge.common.skus
from django.db import migrations, models

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = (
    "rules.exportrule",
    "rules.safetystock",
    "rules.release_heldorder",
)


def give_rights(apps: Any, schema_editor: Any) -> None:
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):

    replaces = [('rules', '0001_rules'), ('rules', '0002_rights_of_ready_roles')]

    initial = True

    dependencies = [
        ('access', '0006_rights_of_configuration_files'),
        ('catalog', '0002_sku_key'),
        ('inventory', '0004_last_received'),
        ('sales', '0008_orders_at_orderflow'),
        ('stores', '0003_magento_statuses'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='ExportRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=100, unique=True)),
                        ('entity', models.PositiveSmallIntegerField(choices=[(4, 'Orders'), (3, 'Products')], default=4, verbose_name='of')),
                        ('is_enabled', models.BooleanField(default=True, verbose_name='enabled')),
                        ('position', models.PositiveSmallIntegerField(default=0, help_text='Of several rules that match, the one with the lowest position counts.')),
                        ('deed', models.CharField(choices=[('refuse', 'Do not export'), ('hold', 'Hold')], default='refuse', max_length=8, verbose_name='action')),
                        ('release', models.CharField(choices=[('itself', 'When it no longer matches'), ('delay', 'After a delay'), ('hand', 'By hand')], default='itself', help_text='Of what is held. Whoever may can release each order by hand at any time.', max_length=8)),
                        ('delay_minutes', models.PositiveIntegerField(default=0, help_text="From the order's creation.", verbose_name='delay (minutes)')),
                        ('filter_groups', models.JSONField(blank=True, default=list)),
                        ('website', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'verbose_name': 'export rule',
                        'ordering': ('position', 'id'),
                    },
                ),
                migrations.CreateModel(
                    name='SafetyStock',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('units', 'Units kept back'), ('percent', 'Per cent kept back'), ('most', 'Most that is shown')], default='units', max_length=8, verbose_name='what')),
                        ('amount', orderflow_bridge.common.fields.QuantityField(decimal_places=4, max_digits=12, validators=[django.core.validators.MinValueValidator(0)])),
                        ('sku', models.CharField(blank=True, default='', max_length=64, verbose_name='SKU')),
                        ('sku_key', orderflow_bridge.common.skus.SkuKeyField(db_index=True, editable=False, max_length=128)),
                        ('attribute_code', models.CharField(blank=True, default='', max_length=100)),
                        ('attribute_value', models.CharField(blank=True, default='', max_length=255)),
                        ('is_enabled', models.BooleanField(default=True, verbose_name='enabled')),
                        ('ends_at', models.DateTimeField(blank=True, help_text='Empty: it does not end by itself.', null=True, verbose_name='ends')),
                        ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.category')),
                        ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.source')),
                        ('website', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'verbose_name': 'safety stock',
                        'verbose_name_plural': 'safety stock',
                        'ordering': ('id',),
                    },
                ),
                migrations.CreateModel(
                    name='HeldOrder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reason', models.CharField(max_length=500)),
                        ('held_since', models.DateTimeField(default=django.utils.timezone.now)),
                        ('released_at', models.DateTimeField(blank=True, null=True)),
                        ('released_by', models.CharField(blank=True, default='', max_length=150)),
                        ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='held', to='sales.order')),
                        ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='rules.exportrule')),
                    ],
                    options={
                        'verbose_name': 'held order',
                        'ordering': ('held_since', 'id'),
                        'permissions': (('release_heldorder', 'Release held orders'),),
                        'indexes': [models.Index(condition=models.Q(('released_at__isnull', True)), fields=['held_since'], name='rules_held_orders')],
                    },
                ),
            ],
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
