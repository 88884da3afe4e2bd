"""Every shop begins with Magento's own order statuses, each state with its default.

Magento counts Suspected Fraud to two states; a status has one here, the one that orders get it in.
"""

from django.db import migrations

STATUSES = (
    ("pending", "Pending", "new"),
    ("pending_payment", "Pending Payment", "pending_payment"),
    ("processing", "Processing", "processing"),
    ("fraud", "Suspected Fraud", "payment_review"),
    ("complete", "Complete", "complete"),
    ("closed", "Closed", "closed"),
    ("canceled", "Canceled", "canceled"),
    ("holded", "On Hold", "holded"),
    ("payment_review", "Payment Review", "payment_review"),
)


def add_statuses(apps, schema_editor):
    statuses = apps.get_model("stores", "OrderStatus").objects.using(schema_editor.connection.alias)
    for code, label, state in STATUSES:
        defaults = {"label": label, "state": state, "is_default": code != "fraud"}
        statuses.get_or_create(code=code, defaults=defaults)


class Migration(migrations.Migration):
    dependencies = [("stores", "0002_order_statuses")]

    operations = [migrations.RunPython(add_statuses, migrations.RunPython.noop)]
