"""Rights to write attributes and their sets and to read tax classes by REST, for the ready roles."""

from django.db import migrations

from orderflow_bridge.access.ready_roles import add_to_ready_roles

NEW = ("access.attributes_edit", "access.sets_edit", "access.taxes")


def give_rights(apps, schema_editor):
    add_to_ready_roles(apps, schema_editor.connection.alias, NEW)


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0010_refused_signatures'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='accesstoken',
            options={'ordering': ('-id',), 'permissions': (('revoke_accesstoken', 'Revoke'), ('orderflow_import', 'OrderFlow Import'), ('products_view', 'View products'), ('catalog_products', 'Edit products'), ('images_view', 'View product images'), ('catalog_images', 'Edit product images'), ('catalog_attributes', 'View product attributes'), ('attributes_edit', 'Edit product attributes'), ('attribute_sets', 'View attribute sets'), ('sets_edit', 'Edit attribute sets'), ('categories_view', 'View categories'), ('categories', 'Edit categories'), ('prices_view', 'View product prices'), ('prices', 'Edit product prices'), ('stock_items_view', 'View stock items'), ('catalog_inventory', 'Edit stock items'), ('product_stock', 'View stock in products'), ('orders_view', 'View orders'), ('orders_create', 'Create orders'), ('orders_save', 'Save orders'), ('orders_cancel', 'Cancel orders'), ('orders_hold', 'Hold orders'), ('orders_unhold', 'Unhold orders'), ('orders_emails', 'Send order e-mails'), ('orders_comment', 'Comment on orders'), ('orders_ship', 'Ship orders'), ('orders_refund', 'Refund orders'), ('invoices_view', 'View invoices'), ('orders_invoice', 'Invoice orders'), ('credit_memos_view', 'View credit memos'), ('credit_memos', 'Edit credit memos'), ('transactions', 'View transactions'), ('shipments_view', 'View shipments'), ('shipments', 'Edit shipments'), ('quotes_view', 'View quotes'), ('quotes', 'Edit quotes'), ('customers_view', 'View customers'), ('customers', 'Edit customers'), ('customer_groups', 'View customer groups'), ('sources_view', 'View sources'), ('sources_edit', 'Edit sources'), ('source_items', 'Edit source items'), ('stocks_view', 'View stocks'), ('stocks_edit', 'Edit stocks'), ('stocks_delete', 'Delete stocks'), ('stock_links_view', 'View stock links'), ('stocks_link', 'Link stocks and sources'), ('salable_quantities', 'View salable quantities'), ('stores', 'View stores'), ('taxes', 'View taxes'), ('bulk_operations', 'View the status of bulk calls'))},
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
