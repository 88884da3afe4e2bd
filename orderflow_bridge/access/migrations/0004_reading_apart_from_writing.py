"""Let who could read by a right to write go on reading; take writing from OrderFlow's ready roles.

Tokens that are valid now stay valid until their users change their passwords.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import migrations

from orderflow_bridge.access.models import token_digest

# Until now each of these rights let its holders read as well.
READING = {
    "catalog_products": ("products_view", "View products"),
    "catalog_images": ("images_view", "View product images"),
    "catalog_inventory": ("stock_items_view", "View stock items"),
    "orders_invoice": ("invoices_view", "View invoices"),
    "shipments": ("shipments_view", "View shipments"),
    "quotes": ("quotes_view", "View quotes"),
    "stocks_link": ("stock_links_view", "View stock links"),
}
ORDERFLOWS_ROLES = ("orderflow", "OrderFlow Import")
DELETED_FROM_THEM = "catalog_products"


def part_reading_from_writing(apps, schema_editor):
    """Give roles and users the rights to read; OrderFlow reads products, and writes none."""
    alias = schema_editor.connection.alias
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.using(alias).get_or_create(
        app_label="access", model="accesstoken"
    )
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    for codename, (reading, name) in READING.items():
        held = permissions.filter(content_type=kind, codename=codename).first()
        if held is None:
            continue
        right, _ = permissions.get_or_create(
            content_type=kind, codename=reading, defaults={"name": name}
        )
        right.group_set.add(*held.group_set.all())
        right.user_set.add(*held.user_set.all())
        if codename == DELETED_FROM_THEM:
            held.group_set.remove(*held.group_set.filter(name__in=ORDERFLOWS_ROLES))
    # Rows of another registry than the global one must not stay in the cache.
    ContentType.objects.clear_cache()


def bind_tokens_to_passwords(apps, schema_editor):
    """Note with each valid token the password that its user has."""
    tokens = apps.get_model("access", "AccessToken").objects.using(schema_editor.connection.alias)
    for token in tokens.select_related("user").iterator():
        token.password_digest = token_digest(token.user.password)
        token.save(update_fields=["password_digest"])


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_known_addresses_and_rights_to_view"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        # Going back leaves the rights: nobody loses what he could do.
        migrations.RunPython(part_reading_from_writing, migrations.RunPython.noop),
        migrations.RunPython(bind_tokens_to_passwords, migrations.RunPython.noop),
    ]
