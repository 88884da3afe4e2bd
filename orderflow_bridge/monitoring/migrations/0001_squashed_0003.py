"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those.
"""

import django.db.models.deletion
import django.utils.timezone
import orderflow_bridge.common.created_together
from django.conf import settings
from django.db import migrations, models

class Migration(migrations.Migration):

    replaces = [('dashboard', '0001_initial'), ('dashboard', '0002_backups'), ('dashboard', '0003_rights_to_backups')]

    initial = True

    dependencies = [
        ('access', '0002_ready_roles'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='ChecklistDismissal',
                    fields=[
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                        ('dismissed_at', models.DateTimeField(auto_now_add=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='Backup',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Made')),
                        ('place', models.CharField(help_text='Where it lies.', max_length=255, verbose_name='Where')),
                        ('told_by', models.CharField(blank=True, default='', max_length=150)),
                    ],
                    options={
                        'verbose_name': 'back-up',
                        'ordering': ('-made_at', '-id'),
                        'permissions': (('record_backup', 'Record'),),
                        'default_permissions': ('view',),
                        'indexes': [models.Index(fields=['-made_at'], name='dashboard_backup_made')],
                    },
                ),
            ],
        ),
    ]
