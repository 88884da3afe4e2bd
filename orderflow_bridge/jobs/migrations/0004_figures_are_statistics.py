from django.db import migrations

OLD, NEW = "orderflow_figures", "orderflow_statistics"


def rename(apps, old, new):
    for model in ("JobRun", "JobLease"):
        apps.get_model("scheduler", model).objects.filter(job=old).update(job=new)


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0003_note_clocks_of_hosts")]

    operations = [
        migrations.RunPython(
            lambda apps, schema: rename(apps, OLD, NEW), lambda apps, schema: rename(apps, NEW, OLD)
        )
    ]
