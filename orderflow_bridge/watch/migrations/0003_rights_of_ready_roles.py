"""Give the ready roles the rights that came with the list of problems and all that feeds it.

New databases have them from the start; a role that the shop has deleted stays deleted.
"""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = (
    "configuration.problemreportssettings",
    "configuration.reconciliationsettings",
    "configuration.watchsettings",
    "imports.decide_masschange",
    "imports.masschange",
    "imports.restore_inventoryimport",
    "imports.settle_shipmentimport",
    "imports.skualias",
    "imports.waitingsku",
    "problems.chatmessage",
    "problems.problem",
    "problems.problemroute",
    "watch.sitesource",
    "watch.stockcomparison",
    "watch.stockdifference",
)


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("watch", "0002_stock_comparisons"),
        ("access", "0002_ready_roles"),
        ("configuration", "0004_reconciliation_settings"),
        ("imports", "0006_mass_changes"),
        ("problems", "0004_addresses_of_any_length"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
