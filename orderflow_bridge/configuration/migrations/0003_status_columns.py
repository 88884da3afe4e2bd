"""Settings that name order statuses offer those of the shop. No table changes by this."""

import orderflow_bridge.configuration.status_columns
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('configuration', '0002_outgoing_calls'),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalinventoryimportsettings',
            name='valid_unsent_order_statuses',
            field=orderflow_bridge.configuration.status_columns.StatusesColumn(null=True),
        ),
        migrations.AlterField(
            model_name='historicalorderexportsettings',
            name='exportable_status',
            field=orderflow_bridge.configuration.status_columns.StatusesColumn(null=True),
        ),
        migrations.AlterField(
            model_name='inventoryimportsettings',
            name='valid_unsent_order_statuses',
            field=orderflow_bridge.configuration.status_columns.StatusesColumn(null=True),
        ),
        migrations.AlterField(
            model_name='orderexportsettings',
            name='exportable_status',
            field=orderflow_bridge.configuration.status_columns.StatusesColumn(null=True),
        ),
    ]
