"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those. Ready roles of
0.1.0, which had no such room, get their rights; those of a new database have them already.
"""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
import orderflow_bridge.common.created_together
import orderflow_bridge.common.fields
import orderflow_bridge.common.skus
from django.db import migrations, models

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = (
    "configuration.problemreportssettings",
    "configuration.reconciliationsettings",
    "configuration.selftestsettings",
    "configuration.watchsettings",
    "exchange.pause",
    "exports.open_orderflow",
    "imports.decide_masschange",
    "imports.masschange",
    "imports.restore_inventoryimport",
    "imports.settle_shipmentimport",
    "imports.skualias",
    "imports.waitingsku",
    "plugins.hookuse",
    "problems.chatmessage",
    "problems.problem",
    "problems.problemroute",
    "watch.correct_stockcomparison",
    "watch.selftest",
    "watch.sitesource",
    "watch.stockcomparison",
    "watch.stockdifference",
    "webhooks.webhookreceiver",
)
NAMES = {"pause": "Pause and resume", "test": "Test"}


def give_rights(apps: Any, schema_editor: Any) -> None:
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


def move_rights(apps: Any, schema_editor: Any) -> None:
    """Whoever might see or change the section Webhooks of 0.1.0 may see or change receivers."""
    alias = schema_editor.connection.alias
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    kind, _ = kinds.get_or_create(app_label="webhooks", model="webhookreceiver")
    given = {"view": ("view",), "change": ("view", "add", "change", "delete", "pause", "test")}
    for verb, verbs in given.items():
        old = permissions.filter(
            content_type__app_label="configuration", codename=f"{verb}_webhookssettings"
        ).first()
        if old is None:
            continue
        for each in verbs:
            new, _ = permissions.get_or_create(
                content_type=kind,
                codename=f"{each}_webhookreceiver",
                defaults={"name": NAMES.get(each, f"Can {each} webhook receiver")},
            )
            for group in old.group_set.all():
                group.permissions.add(new)
            for user in old.user_set.all():
                user.user_permissions.add(new)
    kinds.filter(app_label="configuration", model="webhookssettings").delete()


class Migration(migrations.Migration):

    replaces = [('watch', '0001_what_the_watch_remembers'), ('watch', '0002_stock_comparisons'), ('watch', '0003_rights_of_ready_roles'), ('watch', '0004_corrections'), ('watch', '0005_orders_asked_for'), ('watch', '0006_self_tests'), ('watch', '0007_rights_to_the_self_test'), ('watch', '0008_rights_to_pause'), ('watch', '0009_rights_to_the_plugins_page'), ('watch', '0010_right_to_open_orderflow'), ('watch', '0011_rights_to_webhook_receivers')]

    initial = True

    dependencies = [
        ('access', '0002_ready_roles'),
        ('configuration', '0007_webhooks_are_no_settings'),
        ('exchange', '0001_pauses'),
        ('exports', '0005_open_in_orderflow'),
        ('imports', '0006_mass_changes'),
        ('inventory', '0004_last_received'),
        ('plugins', '0001_hook_figures'),
        ('problems', '0004_addresses_of_any_length'),
        ('sales', '0008_orders_at_orderflow'),
        ('stores', '0003_magento_statuses'),
        ('webhooks', '0005_events_of_receivers'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Memory',
                    fields=[
                        ('name', models.CharField(max_length=255, primary_key=True, serialize=False)),
                        ('value', models.JSONField()),
                        ('noted_at', models.DateTimeField()),
                    ],
                    options={
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='Heard',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('stream', models.CharField(max_length=20)),
                        ('hour', models.DateTimeField()),
                        ('first_at', models.DateTimeField()),
                        ('last_at', models.DateTimeField()),
                    ],
                    options={
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(fields=('stream', 'hour'), name='watch_heard_once_an_hour')],
                    },
                ),
                migrations.CreateModel(
                    name='StockComparison',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('endpoint', models.CharField(max_length=255)),
                        ('channel', models.CharField(blank=True, default='', max_length=255)),
                        ('began_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Began')),
                        ('finished_at', models.DateTimeField(verbose_name='Finished')),
                        ('is_second', models.BooleanField(default=False)),
                        ('records', models.PositiveBigIntegerField(default=0)),
                        ('unreadable', models.PositiveBigIntegerField(default=0)),
                        ('unmapped', models.JSONField(default=dict)),
                        ('equal', models.PositiveBigIntegerField(default=0)),
                        ('different', models.PositiveBigIntegerField(default=0)),
                        ('only_theirs', models.PositiveBigIntegerField(default=0, verbose_name='Only In OrderFlow')),
                        ('only_ours', models.PositiveBigIntegerField(default=0, verbose_name='Only Here')),
                        ('postponed', models.PositiveBigIntegerField(default=0)),
                        ('not_known', models.PositiveBigIntegerField(default=0)),
                        ('confirmed', models.PositiveBigIntegerField(default=0)),
                        ('to_confirm', models.PositiveBigIntegerField(default=0)),
                        ('website', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='stores.website')),
                        ('corrected', models.PositiveBigIntegerField(default=0)),
                    ],
                    options={
                        'verbose_name': 'stock comparison',
                        'ordering': ('-id',),
                        'permissions': (('run_stockcomparison', 'Compare now'), ('correct_stockcomparison', 'Correct stock')),
                        'indexes': [models.Index(fields=['website', '-id'], name='watch_comparison_website')],
                    },
                ),
                migrations.CreateModel(
                    name='StockDifference',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.PositiveSmallIntegerField(choices=[(2, 'Different'), (3, 'Only in OrderFlow'), (4, 'Only here')])),
                        ('sku', models.CharField(max_length=64, verbose_name='SKU')),
                        ('sku_key', orderflow_bridge.common.skus.SkuKeyField(editable=False, max_length=128)),
                        ('source_code', models.CharField(max_length=64, verbose_name='source')),
                        ('product_id', models.BigIntegerField(null=True)),
                        ('theirs', orderflow_bridge.common.fields.QuantityField(decimal_places=4, max_digits=12, null=True, verbose_name="OrderFlow's Figure")),
                        ('last_received', orderflow_bridge.common.fields.QuantityField(decimal_places=4, max_digits=12, null=True, verbose_name='Last Received')),
                        ('quantity', orderflow_bridge.common.fields.QuantityField(decimal_places=4, max_digits=12, null=True, verbose_name='Quantity Here')),
                        ('sequence_id', models.BigIntegerField(null=True, verbose_name='sequence ID')),
                        ('first_seen', models.DateTimeField()),
                        ('is_confirmed', models.BooleanField(verbose_name='Confirmed')),
                        ('is_edited', models.BooleanField(help_text='The quantity was written by hand after the last figure.', verbose_name='Edited By Hand')),
                        ('why', models.PositiveSmallIntegerField(choices=[(1, 'A message is missing'), (2, 'A line failed'), (3, 'The figure waits for the product'), (4, 'The shop lacks the SKU'), (5, 'OrderFlow never sent a figure'), (6, 'OrderFlow no longer lists it'), (7, 'The stock was entered by hand'), (8, 'Discarded in a mass change')])),
                        ('comparison', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='differences', to='watch.stockcomparison')),
                        ('request_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'verbose_name': 'stock difference',
                        'ordering': ('-id',),
                        'indexes': [models.Index(fields=['comparison', 'sku_key', 'source_code'], name='watch_difference_of')],
                    },
                ),
                migrations.CreateModel(
                    name='SiteSource',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('site', models.CharField(help_text='As OrderFlow calls it.', max_length=64)),
                        ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.source')),
                        ('website', models.ForeignKey(blank=True, help_text="Whose OrderFlow is meant; empty: every website's.", null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'verbose_name': 'OrderFlow site',
                        'ordering': ('site', 'id'),
                        'constraints': [models.UniqueConstraint(fields=('site', 'website'), name='watch_site_once_a_website'), models.UniqueConstraint(condition=models.Q(('website', None)), fields=('site',), name='watch_site_once_for_all')],
                    },
                ),
                migrations.CreateModel(
                    name='OrderAnswer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('tried_at', models.DateTimeField()),
                        ('answered_at', models.DateTimeField(null=True)),
                        ('asked_by', models.CharField(blank=True, default='', max_length=150)),
                        ('verdict', models.CharField(blank=True, choices=[('answered', 'OrderFlow answered'), ('unknown', 'OrderFlow does not know the order'), ('refused', 'OrderFlow refused to answer')], default='', max_length=8)),
                        ('text', models.TextField(blank=True, default='')),
                        ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='orderflow_answer', to='sales.order')),
                    ],
                    options={
                        'default_permissions': (),
                        'indexes': [models.Index(condition=models.Q(('verdict', 'unknown')), fields=['order'], name='watch_order_unknown')],
                    },
                ),
                migrations.CreateModel(
                    name='SelfTest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('running', 'Running'), ('passed', 'Passed'), ('failed', 'Failed'), ('timed_out', 'Timed out')], default='running', max_length=16)),
                        ('started_by', models.CharField(blank=True, default='', max_length=150)),
                        ('created_at', models.DateTimeField(verbose_name='Began')),
                        ('ends_by', models.DateTimeField()),
                        ('finished_at', models.DateTimeField(null=True, verbose_name='Finished')),
                        ('summary', models.TextField(blank=True, default='')),
                        ('stored_steps', models.JSONField(default=list)),
                    ],
                    options={
                        'verbose_name': 'self-test',
                        'ordering': ('-id',),
                        'permissions': (('run_selftest', 'Run now'),),
                        'indexes': [models.Index(fields=['created_at'], name='watch_self_test_began')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('state',), name='watch_one_self_test')],
                    },
                ),
            ],
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
        migrations.RunPython(move_rights, migrations.RunPython.noop),
    ]
