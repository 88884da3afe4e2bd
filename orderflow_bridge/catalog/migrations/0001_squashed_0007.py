"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those.

Every shop begins with Magento's own attribute set. PostgreSQL has an index of attributes by their
values: what an ERP looks products up by.
"""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
import orderflow_bridge.common.created_together
import orderflow_bridge.common.fields
import orderflow_bridge.common.skus
from django.db import migrations, models

def add_default(apps: Any, schema_editor: Any) -> None:
    sets = apps.get_model("catalog", "AttributeSet").objects.using(schema_editor.connection.alias)
    sets.get_or_create(id=4, defaults={"name": "Default"})


def add_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX catalog_product_attributes ON catalog_product"
            " USING gin (custom_attributes jsonb_path_ops)"
        )
        # As it is called in databases that got it later.
        schema_editor.execute(
            "ALTER TABLE catalog_product RENAME CONSTRAINT catalog_product_sku_key_key"
            " TO catalog_product_sku_key_4500dcb8_uniq"
        )


def drop_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX catalog_product_attributes")


class Migration(migrations.Migration):

    replaces = [('catalog', '0001_initial'), ('catalog', '0002_sku_key'), ('catalog', '0003_category_documents'), ('catalog', '0004_attribute_sets'), ('catalog', '0005_find_products_by_attributes'), ('catalog', '0006_values_per_store_view'), ('catalog', '0007_attribute_definitions')]

    initial = True

    dependencies = [
        ('access', '0002_ready_roles'),
        ('stores', '0003_magento_statuses'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Category',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=255)),
                        ('position', models.PositiveIntegerField(default=0)),
                        ('is_active', models.BooleanField(default=True)),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='catalog.category')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('extra', models.JSONField(blank=True, default=dict, help_text="Magento's rarer fields of a category, by name.")),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        'verbose_name_plural': 'categories',
                        'ordering': ('position', 'name'),
                    },
                ),
                migrations.CreateModel(
                    name='AttributeSet',
                    fields=[
                        ('id', models.PositiveIntegerField(help_text='The number that the shop has for it (attribute_set_id).', primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=255, unique=True)),
                        ('sort_order', models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        'verbose_name': 'attribute set',
                        'ordering': ('name',),
                    },
                ),
                migrations.CreateModel(
                    name='ProductAttribute',
                    fields=[
                        ('code', models.CharField(max_length=60, primary_key=True, serialize=False)),
                        ('label', models.CharField(blank=True, default='', max_length=255)),
                        ('frontend_input', models.CharField(blank=True, default='', max_length=16)),
                        ('scope', models.CharField(default='global', max_length=16)),
                        ('is_required', models.BooleanField(default=False)),
                        ('options', models.JSONField(blank=True, default=list)),
                        ('extra', models.JSONField(blank=True, default=dict)),
                    ],
                    options={
                        'ordering': ('code',),
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='Product',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sku', models.CharField(max_length=64, verbose_name='SKU')),
                        ('name', models.CharField(max_length=255)),
                        ('type_id', models.CharField(choices=[('simple', 'Simple Product'), ('configurable', 'Configurable Product'), ('virtual', 'Virtual Product'), ('downloadable', 'Downloadable Product'), ('bundle', 'Bundle Product'), ('grouped', 'Grouped Product')], default='simple', max_length=32, verbose_name='type')),
                        ('attribute_set_id', models.PositiveIntegerField(default=4)),
                        ('status', models.PositiveSmallIntegerField(choices=[(1, 'Enabled'), (2, 'Disabled')], default=1)),
                        ('visibility', models.PositiveSmallIntegerField(choices=[(1, 'Not Visible Individually'), (2, 'Catalog'), (3, 'Search'), (4, 'Catalog, Search')], default=4)),
                        ('price', orderflow_bridge.common.fields.MoneyField(blank=True, decimal_places=4, max_digits=20, null=True)),
                        ('weight', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                        ('description', models.TextField(blank=True, default='')),
                        ('image', models.CharField(blank=True, default='', help_text='Path below the media folder, or a URL.', max_length=255)),
                        ('tax_class_id', models.PositiveIntegerField(blank=True, null=True)),
                        ('barcode', models.CharField(blank=True, default='', max_length=64)),
                        ('weight_units', models.CharField(blank=True, default='', max_length=16)),
                        ('length', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                        ('width', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                        ('height', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                        ('area', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                        ('volume', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                        ('storage_types', models.CharField(blank=True, default='', max_length=255)),
                        ('tax_code', models.CharField(blank=True, default='', max_length=64)),
                        ('custom_attributes', models.JSONField(blank=True, default=dict, help_text='Further Magento attributes, by attribute code.')),
                        ('orderflow_export_status', models.CharField(choices=[('Pending', 'Pending'), ('Queued', 'Queued'), ('Exported', 'Exported'), ('Failed', 'Failed'), ('Cancelled', 'Cancelled')], default='Pending', max_length=16, verbose_name='Export Status (OF)')),
                        ('orderflow_export_date', models.DateTimeField(blank=True, null=True, verbose_name='Last Exported')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('sku_key', orderflow_bridge.common.skus.SkuKeyField(editable=False, max_length=128, unique=True)),
                    ],
                    options={
                        'ordering': ('-id',),
                    },
                ),
                migrations.CreateModel(
                    name='ProductCategory',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.IntegerField(default=0)),
                        ('category', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='product_links', to='catalog.category')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='category_links', to='catalog.product')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('product', 'category'), name='catalog_product_once_per_category')],
                    },
                ),
                migrations.CreateModel(
                    name='ProductRelation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('child', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parent_relations', to='catalog.product')),
                        ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='child_relations', to='catalog.product')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('parent', 'child'), name='catalog_relation_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ProductWebsite',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('orderflow_export_status', models.CharField(choices=[('Pending', 'Pending'), ('Queued', 'Queued'), ('Exported', 'Exported'), ('Failed', 'Failed'), ('Cancelled', 'Cancelled')], default='Pending', max_length=16, verbose_name='Export Status (OF)')),
                        ('orderflow_export_date', models.DateTimeField(blank=True, null=True, verbose_name='Last Exported')),
                        ('orderflow_queued_at', models.DateTimeField(blank=True, null=True, verbose_name='Last Announced')),
                        ('orderflow_due_at', models.DateTimeField(blank=True, default=django.utils.timezone.now, null=True, verbose_name='Next Announcement')),
                        ('orderflow_attempts', models.PositiveSmallIntegerField(default=0, verbose_name='Attempts')),
                        ('orderflow_revision', models.PositiveIntegerField(default=0, editable=False)),
                        ('orderflow_last_error', models.CharField(blank=True, default='', max_length=500, verbose_name='Last Error')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='website_links', to='catalog.product')),
                        ('website', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='product_links', to='stores.website')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('orderflow_due_at__isnull', False), ('orderflow_export_date__isnull', True)), fields=['website', 'orderflow_due_at', 'id'], name='catalog_due_new'), models.Index(condition=models.Q(('orderflow_due_at__isnull', False), ('orderflow_export_date__isnull', False)), fields=['website', 'orderflow_due_at', 'id'], name='catalog_due_changed'), models.Index(condition=models.Q(('orderflow_export_status__in', ('Queued', 'Failed'))), fields=['orderflow_export_status', 'orderflow_due_at'], name='catalog_held_up')],
                        'constraints': [models.UniqueConstraint(fields=('product', 'website'), name='catalog_product_once_per_website')],
                    },
                ),
                migrations.CreateModel(
                    name='StoreValue',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('attribute', models.CharField(max_length=255)),
                        ('value', models.JSONField()),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='store_values', to='catalog.product')),
                        ('store', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.store')),
                    ],
                    options={
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(fields=('product', 'store', 'attribute'), name='catalog_value_once_per_view')],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='product',
            name='categories',
            field=models.ManyToManyField(blank=True, through='catalog.ProductCategory', to='catalog.category'),
        ),
        migrations.AddField(
            model_name='product',
            name='websites',
            field=models.ManyToManyField(blank=True, related_name='products', through='catalog.ProductWebsite', to='stores.website'),
        ),
        migrations.RunPython(add_default, migrations.RunPython.noop),
        migrations.RunPython(add_index, drop_index),
    ]
