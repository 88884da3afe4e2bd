"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those. Mending rows
of earlier states is left out, and so are the rights of ready roles: `access` fills these with all.
"""

from typing import Any

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import orderflow_bridge.common.created_together
import orderflow_bridge.common.fields
import orderflow_bridge.common.json_members
from django.db import migrations, models

INDEXES = {
    "sales_order_email_lower": ("sales_order", "customer_email"),
    "sales_order_lastname_lower": ("sales_order", "customer_lastname"),
    "sales_order_firstname_lower": ("sales_order", "customer_firstname"),
    "sales_track_number_lower": ("sales_shipmenttrack", "track_number"),
}


def add_indexes(apps: Any, schema_editor: Any) -> None:
    # Prefixes are compared by bytes (console/grids/byte_order.py), which PostgreSQL has to be told.
    by_bytes = " text_pattern_ops" if schema_editor.connection.vendor == "postgresql" else ""
    # A tracking number is a text of any length; what an index can hold of it is enough to find it.
    for name, (table, column) in INDEXES.items():
        text = f"SUBSTR({column}, 1, 150)" if column == "track_number" else column
        schema_editor.execute(f"CREATE INDEX {name} ON {table} ((LOWER({text})){by_bytes})")


def drop_indexes(apps: Any, schema_editor: Any) -> None:
    for name in INDEXES:
        schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):

    replaces = [('sales', '0001_initial'), ('sales', '0002_quotes_by_creation'), ('sales', '0003_longer_tracking_texts'), ('sales', '0004_order_numbers'), ('sales', '0005_trim_order_numbers'), ('sales', '0006_details_of_tracks_and_addresses'), ('sales', '0007_statuses_of_the_shop'), ('sales', '0008_orders_at_orderflow'), ('sales', '0009_rights_of_the_order_page'), ('sales', '0010_couriers_and_links'), ('sales', '0011_the_right_to_see_people'), ('sales', '0012_find_orders_by_foreign_numbers'), ('sales', '0013_invoice_comments'), ('sales', '0014_amounts_of_invoices'), ('sales', '0015_choices_of_carts'), ('sales', '0016_choices_of_bundles'), ('sales', '0017_find_by_people_and_parcels')]

    initial = True

    dependencies = [
        ('access', '0002_ready_roles'),
        ('catalog', '0001_initial'),
        ('stores', '0003_magento_statuses'),
    ]

    operations = [
        orderflow_bridge.common.created_together.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='DeletedOrder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('increment_id', models.CharField(max_length=50, verbose_name='Order #')),
                        ('orderflow_export_status', models.CharField(max_length=16, verbose_name='Export Status (OF)')),
                        ('deleted_by', models.CharField(blank=True, default='', max_length=150)),
                        ('deleted_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ('-id',),
                    },
                ),
                migrations.CreateModel(
                    name='Order',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('orderflow_export_status', models.CharField(choices=[('Pending', 'Pending'), ('Queued', 'Queued'), ('Exported', 'Exported'), ('Failed', 'Failed'), ('Cancelled', 'Cancelled')], default='Pending', max_length=16, verbose_name='Export Status (OF)')),
                        ('orderflow_export_date', models.DateTimeField(blank=True, null=True, verbose_name='Last Exported')),
                        ('orderflow_queued_at', models.DateTimeField(blank=True, null=True, verbose_name='Last Announced')),
                        ('orderflow_due_at', models.DateTimeField(blank=True, default=django.utils.timezone.now, null=True, verbose_name='Next Announcement')),
                        ('orderflow_attempts', models.PositiveSmallIntegerField(default=0, verbose_name='Attempts')),
                        ('orderflow_revision', models.PositiveIntegerField(default=0, editable=False)),
                        ('orderflow_last_error', models.CharField(blank=True, default='', max_length=500, verbose_name='Last Error')),
                        ('increment_id', models.CharField(max_length=50, unique=True, verbose_name='Order #')),
                        ('state', models.CharField(choices=[('new', 'New'), ('pending_payment', 'Pending Payment'), ('processing', 'Processing'), ('complete', 'Complete'), ('closed', 'Closed'), ('canceled', 'Canceled'), ('holded', 'On Hold'), ('payment_review', 'Payment Review')], default='new', max_length=32)),
                        ('status', models.CharField(default='pending', max_length=32)),
                        ('hold_before_state', models.CharField(blank=True, default='', max_length=32)),
                        ('hold_before_status', models.CharField(blank=True, default='', max_length=32)),
                        ('is_virtual', models.BooleanField(default=False)),
                        ('quote_id', models.BigIntegerField(blank=True, null=True)),
                        ('customer_email', models.EmailField(max_length=128)),
                        ('customer_firstname', models.CharField(blank=True, default='', max_length=128)),
                        ('customer_lastname', models.CharField(blank=True, default='', max_length=128)),
                        ('customer_is_guest', models.BooleanField(default=True)),
                        ('customer_group_id', models.PositiveIntegerField(default=0)),
                        ('customer_note', models.TextField(blank=True, default='')),
                        ('coupon_code', models.CharField(blank=True, default='', max_length=255)),
                        ('discount_description', models.CharField(blank=True, default='', max_length=255)),
                        ('shipping_method', models.CharField(blank=True, default='', max_length=120)),
                        ('shipping_description', models.CharField(blank=True, default='', max_length=255)),
                        ('order_currency_code', models.CharField(default='USD', max_length=3)),
                        ('base_currency_code', models.CharField(default='USD', max_length=3)),
                        ('subtotal', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('subtotal_incl_tax', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('shipping_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('shipping_incl_tax', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('shipping_tax_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('discount_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('tax_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('grand_total', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('base_grand_total', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('total_invoiced', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('total_paid', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('total_refunded', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('total_canceled', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('total_qty_ordered', orderflow_bridge.common.fields.QuantityField(decimal_places=4, default=0, max_digits=12)),
                        ('weight', models.DecimalField(decimal_places=4, default=0, max_digits=12)),
                        ('email_sent', models.BooleanField(default=False)),
                        ('extra', models.JSONField(blank=True, default=dict, help_text="Magento's rarer order fields, by name.")),
                        ('orderflow_notice', models.CharField(blank=True, default='', help_text='What happened to the order here that OrderFlow has not been told.', max_length=500)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Purchase Date')),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='stores.store')),
                        ('website', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='stores.website')),
                    ],
                    options={
                        'ordering': ('-id',),
                        'permissions': (('hold_order', 'Hold and release'), ('cancel_order', 'Cancel'), ('refund_order', 'Refund'), ('create_order', 'Create and reorder'), ('edit_order', 'Edit addresses and shipping'), ('comment_order', 'Comment'), ('email_order', 'Send e-mails'), ('invoice_order', 'Invoice'), ('ship_order', 'Ship'), ('see_people', "See people's data")),
                        'indexes': [models.Index(condition=models.Q(('is_virtual', False)), fields=['created_at', 'id'], name='sales_order_unsent'), models.Index(fields=['status'], name='sales_order_status'), models.Index(condition=models.Q(('is_virtual', False), ('orderflow_due_at__isnull', False)), fields=['website', 'status', 'orderflow_due_at', 'id'], name='sales_order_due_by_status'), models.Index(condition=models.Q(('orderflow_export_status__in', ('Queued', 'Failed'))), fields=['orderflow_export_status', 'orderflow_due_at'], name='sales_order_held_up'), models.Index(django.db.models.functions.text.Lower('increment_id'), name='sales_order_number_lower'), models.Index(condition=models.Q(('is_virtual', False), ('orderflow_export_status', 'Exported'), ('state__in', ('new', 'processing'))), fields=['website', 'orderflow_export_date'], name='sales_order_at_orderflow'), models.Index(orderflow_bridge.common.json_members.JsonText('extra', 'ext_order_id'), name='sales_order_ext_order'), models.Index(orderflow_bridge.common.json_members.JsonText('extra', 'ext_customer_id'), name='sales_order_ext_customer'), models.Index(orderflow_bridge.common.json_members.JsonNumber('extra', 'customer_id'), name='sales_order_customer')],
                    },
                ),
                migrations.CreateModel(
                    name='CreditMemo',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('increment_id', models.CharField(max_length=50, unique=True, verbose_name='Credit Memo #')),
                        ('state', models.PositiveSmallIntegerField(choices=[(1, 'Pending'), (2, 'Refunded'), (3, 'Canceled')], default=2)),
                        ('total_qty', orderflow_bridge.common.fields.QuantityField(decimal_places=4, default=0, max_digits=12)),
                        ('subtotal', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('discount_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('tax_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('shipping_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('adjustment_positive', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20, verbose_name='Adjustment Refund')),
                        ('adjustment_negative', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20, verbose_name='Adjustment Fee')),
                        ('grand_total', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='creditmemos', to='sales.order')),
                    ],
                    options={
                        'verbose_name': 'credit memo',
                        'ordering': ('-id',),
                    },
                ),
                migrations.CreateModel(
                    name='CreditMemoComment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('comment', models.TextField()),
                        ('is_customer_notified', models.BooleanField(default=False)),
                        ('is_visible_on_front', models.BooleanField(default=False)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('creditmemo', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='sales.creditmemo')),
                    ],
                    options={
                        'verbose_name': 'credit memo comment',
                    },
                ),
                migrations.CreateModel(
                    name='Invoice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('increment_id', models.CharField(max_length=50, unique=True, verbose_name='Invoice #')),
                        ('state', models.PositiveSmallIntegerField(choices=[(1, 'Open'), (2, 'Paid'), (3, 'Canceled')], default=2)),
                        ('total_qty', orderflow_bridge.common.fields.QuantityField(decimal_places=4, default=0, max_digits=12)),
                        ('grand_total', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invoices', to='sales.order')),
                        ('subtotal', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('tax_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('discount_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('shipping_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('shipping_tax_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('email_sent', models.BooleanField(default=False)),
                    ],
                    options={
                        'ordering': ('-id',),
                    },
                ),
                migrations.CreateModel(
                    name='Despatch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('message_id', models.CharField(max_length=150)),
                        ('request_id', models.BigIntegerField(blank=True, null=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='despatches', to='sales.order')),
                        ('courier', models.CharField(blank=True, default='', max_length=100)),
                        ('service', models.CharField(blank=True, default='', max_length=100)),
                    ],
                    options={
                        'verbose_name_plural': 'despatches',
                        'constraints': [models.UniqueConstraint(fields=('message_id', 'order'), name='sales_despatch_once')],
                    },
                ),
                migrations.CreateModel(
                    name='OrderAddress',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('address_type', models.CharField(choices=[('billing', 'Billing'), ('shipping', 'Shipping')], max_length=16)),
                        ('firstname', models.CharField(max_length=255)),
                        ('lastname', models.CharField(max_length=255)),
                        ('company', models.CharField(blank=True, default='', max_length=255)),
                        ('street', models.TextField(blank=True, default='', help_text='One line per line of the address.')),
                        ('city', models.CharField(max_length=255)),
                        ('region', models.CharField(blank=True, default='', max_length=255)),
                        ('region_code', models.CharField(blank=True, default='', max_length=32)),
                        ('postcode', models.CharField(blank=True, default='', max_length=32)),
                        ('country_id', models.CharField(max_length=2, verbose_name='country')),
                        ('telephone', models.CharField(blank=True, default='', max_length=64)),
                        ('fax', models.CharField(blank=True, default='', max_length=64)),
                        ('email', models.EmailField(blank=True, default='', max_length=255)),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='sales.order')),
                    ],
                    options={
                        'verbose_name_plural': 'order addresses',
                        'constraints': [models.UniqueConstraint(fields=('order', 'address_type'), name='sales_one_address_per_type')],
                    },
                ),
                migrations.CreateModel(
                    name='OrderItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sku', models.CharField(max_length=64, verbose_name='SKU')),
                        ('name', models.CharField(max_length=255)),
                        ('product_type', models.CharField(choices=[('simple', 'Simple Product'), ('configurable', 'Configurable Product'), ('virtual', 'Virtual Product'), ('downloadable', 'Downloadable Product'), ('bundle', 'Bundle Product'), ('grouped', 'Grouped Product')], default='simple', max_length=32)),
                        ('is_virtual', models.BooleanField(default=False)),
                        ('ship_separately', models.BooleanField(default=False, help_text='The parts of this bundle are shipped on their own.')),
                        ('locked_do_ship', models.BooleanField(default=False)),
                        ('locked_do_invoice', models.BooleanField(default=False)),
                        ('qty_ordered', orderflow_bridge.common.fields.QuantityField(decimal_places=4, default=0, max_digits=12)),
                        ('qty_invoiced', orderflow_bridge.common.fields.QuantityField(decimal_places=4, default=0, max_digits=12)),
                        ('qty_shipped', orderflow_bridge.common.fields.QuantityField(decimal_places=4, default=0, max_digits=12)),
                        ('qty_refunded', orderflow_bridge.common.fields.QuantityField(decimal_places=4, default=0, max_digits=12)),
                        ('qty_canceled', orderflow_bridge.common.fields.QuantityField(decimal_places=4, default=0, max_digits=12)),
                        ('price', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('original_price', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('price_incl_tax', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('row_total', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('row_total_incl_tax', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('tax_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('tax_percent', models.DecimalField(decimal_places=4, default=0, max_digits=12)),
                        ('discount_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('weight', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                        ('extra', models.JSONField(blank=True, default=dict)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='sales.order')),
                        ('parent_item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='sales.orderitem')),
                        ('product', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='order_items', to='catalog.product')),
                    ],
                    options={
                        'ordering': ('id',),
                        'indexes': [models.Index(fields=['product'], include=('order', 'qty_ordered', 'qty_canceled'), name='sales_item_product')],
                    },
                ),
                migrations.CreateModel(
                    name='InvoiceItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sku', models.CharField(max_length=64, verbose_name='SKU')),
                        ('name', models.CharField(max_length=255)),
                        ('qty', orderflow_bridge.common.fields.QuantityField(decimal_places=4, max_digits=12)),
                        ('row_total', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='sales.invoice')),
                        ('order_item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invoice_items', to='sales.orderitem')),
                        ('tax_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('discount_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                    ],
                ),
                migrations.CreateModel(
                    name='CreditMemoItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sku', models.CharField(max_length=64, verbose_name='SKU')),
                        ('name', models.CharField(max_length=255)),
                        ('qty', orderflow_bridge.common.fields.QuantityField(decimal_places=4, max_digits=12)),
                        ('price', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('row_total', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('tax_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('discount_amount', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('creditmemo', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='sales.creditmemo')),
                        ('order_item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='creditmemo_items', to='sales.orderitem')),
                    ],
                    options={
                        'verbose_name': 'credit memo item',
                    },
                ),
                migrations.CreateModel(
                    name='OrderPayment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('method', models.CharField(max_length=128)),
                        ('title', models.CharField(blank=True, default='', max_length=255)),
                        ('last_trans_id', models.CharField(blank=True, default='', max_length=255)),
                        ('amount_ordered', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('amount_paid', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('extra', models.JSONField(blank=True, default=dict)),
                        ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='payment', to='sales.order')),
                    ],
                ),
                migrations.CreateModel(
                    name='OrderStatusHistory',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('status', models.CharField(blank=True, default='', max_length=32)),
                        ('comment', models.TextField(blank=True, default='')),
                        ('entity_name', models.CharField(default='order', max_length=32)),
                        ('is_customer_notified', models.BooleanField(default=False)),
                        ('is_visible_on_front', models.BooleanField(default=False)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='status_histories', to='sales.order')),
                    ],
                    options={
                        'verbose_name_plural': 'order status history',
                        'ordering': ('-id',),
                    },
                ),
                migrations.CreateModel(
                    name='Quote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('is_active', models.BooleanField(default=True)),
                        ('is_virtual', models.BooleanField(default=False)),
                        ('customer_email', models.EmailField(blank=True, default='', max_length=128)),
                        ('reserved_order_id', models.CharField(blank=True, default='', max_length=50)),
                        ('currency_code', models.CharField(default='USD', max_length=3)),
                        ('shipping_method', models.CharField(blank=True, default='', max_length=120)),
                        ('customer_note', models.TextField(blank=True, default='')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='stores.store')),
                        ('customer_id', models.BigIntegerField(blank=True, help_text='Of the customer it was assigned to; guests have none.', null=True)),
                        ('payment', models.JSONField(blank=True, default=dict, help_text='How it is to be paid: method and po_number.')),
                    ],
                    options={
                        'ordering': ('-id',),
                        'indexes': [models.Index(condition=models.Q(('is_active', True)), fields=['created_at', 'id'], name='sales_quote_active')],
                    },
                ),
                migrations.CreateModel(
                    name='QuoteAddress',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('address_type', models.CharField(choices=[('billing', 'Billing'), ('shipping', 'Shipping')], max_length=16)),
                        ('firstname', models.CharField(max_length=255)),
                        ('lastname', models.CharField(max_length=255)),
                        ('company', models.CharField(blank=True, default='', max_length=255)),
                        ('street', models.TextField(blank=True, default='', help_text='One line per line of the address.')),
                        ('city', models.CharField(max_length=255)),
                        ('region', models.CharField(blank=True, default='', max_length=255)),
                        ('region_code', models.CharField(blank=True, default='', max_length=32)),
                        ('postcode', models.CharField(blank=True, default='', max_length=32)),
                        ('country_id', models.CharField(max_length=2, verbose_name='country')),
                        ('telephone', models.CharField(blank=True, default='', max_length=64)),
                        ('fax', models.CharField(blank=True, default='', max_length=64)),
                        ('email', models.EmailField(blank=True, default='', max_length=255)),
                        ('quote', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='sales.quote')),
                        ('extra', models.JSONField(blank=True, default=dict, help_text="Magento's rarer fields of an address, by name.")),
                    ],
                    options={
                        'verbose_name_plural': 'quote addresses',
                        'constraints': [models.UniqueConstraint(fields=('quote', 'address_type'), name='sales_one_quote_address_per_type')],
                    },
                ),
                migrations.CreateModel(
                    name='QuoteItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sku', models.CharField(max_length=64, verbose_name='SKU')),
                        ('name', models.CharField(max_length=255)),
                        ('product_type', models.CharField(choices=[('simple', 'Simple Product'), ('configurable', 'Configurable Product'), ('virtual', 'Virtual Product'), ('downloadable', 'Downloadable Product'), ('bundle', 'Bundle Product'), ('grouped', 'Grouped Product')], default='simple', max_length=32)),
                        ('qty', orderflow_bridge.common.fields.QuantityField(decimal_places=4, default=1, max_digits=12)),
                        ('price', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('parent_item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='sales.quoteitem')),
                        ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='quote_items', to='catalog.product')),
                        ('quote', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='sales.quote')),
                        ('options', models.JSONField(blank=True, default=dict, help_text='What was chosen of a bundle, as in product_option.')),
                    ],
                    options={
                        'ordering': ('id',),
                        'indexes': [models.Index(fields=['product'], include=('quote', 'qty'), name='sales_quote_product')],
                    },
                ),
                migrations.CreateModel(
                    name='Sequence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('document', models.CharField(choices=[('order', 'Order'), ('invoice', 'Invoice'), ('shipment', 'Shipment'), ('creditmemo', 'Credit Memo')], max_length=16)),
                        ('last_value', models.BigIntegerField(default=0)),
                        ('store', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.store')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('document', 'store'), name='sales_one_sequence')],
                    },
                ),
                migrations.CreateModel(
                    name='Shipment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('increment_id', models.CharField(max_length=50, unique=True, verbose_name='Shipment #')),
                        ('source_code', models.CharField(default='default', max_length=64)),
                        ('total_qty', orderflow_bridge.common.fields.QuantityField(decimal_places=4, default=0, max_digits=12)),
                        ('total_weight', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                        ('email_sent', models.BooleanField(default=False)),
                        ('despatched_at', models.DateTimeField(blank=True, help_text='When OrderFlow despatched it.', null=True, verbose_name='Despatched')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Ship Date')),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('despatch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='shipments', to='sales.despatch')),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shipments', to='sales.order')),
                    ],
                    options={
                        'ordering': ('-id',),
                    },
                ),
                migrations.CreateModel(
                    name='ShipmentComment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('comment', models.TextField()),
                        ('is_customer_notified', models.BooleanField(default=False)),
                        ('is_visible_on_front', models.BooleanField(default=False)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='sales.shipment')),
                    ],
                ),
                migrations.CreateModel(
                    name='ShipmentItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sku', models.CharField(max_length=64, verbose_name='SKU')),
                        ('name', models.CharField(max_length=255)),
                        ('qty', orderflow_bridge.common.fields.QuantityField(decimal_places=4, max_digits=12)),
                        ('price', orderflow_bridge.common.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                        ('weight', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                        ('order_item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shipment_items', to='sales.orderitem')),
                        ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='sales.shipment')),
                    ],
                ),
                migrations.CreateModel(
                    name='ShipmentTrack',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('track_number', models.TextField()),
                        ('title', models.CharField(blank=True, default='', max_length=255)),
                        ('carrier_code', models.CharField(default='custom', max_length=32)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tracks', to='sales.shipment')),
                        ('description', models.TextField(blank=True, default='')),
                        ('qty', orderflow_bridge.common.fields.QuantityField(blank=True, decimal_places=4, max_digits=12, null=True)),
                        ('weight', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                        ('tracking_link', models.TextField(blank=True, default='')),
                    ],
                ),
                migrations.CreateModel(
                    name='InvoiceComment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('comment', models.TextField()),
                        ('is_customer_notified', models.BooleanField(default=False)),
                        ('is_visible_on_front', models.BooleanField(default=False)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='sales.invoice')),
                    ],
                    options={
                        'verbose_name': 'invoice comment',
                        'default_permissions': (),
                    },
                ),
            ],
        ),
        migrations.RunPython(add_indexes, drop_indexes),
    ]
