"""Mask the session tokens and passwords in the messages that are stored already."""

from django.db import migrations

from orderflow_bridge.common.masking import masked_body

# Bodies may be megabytes: few are in memory at once. Each batch is committed by itself, and a
# masked body stays as it is, so that an interrupted migration can be run again.
_BATCH = 50


def mask(apps, schema_editor):
    requests = apps.get_model("request_queue", "Request").objects.using(
        schema_editor.connection.alias
    )
    last = 0
    while True:
        batch = list(
            requests.filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", "request_body")[:_BATCH]
        )
        if not batch:
            return
        for pk, body in batch:
            if body:
                masked = masked_body(bytes(body))
                if masked != bytes(body):
                    requests.filter(pk=pk).update(request_body=masked)
        last = batch[-1][0]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("request_queue", "0002_compress_bodies")]

    operations = [migrations.RunPython(mask, migrations.RunPython.noop)]
