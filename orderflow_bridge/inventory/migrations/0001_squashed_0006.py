"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those.

Every shop begins with Magento's source `default` and a stock that draws on it. Source items are
rewritten all day: pages that are a quarter full leave room for new versions beside the old ones, so
that no index has to be touched (docs/decisions/stock-in-sql.md).
"""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
import orderflow_bridge.common.created_together
import orderflow_bridge.common.fields
from django.db import migrations, models

def leave_room(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE inventory_sourceitem SET (fillfactor = 25)")


def add_default_stock(apps: Any, schema_editor: Any) -> None:
    source, _ = apps.get_model("inventory", "Source").objects.get_or_create(
        source_code="default", defaults={"name": "Default Source"}
    )
    stock, _ = apps.get_model("inventory", "Stock").objects.get_or_create(name="Default Stock")
    apps.get_model("inventory", "StockSourceLink").objects.get_or_create(
        stock=stock, source=source, defaults={"priority": 1}
    )


class Migration(migrations.Migration):

    replaces = [('inventory', '0001_initial'), ('inventory', '0002_default_stock'), ('inventory', '0003_stock_settings'), ('inventory', '0004_last_received'), ('inventory', '0005_room_for_versions'), ('inventory', '0006_low_quantities')]

    initial = True

    dependencies = [
        ('catalog', '0004_attribute_sets'),
        ('stores', '0001_initial'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Source',
                    fields=[
                        ('source_code', models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=255)),
                        ('enabled', models.BooleanField(default=True)),
                        ('country_id', models.CharField(blank=True, default='', max_length=2, verbose_name='country')),
                        ('postcode', models.CharField(blank=True, default='', max_length=32)),
                        ('extra', models.JSONField(blank=True, default=dict, help_text="Magento's further fields of a source, by name.")),
                    ],
                    options={
                        'ordering': ('source_code',),
                    },
                ),
                migrations.CreateModel(
                    name='SourceItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('quantity', orderflow_bridge.common.fields.QuantityField(decimal_places=4, default=0, max_digits=12)),
                        ('status', models.PositiveSmallIntegerField(choices=[(0, 'Out of Stock'), (1, 'In Stock')], default=0)),
                        ('last_sequence_id', models.BigIntegerField(blank=True, editable=False, null=True)),
                        ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='source_items', to='catalog.product')),
                        ('source', models.ForeignKey(db_column='source_code', db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='inventory.source')),
                        ('last_received', orderflow_bridge.common.fields.QuantityField(blank=True, decimal_places=4, editable=False, max_digits=12, null=True)),
                    ],
                    options={
                        'ordering': ('-id',),
                        'indexes': [models.Index(fields=['source'], name='inventory_item_source')],
                        'constraints': [models.UniqueConstraint(fields=('product', 'source'), name='inventory_item_once_per_source')],
                    },
                ),
                migrations.CreateModel(
                    name='Deduction',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('order_id', models.BigIntegerField(db_index=True)),
                        ('quantity', orderflow_bridge.common.fields.QuantityField(decimal_places=4, max_digits=12)),
                        ('sequence_id', models.BigIntegerField(blank=True, null=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('source_item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deductions', to='inventory.sourceitem')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('order_id', 'source_item'), name='inventory_deduction_once')],
                    },
                ),
                migrations.CreateModel(
                    name='StockSettings',
                    fields=[
                        ('product', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='stock_settings', serialize=False, to='catalog.product')),
                        ('min_qty', orderflow_bridge.common.fields.QuantityField(blank=True, decimal_places=4, max_digits=12, null=True, verbose_name='Out-of-Stock Threshold')),
                        ('backorders', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'No Backorders'), (1, 'Allow Qty Below 0'), (2, 'Allow Qty Below 0 and Notify Customer')], null=True)),
                        ('others', models.JSONField(blank=True, default=dict)),
                    ],
                    options={
                        'verbose_name_plural': 'stock settings',
                    },
                ),
                migrations.CreateModel(
                    name='LowQuantity',
                    fields=[
                        ('source_item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='low_quantity', serialize=False, to='inventory.sourceitem')),
                        ('qty', orderflow_bridge.common.fields.QuantityField(blank=True, decimal_places=4, max_digits=12, null=True)),
                    ],
                    options={
                        'verbose_name_plural': 'low quantities',
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='Stock',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=255, unique=True)),
                        ('websites', models.ManyToManyField(blank=True, related_name='stocks', to='stores.website')),
                    ],
                    options={
                        'ordering': ('id',),
                    },
                ),
                migrations.CreateModel(
                    name='Reservation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('quantity', orderflow_bridge.common.fields.QuantityField(decimal_places=4, max_digits=12)),
                        ('order_id', models.BigIntegerField(blank=True, null=True)),
                        ('event', models.CharField(max_length=32)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reservations', to='catalog.product')),
                        ('stock', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='inventory.stock')),
                    ],
                    options={
                        'ordering': ('-id',),
                        'indexes': [models.Index(fields=['product', 'stock'], include=('quantity', 'order_id'), name='inventory_reserved'), models.Index(fields=['order_id'], name='inventory_reserved_order')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('quantity', 0), _negated=True), name='inventory_reservation_not_zero')],
                    },
                ),
                migrations.CreateModel(
                    name='StockSourceLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('priority', models.PositiveSmallIntegerField(default=1)),
                        ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stock_links', to='inventory.source')),
                        ('stock', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='source_links', to='inventory.stock')),
                    ],
                    options={
                        'ordering': ('stock', 'priority'),
                        'constraints': [models.UniqueConstraint(fields=('stock', 'source'), name='inventory_link_once')],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='stock',
            name='sources',
            field=models.ManyToManyField(related_name='stocks', through='inventory.StockSourceLink', to='inventory.source'),
        ),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
        migrations.RunPython(add_default_stock, migrations.RunPython.noop),
    ]
