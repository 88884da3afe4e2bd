"""Whoever could see people's data goes on seeing them; the ready role OrderFlow support does not."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import SUPPORT, permission, ready_roles
from orderflow_bridge.access.rights import SEE_PEOPLE
from orderflow_bridge.access.role_rights import RoleRight
from orderflow_bridge.sales.models import Order


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    right = permission(apps, alias, RoleRight(SEE_PEOPLE, "See people's data", Order))
    groups = apps.get_model("auth", "Group").objects.using(alias)
    users = apps.get_model("auth", "User").objects.using(alias)
    for holders in (groups.exclude(name=SUPPORT).filter(permissions__isnull=False),
                    users.filter(user_permissions__isnull=False)):
        right_of = "permissions" if holders.model.__name__ == "Group" else "user_permissions"
        for holder in holders.distinct():
            getattr(holder, right_of).add(right)
    support, _ = groups.get_or_create(name=SUPPORT)
    support.permissions.add(*(permission(apps, alias, each) for each in ready_roles()[SUPPORT]))


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0002_rights_of_ready_roles"),
        ("sales", "0011_the_right_to_see_people"),
        ("access", "0006_rights_of_configuration_files"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
