"""Reports on stock messages without lines said "0 of 0", a success; they say now that they failed."""

from datetime import UTC

from django.db import migrations, transaction

from imports.history import ensure_partitions
from imports.inventory.lines import NO_LINES

_INVENTORY, _FAILURE = 1, 4


def mark_failed(apps, schema_editor):
    reports = apps.get_model("imports", "Import").objects
    lines = apps.get_model("imports", "ImportLine").objects
    silent = reports.filter(
        entity=_INVENTORY, successes=0, duplicates=0, superseded=0, failures=0
    ).values_list("pk", "created_at")
    for pk, created_at in list(silent):
        ensure_partitions(created_at.astimezone(UTC).date(), ahead=0)
        with transaction.atomic():
            lines.create(parent_id=pk, result=_FAILURE, reason=NO_LINES, created_at=created_at)
            reports.filter(pk=pk).update(failures=1)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("imports", "0002_partition_lines")]

    operations = [migrations.RunPython(mark_failed, migrations.RunPython.noop)]
