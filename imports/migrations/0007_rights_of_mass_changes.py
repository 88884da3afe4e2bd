"""Give the ready roles the rights to decide on mass changes and to put old figures back.

Django makes permissions only after all migrations have run, so those that the roles need are made
here. A role that the shop has deleted stays deleted.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import migrations

from imports.models import InventoryImport, MassChange
from orderflow_bridge.access.ready_roles import ADMINISTRATOR, OPERATOR, permission
from orderflow_bridge.access.role_rights import RoleRight

_RIGHTS = (
    RoleRight("imports.view_masschange", "View", MassChange),
    RoleRight("imports.decide_masschange", "Apply, discard and undo", MassChange, True),
    RoleRight("imports.restore_inventoryimport", "Put old figures back", InventoryImport, True),
)


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    for role in apps.get_model("auth", "Group").objects.using(alias).filter(
        name__in=(OPERATOR, ADMINISTRATOR)
    ):
        role.permissions.add(*(permission(apps, alias, right) for right in _RIGHTS))
    # Rows of another registry than the global one must not stay in the cache.
    ContentType.objects.clear_cache()


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0006_mass_changes"),
        ("access", "0002_ready_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
