"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those. Ready roles of
0.1.0, which had no such room, get their rights; those of a new database have them already.
"""

from typing import Any

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import orderflow_bridge.carriers.links
import orderflow_bridge.common.created_together
from django.db import migrations, models

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = (
    "carriers.mappedcourier",
    "carriers.mappedmethod",
)


def give_rights(apps: Any, schema_editor: Any) -> None:
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):

    replaces = [('carriers', '0001_shipping_map'), ('carriers', '0002_rights_of_the_shipping_map')]

    initial = True

    dependencies = [
        ('access', '0002_ready_roles'),
        ('stores', '0003_magento_statuses'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='MappedCourier',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('term', models.CharField(editable=False, max_length=450)),
                        ('courier', models.CharField(help_text='As OrderFlow sends it; capitals and blanks do not matter.', max_length=100)),
                        ('service', models.CharField(blank=True, default='', help_text='Empty: every service of the courier that has no row of its own.', max_length=100)),
                        ('carrier_code', models.CharField(default='custom', help_text="The shop's carrier, as Magento names it: dpd, ups, custom.", max_length=32, validators=[django.core.validators.RegexValidator('^[A-Za-z][A-Za-z0-9_]*\\Z', 'Use letters, digits and underscores.')])),
                        ('title', models.CharField(blank=True, default='', help_text="What the customer reads. {courier} and {service} stand for OrderFlow's words. Empty: courier and service as OrderFlow sends them.", max_length=255)),
                        ('link', models.CharField(blank=True, default='', help_text="A web address with {number} for the tracking number; {order} is the order's number. Empty: no link.", max_length=500, validators=[orderflow_bridge.carriers.links.validate_link], verbose_name='tracking link')),
                        ('website', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'verbose_name': 'courier',
                        'ordering': ('courier', 'service', 'website'),
                        'constraints': [models.UniqueConstraint(models.F('term'), django.db.models.functions.comparison.Coalesce('website', 0), name='carriers_one_row_per_courier')],
                    },
                ),
                migrations.CreateModel(
                    name='MappedMethod',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('term', models.CharField(editable=False, max_length=450)),
                        ('method', models.CharField(help_text="The method's code, flatrate_flatrate; with * at its end all that begin so.", max_length=120)),
                        ('suggestion_code', models.CharField(blank=True, default='', help_text="Empty: the method's code.", max_length=100, verbose_name='delivery suggestion code')),
                        ('suggestion_name', models.CharField(blank=True, default='', help_text="Empty: the method's name, as the customer read it.", max_length=255, verbose_name='delivery suggestion name')),
                        ('courier', models.CharField(blank=True, default='', max_length=100)),
                        ('priority', models.PositiveIntegerField(blank=True, help_text="OrderFlow's number. Empty: OrderFlow decides.", null=True)),
                        ('priority_name', models.CharField(blank=True, default='', max_length=100)),
                        ('ship_days', models.PositiveSmallIntegerField(blank=True, help_text='Days after the purchase date; 0 is the same day. Empty: no date is sent.', null=True, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='earliest ship date')),
                        ('delivery_days', models.PositiveSmallIntegerField(blank=True, help_text='Days after the purchase date. Empty: no date is sent.', null=True, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='required delivery date')),
                        ('is_working_days', models.BooleanField(default=False, help_text='Count Monday to Friday only.', verbose_name='working days')),
                        ('website', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'verbose_name': 'shipping method',
                        'ordering': ('method', 'website'),
                        'constraints': [models.UniqueConstraint(models.F('term'), django.db.models.functions.comparison.Coalesce('website', 0), name='carriers_one_row_per_method')],
                    },
                ),
            ],
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
