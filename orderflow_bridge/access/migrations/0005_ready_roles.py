"""Make the ready roles; who could act by a right to "change" gets the right that says so."""

from django.contrib.contenttypes.models import ContentType
from django.db import migrations

from orderflow_bridge.access.ready_roles import fill_ready_roles

# Until now these rights let their holders act on records that nobody can change.
FOLLOWERS = {
    ("imports", "change_importrequest"): (("importrequest", "process_importrequest"),),
    ("imports", "change_inventoryimport"): (("inventoryimport", "requeue_inventoryimport"),),
    ("imports", "change_shipmentimport"): (("shipmentimport", "requeue_shipmentimport"),),
    ("exports", "change_exportrequest"): (("exportrequest", "process_exportrequest"),),
    ("exports", "change_endpointstate"): (("endpointstate", "retry_endpointstate"),),
    ("sales", "change_order"): (("order", "hold_order"), ("order", "cancel_order")),
    ("access", "change_accesstoken"): (("accesstoken", "revoke_accesstoken"),),
    ("access", "change_failedsignin"): (("failedsignin", "release_failedsignin"),),
}


def make_ready_roles(apps, schema_editor):
    """Fill the roles with all that the pages of this version offer."""
    fill_ready_roles(apps, schema_editor.connection.alias)
    # Rows of another registry than the global one must not stay in the cache.
    ContentType.objects.clear_cache()


def pass_rights_on(apps, schema_editor):
    """Give roles and users the right that took the place of the one they hold."""
    alias = schema_editor.connection.alias
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    for (app_label, codename), followers in FOLLOWERS.items():
        held = permissions.filter(content_type__app_label=app_label, codename=codename).first()
        if held is None:
            continue
        for model, follower in followers:
            kind, _ = kinds.get_or_create(app_label=app_label, model=model)
            right, _ = permissions.get_or_create(
                content_type=kind, codename=follower, defaults={"name": follower}
            )
            for holder in (*held.group_set.all(), *held.user_set.all()):
                rights = holder.permissions if hasattr(holder, "permissions") else holder.user_permissions
                rights.add(right)


class Migration(migrations.Migration):
    dependencies = [("access", "0004_rights_to_act")]

    operations = [
        # Going back leaves the roles: users may depend on them.
        migrations.RunPython(make_ready_roles, migrations.RunPython.noop),
        migrations.RunPython(pass_rights_on, migrations.RunPython.noop),
    ]
