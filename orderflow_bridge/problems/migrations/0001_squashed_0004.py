"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those.
"""

import django.db.models.deletion
import encrypted_fields.fields
import orderflow_bridge.common.created_together
import orderflow_bridge.configuration.validators
from django.conf import settings
from django.db import migrations, models

class Migration(migrations.Migration):

    replaces = [('problems', '0001_problems'), ('problems', '0002_settling'), ('problems', '0003_problem_reports'), ('problems', '0004_addresses_of_any_length')]

    initial = True

    dependencies = [
        ('auth', '__first__'),
        ('stores', '0003_magento_statuses'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Problem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=40)),
                        ('subject', models.CharField(max_length=255)),
                        ('open_key', models.CharField(editable=False, max_length=320, null=True, unique=True)),
                        ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Notice'), (2, 'Warning'), (3, 'Critical')])),
                        ('text', models.TextField()),
                        ('remedy', models.TextField(blank=True, default='')),
                        ('url', models.TextField(blank=True, default='')),
                        ('evidence', models.JSONField(blank=True, default=dict)),
                        ('count', models.PositiveBigIntegerField(default=1)),
                        ('first_seen', models.DateTimeField()),
                        ('last_seen', models.DateTimeField()),
                        ('snoozed_until', models.DateTimeField(blank=True, null=True)),
                        ('snoozed_count', models.PositiveBigIntegerField(blank=True, null=True)),
                        ('told_at', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('reminded_at', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('resolved_at', models.DateTimeField(blank=True, null=True)),
                        ('end_told_at', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('website', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'ordering': ('-severity', '-last_seen', '-id'),
                        'permissions': (('settle_problem', 'Snooze, take and resolve'),),
                        'indexes': [models.Index(condition=models.Q(('resolved_at__isnull', True)), fields=['-severity', 'kind', 'id'], name='problem_open'), models.Index(fields=['kind', 'subject'], name='problem_subject'), models.Index(fields=['resolved_at'], name='problem_resolved')],
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='ProblemNote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('text', models.TextField()),
                        ('created_at', models.DateTimeField()),
                        ('problem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='problems.problem')),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ('id',),
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='ProblemRoute',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(blank=True, default='', max_length=40)),
                        ('least_severity', models.PositiveSmallIntegerField(choices=[(1, 'Notice'), (2, 'Warning'), (3, 'Critical')], default=1, verbose_name='severity from')),
                        ('address', models.EmailField(blank=True, default='', max_length=254, verbose_name='e-mail address')),
                        ('chat_url', models.CharField(blank=True, default='', help_text='An incoming webhook of Slack, Mattermost, Teams or your own: JSON with text.', max_length=500, validators=[orderflow_bridge.configuration.validators.validate_receiver], verbose_name='chat URL')),
                        ('chat_secret', encrypted_fields.fields.EncryptedTextField(blank=True, help_text='What your own receiver checks signatures with, as for webhooks.', null=True)),
                        ('is_active', models.BooleanField(default=True, verbose_name='active')),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('website', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.website')),
                    ],
                    options={
                        'verbose_name': 'problem route',
                        'ordering': ('id',),
                    },
                ),
                migrations.CreateModel(
                    name='ChatMessage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('text', models.TextField()),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('due_at', models.DateTimeField(null=True)),
                        ('sent_at', models.DateTimeField(null=True)),
                        ('last_error', models.CharField(blank=True, default='', max_length=500)),
                        ('created_at', models.DateTimeField()),
                        ('route', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='problems.problemroute')),
                    ],
                    options={
                        'ordering': ('id',),
                        'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['id'], name='chat_waiting')],
                    },
                ),
            ],
        ),
    ]
