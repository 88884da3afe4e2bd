"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those. The rights
to it are given by `watch`.
"""

import django.db.models.deletion
import orderflow_bridge.common.created_together
from django.db import migrations, models

class Migration(migrations.Migration):

    replaces = [('exchange', '0001_pauses'), ('exchange', '0002_adopted_endpoint')]

    initial = True

    dependencies = [
        ('stores', '0003_magento_statuses'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Installation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('environment', models.CharField(blank=True, default='', max_length=20)),
                        ('endpoint', models.CharField(blank=True, default='', max_length=255)),
                    ],
                    options={
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='Pause',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('direction', models.CharField(choices=[('all', 'Everything'), ('out', 'What goes out to OrderFlow'), ('in', 'What has come in from OrderFlow')], default='all', max_length=3, verbose_name='what is paused')),
                        ('reason', models.CharField(help_text='Everybody reads it on every page.', max_length=200)),
                        ('paused_by', models.CharField(editable=False, max_length=150)),
                        ('since', models.DateTimeField(editable=False)),
                        ('until', models.DateTimeField(blank=True, help_text='Empty: until somebody resumes it.', null=True)),
                        ('resumed_at', models.DateTimeField(editable=False, null=True)),
                        ('resumed_by', models.CharField(blank=True, default='', editable=False, max_length=150)),
                        ('installation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='exchange.installation')),
                        ('website', models.ForeignKey(blank=True, help_text='Only what goes out can be paused for one website.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'ordering': ('-id',),
                        'default_permissions': ('view', 'add'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('website', None), ('direction', 'out'), _connector='OR'), name='out_by_website')],
                    },
                ),
            ],
        ),
    ]
