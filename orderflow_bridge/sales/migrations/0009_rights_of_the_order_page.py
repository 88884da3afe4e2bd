"""A right for each thing that is done at an order's page; the ready roles get them."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

RIGHTS = (
    ("hold_order", "Hold and release"),
    ("cancel_order", "Cancel"),
    ("refund_order", "Refund"),
    ("create_order", "Create and reorder"),
    ("edit_order", "Edit addresses and shipping"),
    ("comment_order", "Comment"),
    ("email_order", "Send e-mails"),
    ("invoice_order", "Invoice"),
    ("ship_order", "Ship"),
)
NEW = tuple(f"sales.{codename}" for codename, _ in RIGHTS[3:])


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0008_orders_at_orderflow"),
        ("access", "0002_ready_roles"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="order", options={"ordering": ("-id",), "permissions": RIGHTS}
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
