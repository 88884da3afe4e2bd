"""Forget who has read which report: the failure bar stays until the cause is gone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("request_queue", "0004_held_requests")]

    operations = [
        migrations.DeleteModel(name="ReadMark"),
        migrations.DeleteModel(name="ReadUpTo"),
    ]
