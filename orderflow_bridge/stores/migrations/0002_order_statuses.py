"""The table of order statuses: a shop may have more of them than Magento brings."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stores', '0001_initial'),
    ]

    operations = [
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
    ]
