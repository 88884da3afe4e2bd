"""Integrations and their nonces; the ready roles get the rights to them."""

import django.db.models.deletion
import django.utils.timezone
import encrypted_fields.fields
from django.db import migrations, models

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = ("integrations.integration",)


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0010_refused_signatures'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Integration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='Name')),
                ('callback_url', models.CharField(blank=True, default='', max_length=500, verbose_name='Callback URL')),
                ('has_all_rights', models.BooleanField(default=False)),
                ('is_read_only', models.BooleanField(default=False, verbose_name='Read-only')),
                ('networks', models.TextField(blank=True, default='', verbose_name='Networks')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='Ends')),
                ('state', models.CharField(choices=[('new', 'Not activated'), ('waiting', 'Waiting for its system'), ('active', 'Active'), ('revoked', 'Revoked')], default='new', max_length=10)),
                ('consumer_key', models.CharField(max_length=32, unique=True, verbose_name='Consumer Key')),
                ('consumer_secret', encrypted_fields.fields.EncryptedTextField(verbose_name='consumer secret')),
                ('token_digest', models.CharField(max_length=64, null=True, unique=True)),
                ('token', encrypted_fields.fields.EncryptedTextField(null=True, verbose_name='access token')),
                ('token_secret', encrypted_fields.fields.EncryptedTextField(null=True, verbose_name='access token secret')),
                ('verifier_digest', models.CharField(blank=True, default='', max_length=64)),
                ('request_digest', models.CharField(blank=True, default='', max_length=64)),
                ('request_secret', encrypted_fields.fields.EncryptedTextField(null=True, verbose_name='request token secret')),
                ('exchange_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Created')),
                ('activated_at', models.DateTimeField(null=True, verbose_name='Activated')),
                ('last_used_at', models.DateTimeField(null=True, verbose_name='Last Used')),
                ('last_used_from', models.CharField(blank=True, default='', max_length=45, verbose_name='Last Used From')),
                ('permissions', models.ManyToManyField(blank=True, related_name='integrations', to='auth.permission', verbose_name='Resources')),
            ],
            options={
                'ordering': ('name',),
                'permissions': (('issue_credentials', 'Activate, rotate and revoke'), ('show_credentials', 'Show credentials')),
            },
        ),
        migrations.CreateModel(
            name='UsedNonce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('timestamp', models.BigIntegerField(db_index=True)),
                ('digest', models.CharField(max_length=64)),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nonces', to='integrations.integration')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('integration', 'timestamp', 'digest'), name='integrations_nonce_once')],
            },
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
