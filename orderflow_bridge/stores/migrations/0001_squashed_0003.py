"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those.

Every shop begins with Magento's own order statuses, each state with its default. Magento counts
Suspected Fraud to two states; a status has one here, the one that orders get it in.
"""

from typing import Any

import django.db.models.deletion
import orderflow_bridge.common.created_together
from django.db import migrations, models

STATUSES = (
    ("pending", "Pending", "new"),
    ("pending_payment", "Pending Payment", "pending_payment"),
    ("processing", "Processing", "processing"),
    ("fraud", "Suspected Fraud", "payment_review"),
    ("complete", "Complete", "complete"),
    ("closed", "Closed", "closed"),
    ("canceled", "Canceled", "canceled"),
    ("holded", "On Hold", "holded"),
    ("payment_review", "Payment Review", "payment_review"),
)


def add_statuses(apps: Any, schema_editor: Any) -> None:
    statuses = apps.get_model("stores", "OrderStatus").objects.using(schema_editor.connection.alias)
    for code, label, state in STATUSES:
        defaults = {"label": label, "state": state, "is_default": code != "fraud"}
        statuses.get_or_create(code=code, defaults=defaults)


class Migration(migrations.Migration):

    replaces = [('stores', '0001_initial'), ('stores', '0002_order_statuses'), ('stores', '0003_magento_statuses')]

    initial = True

    dependencies = [
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Website',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.SlugField(max_length=64, unique=True)),
                        ('name', models.CharField(max_length=255)),
                        ('sort_order', models.PositiveSmallIntegerField(default=0)),
                        ('is_default', models.BooleanField(default=False)),
                    ],
                    options={
                        'ordering': ('sort_order', 'name'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='stores_one_default_website')],
                    },
                ),
                migrations.CreateModel(
                    name='StoreGroup',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.SlugField(max_length=64, unique=True)),
                        ('name', models.CharField(max_length=255)),
                        ('root_category_id', models.PositiveIntegerField(default=2)),
                        ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='stores.website')),
                    ],
                    options={
                        'verbose_name': 'store',
                        'ordering': ('website', 'name'),
                    },
                ),
                migrations.CreateModel(
                    name='Store',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.SlugField(max_length=64, unique=True)),
                        ('name', models.CharField(max_length=255)),
                        ('is_active', models.BooleanField(default=True)),
                        ('sort_order', models.PositiveSmallIntegerField(default=0)),
                        ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stores', to='stores.storegroup')),
                        ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stores', to='stores.website')),
                    ],
                    options={
                        'verbose_name': 'store view',
                        'ordering': ('website', 'sort_order', 'name'),
                    },
                ),
                migrations.CreateModel(
                    name='OrderStatus',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=32, unique=True)),
                        ('label', models.CharField(blank=True, default='', help_text='Without a label the code is shown.', max_length=128)),
                        ('state', models.CharField(blank=True, choices=[('new', 'New'), ('pending_payment', 'Pending Payment'), ('processing', 'Processing'), ('complete', 'Complete'), ('closed', 'Closed'), ('canceled', 'Canceled'), ('holded', 'On Hold'), ('payment_review', 'Payment Review')], default='', help_text="The state of the orders that have this status, in Magento's course of a sale.", max_length=32)),
                        ('is_default', models.BooleanField(default=False, help_text='Orders that come into the state get this status. The mark is taken off the status that had it.', verbose_name='default of its state')),
                    ],
                    options={
                        'verbose_name_plural': 'order statuses',
                        'ordering': ('id',),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('state',), name='stores_one_default_status')],
                    },
                ),
            ],
        ),
        migrations.RunPython(add_statuses, migrations.RunPython.noop),
    ]
