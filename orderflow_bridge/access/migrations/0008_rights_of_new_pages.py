"""Add to the ready roles the rights of pages that have come since they were made."""

from django.contrib.contenttypes.models import ContentType
from django.db import migrations

from orderflow_bridge.access.ready_roles import fill_ready_roles


def fill(apps, schema_editor):
    """Add what is missing; a role that was deleted comes back."""
    fill_ready_roles(apps, schema_editor.connection.alias)
    ContentType.objects.clear_cache()


class Migration(migrations.Migration):
    dependencies = [("access", "0007_two_factor_login")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
