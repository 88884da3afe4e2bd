"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those.
"""

import django.utils.timezone
import orderflow_bridge.common.created_together
from django.db import migrations, models

class Migration(migrations.Migration):

    replaces = [('scheduler', '0001_initial'), ('scheduler', '0002_runs_know_when_a_worker_was_waked'), ('scheduler', '0003_note_clocks_of_hosts'), ('scheduler', '0004_figures_are_statistics'), ('scheduler', '0005_runs_name_their_host')]

    initial = True

    dependencies = [
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='JobLease',
                    fields=[
                        ('job', models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ('holder', models.CharField(blank=True, default='', max_length=64)),
                        ('until', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='JobRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('job', models.CharField(max_length=64)),
                        ('scope', models.CharField(blank=True, choices=[('', 'Schedule'), ('manual', 'By hand')], default='', max_length=64, verbose_name='started by')),
                        ('scheduled_for', models.DateTimeField()),
                        ('status', models.CharField(choices=[('pending', 'Pending'), ('running', 'Running'), ('success', 'Success'), ('failed', 'Failed'), ('skipped', 'Skipped')], default='pending', max_length=16)),
                        ('summary', models.TextField(blank=True, default='')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started')),
                        ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                        ('woken_at', models.DateTimeField(editable=False, null=True)),
                        ('host', models.CharField(blank=True, db_default='', default='', help_text='Who has done it.', max_length=255)),
                    ],
                    options={
                        'ordering': ('-id',),
                        'permissions': (('run_job', 'Run jobs'),),
                        'indexes': [models.Index(fields=['created_at'], name='scheduler_run_created'), models.Index(condition=models.Q(('status__in', ('pending', 'running'))), fields=['status', 'id'], name='scheduler_run_open')],
                        'constraints': [models.UniqueConstraint(fields=('scope', 'scheduled_for', 'job'), name='scheduler_one_run_per_slot')],
                    },
                ),
                migrations.CreateModel(
                    name='HostClock',
                    fields=[
                        ('host', models.CharField(max_length=255, primary_key=True, serialize=False)),
                        ('offset_seconds', models.FloatField()),
                        ('noted_at', models.DateTimeField()),
                    ],
                    options={
                        'default_permissions': (),
                    },
                ),
            ],
        ),
    ]
