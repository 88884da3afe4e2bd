"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those. Ready roles of
0.1.0 get their rights; whoever could see people's data goes on seeing them, but OrderFlow support.
"""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
import orderflow_bridge.common.created_together
from django.conf import settings
from django.db import migrations, models

from orderflow_bridge.access.ready_roles import (
    SUPPORT,
    add_to_ready_roles,
    permissions,
    ready_roles,
)
from orderflow_bridge.access.rights import SEE_PEOPLE
from orderflow_bridge.access.role_rights import RoleRight
from orderflow_bridge.sales.models import Order

def give_rights(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    add_to_ready_roles(apps, alias, ("support.support",))
    (right,) = permissions(apps, alias, [RoleRight(SEE_PEOPLE, "See people's data", Order)])
    groups = apps.get_model("auth", "Group").objects.using(alias)
    users = apps.get_model("auth", "User").objects.using(alias)
    for holders in (groups.exclude(name=SUPPORT).filter(permissions__isnull=False),
                    users.filter(user_permissions__isnull=False)):
        right_of = "permissions" if holders.model.__name__ == "Group" else "user_permissions"
        for holder in holders.distinct():
            getattr(holder, right_of).add(right)
    support, _ = groups.get_or_create(name=SUPPORT)
    support.permissions.add(*permissions(apps, alias, ready_roles()[SUPPORT]))


class Migration(migrations.Migration):

    replaces = [('support', '0001_the_page_and_its_rights'), ('support', '0002_rights_of_ready_roles'), ('support', '0003_who_sees_people'), ('support', '0004_invitations')]

    initial = True

    dependencies = [
        ('access', '0006_rights_of_configuration_files'),
        ('auth', '__first__'),
        ('sales', '0011_the_right_to_see_people'),
        ('stores', '0003_magento_statuses'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='Support',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'support',
                        'verbose_name_plural': 'support',
                        'permissions': (('view_diagnostics', 'Download diagnostics'),),
                        'proxy': True,
                        'default_permissions': ('view',),
                    },
                    bases=('stores.website',),
                ),
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(max_length=64, unique=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('expires_at', models.DateTimeField()),
                        ('used_at', models.DateTimeField(null=True)),
                        ('invited_by', models.CharField(max_length=150)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'default_permissions': (),
                    },
                ),
            ],
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
