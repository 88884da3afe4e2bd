"""Give the role "orderflow" what OrderFlow needs to fetch products, orders and stores.

The guide's role holds OrderFlow Import only, which is too small for the native reads (wire.md §5).
"""

from django.db import migrations

RIGHTS = {
    "catalog_products": "Products",
    "product_stock": "Stock in products",
    "orders_view": "View orders",
    "stores": "Stores",
}


def let_orderflow_fetch(apps, schema_editor):
    """Add the rights to the role; permissions that `migrate` has not made yet are made here."""
    alias = schema_editor.connection.alias
    role = apps.get_model("auth", "Group").objects.using(alias).filter(name="orderflow").first()
    if role is None:  # deleted by an operator
        return
    kind = apps.get_model("contenttypes", "ContentType").objects.using(alias).get(
        app_label="access", model="accesstoken"
    )
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    for codename, name in RIGHTS.items():
        right, _ = permissions.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        role.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [("access", "0002_roles")]

    operations = [
        migrations.RunPython(let_orderflow_fetch, migrations.RunPython.noop),
    ]
