"""The tables of this room, as one migration makes them in an empty database.

The ready roles are filled with all rights that they are to have, those of other rooms included. A
database that has some of the migrations that this replaces goes by those, which mend its rights.
"""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
import encrypted_fields.fields
import orderflow_bridge.access.models
import orderflow_bridge.common.created_together
from django.conf import settings
from django.db import migrations, models

from django.contrib.contenttypes.models import ContentType

from orderflow_bridge.access.ready_roles import IMPORT, fill_ready_roles

# The guide's own name for the role of OrderFlow's user.
GUIDES_ROLE = "orderflow"


def make_ready_roles(apps: Any, schema_editor: Any) -> None:
    """Fill the ready roles, and the guide's with what OrderFlow's has."""
    alias = schema_editor.connection.alias
    fill_ready_roles(apps, alias)
    groups = apps.get_model("auth", "Group").objects.using(alias)
    role, _ = groups.get_or_create(name=GUIDES_ROLE)
    role.permissions.add(*groups.get(name=IMPORT).permissions.all())
    # Rows of another registry than the global one must not stay in the cache.
    ContentType.objects.clear_cache()


class Migration(migrations.Migration):

    replaces = [('access', '0001_initial'), ('access', '0002_ready_roles'), ('access', '0003_known_addresses_and_rights_to_view'), ('access', '0004_reading_apart_from_writing'), ('access', '0005_count_refused_calls'), ('access', '0006_rights_of_configuration_files'), ('access', '0007_right_to_refund'), ('access', '0008_access_that_ends_and_full_roles'), ('access', '0009_rights_of_further_routes'), ('access', '0010_refused_signatures'), ('access', '0011_rights_to_attributes_and_taxes')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('axes', '0010_accessattemptexpiration'),
        ('configuration', '0006_configuration_files'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='FailedSignIn',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'failed sign-in',
                        'ordering': ('-attempt_time',),
                        'permissions': (('release_failedsignin', 'Release lockouts'),),
                        'proxy': True,
                    },
                    bases=('axes.accessattempt',),
                ),
                migrations.CreateModel(
                    name='AccessToken',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(max_length=64, unique=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Created')),
                        ('expires_at', models.DateTimeField(db_index=True, verbose_name='Expires')),
                        ('idle_seconds', models.PositiveIntegerField(blank=True, null=True)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='access_tokens', to=settings.AUTH_USER_MODEL)),
                        ('password_digest', models.CharField(default='', editable=False, max_length=64)),
                    ],
                    options={
                        'ordering': ('-id',),
                        'permissions': (('revoke_accesstoken', 'Revoke'), ('orderflow_import', 'OrderFlow Import'), ('products_view', 'View products'), ('catalog_products', 'Edit products'), ('images_view', 'View product images'), ('catalog_images', 'Edit product images'), ('catalog_attributes', 'View product attributes'), ('attributes_edit', 'Edit product attributes'), ('attribute_sets', 'View attribute sets'), ('sets_edit', 'Edit attribute sets'), ('categories_view', 'View categories'), ('categories', 'Edit categories'), ('prices_view', 'View product prices'), ('prices', 'Edit product prices'), ('stock_items_view', 'View stock items'), ('catalog_inventory', 'Edit stock items'), ('product_stock', 'View stock in products'), ('orders_view', 'View orders'), ('orders_create', 'Create orders'), ('orders_save', 'Save orders'), ('orders_cancel', 'Cancel orders'), ('orders_hold', 'Hold orders'), ('orders_unhold', 'Unhold orders'), ('orders_emails', 'Send order e-mails'), ('orders_comment', 'Comment on orders'), ('orders_ship', 'Ship orders'), ('orders_refund', 'Refund orders'), ('invoices_view', 'View invoices'), ('orders_invoice', 'Invoice orders'), ('credit_memos_view', 'View credit memos'), ('credit_memos', 'Edit credit memos'), ('transactions', 'View transactions'), ('shipments_view', 'View shipments'), ('shipments', 'Edit shipments'), ('quotes_view', 'View quotes'), ('quotes', 'Edit quotes'), ('customers_view', 'View customers'), ('customers', 'Edit customers'), ('customer_groups', 'View customer groups'), ('sources_view', 'View sources'), ('sources_edit', 'Edit sources'), ('source_items', 'Edit source items'), ('stocks_view', 'View stocks'), ('stocks_edit', 'Edit stocks'), ('stocks_delete', 'Delete stocks'), ('stock_links_view', 'View stock links'), ('stocks_link', 'Link stocks and sources'), ('salable_quantities', 'View salable quantities'), ('stores', 'View stores'), ('taxes', 'View taxes'), ('bulk_operations', 'View the status of bulk calls')),
                    },
                ),
                migrations.CreateModel(
                    name='Authenticator',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(help_text='The human-readable name of this device.', max_length=64)),
                        ('confirmed', models.BooleanField(default=True, help_text='Is this device ready for use?')),
                        ('throttling_failure_timestamp', models.DateTimeField(blank=True, default=None, help_text='A timestamp of the last failed verification attempt. Null if last attempt succeeded.', null=True)),
                        ('throttling_failure_count', models.PositiveIntegerField(default=0, help_text='Number of successive failed attempts.')),
                        ('secret', encrypted_fields.fields.EncryptedTextField(default=orderflow_bridge.access.models.new_secret)),
                        ('last_step', models.BigIntegerField(default=-1)),
                        ('user', models.ForeignKey(help_text='The user that this device belongs to.', on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'permissions': (('reset_authenticator', 'Reset two-factor login'),),
                        'constraints': [models.UniqueConstraint(fields=('user',), name='access_one_authenticator')],
                    },
                ),
                migrations.CreateModel(
                    name='RecoveryCode',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(max_length=64)),
                        ('authenticator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to='access.authenticator')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('authenticator', 'digest'), name='access_one_recovery_code')],
                    },
                ),
                migrations.CreateModel(
                    name='KnownAddress',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('address', models.GenericIPAddressField()),
                        ('last_used_at', models.DateTimeField(db_index=True)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='known_addresses', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(fields=('user', 'address'), name='access_one_known_address')],
                    },
                ),
                migrations.CreateModel(
                    name='RefusedCall',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('hour', models.DateTimeField()),
                        ('address', models.CharField(blank=True, default='', max_length=45)),
                        ('username', models.CharField(blank=True, default='', max_length=150)),
                        ('is_user', models.BooleanField(default=False)),
                        ('reason', models.CharField(choices=[('no_login', 'it shows no login'), ('unknown_token', 'its token is unknown'), ('expired_token', 'its token has expired, or the password has changed'), ('no_user', 'there is no user of this name'), ('password', 'the password is wrong'), ('locked', 'the sign-in is locked after wrong passwords'), ('inactive', 'the user is inactive'), ('ended', "the user's access has ended"), ('second_factor', 'the user has two-factor login and sends no code'), ('no_right', 'the user lacks the right for the call'), ('too_large', 'the message is larger than allowed'), ('not_understood', 'the message cannot be understood'), ('no_operation', 'the address called does not have the operation'), ('signature', 'the call is not signed as it should be'), ('replayed', 'the call was sent before'), ('timestamp', 'its clock is wrong'), ('revoked', 'its integration is revoked'), ('network', 'its integration may not call from there')], max_length=20)),
                        ('endpoint', models.CharField(choices=[('soap', 'the SOAP address'), ('magento_1', 'the Magento 1 address'), ('rest', 'the REST address')], max_length=20)),
                        ('count', models.PositiveIntegerField(default=0)),
                        ('recent', models.PositiveIntegerField(default=0)),
                        ('recent_from', models.DateTimeField()),
                        ('first_at', models.DateTimeField()),
                        ('last_at', models.DateTimeField(db_index=True)),
                        ('accepted_at', models.DateTimeField(null=True)),
                        ('text', models.CharField(blank=True, default='', max_length=500)),
                        ('url', models.CharField(blank=True, default='', max_length=255)),
                    ],
                    options={
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(fields=('hour', 'address', 'username', 'reason', 'endpoint'), name='access_refused_once_an_hour')],
                    },
                ),
                migrations.CreateModel(
                    name='AccessEnd',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('ends_at', models.DateTimeField(verbose_name='Access Ends')),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='access_end', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='FullRole',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('role', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='full', to='auth.group')),
                    ],
                    options={
                        'default_permissions': (),
                    },
                ),
            ],
        ),
        migrations.RunPython(make_ready_roles, migrations.RunPython.noop),
    ]
