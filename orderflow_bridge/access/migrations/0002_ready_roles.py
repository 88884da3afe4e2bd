"""Make the roles that are there from the start.

Django creates permissions only after all migrations have run, so those that the roles need are made
here; what comes later finds them and leaves them alone. Going back leaves the roles: users may
depend on them.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import migrations

from orderflow_bridge.access.ready_roles import IMPORT, fill_ready_roles

# The guide's own name for the role of OrderFlow's user.
GUIDES_ROLE = "orderflow"


def make_ready_roles(apps, schema_editor):
    """Fill the ready roles, and the guide's with what OrderFlow's has."""
    alias = schema_editor.connection.alias
    fill_ready_roles(apps, alias)
    groups = apps.get_model("auth", "Group").objects.using(alias)
    role, _ = groups.get_or_create(name=GUIDES_ROLE)
    role.permissions.add(*groups.get(name=IMPORT).permissions.all())
    # Rows of another registry than the global one must not stay in the cache.
    ContentType.objects.clear_cache()


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_ready_roles, migrations.RunPython.noop)]
