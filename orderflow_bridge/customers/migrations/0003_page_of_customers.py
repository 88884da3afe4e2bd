"""The page of customers, and the right to view it for the ready roles."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, ("customers.view_customer",))


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_buyers_of_earlier_orders'),
        ('access', '0002_ready_roles'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='customer',
            options={'default_permissions': ('view',), 'ordering': ('id',)},
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
