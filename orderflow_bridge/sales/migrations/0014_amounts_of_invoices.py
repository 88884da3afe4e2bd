"""Invoices keep what they are made of: goods, tax, discount and shipping.

Of invoices that are there, the goods are the sum of their rows. One that bills its whole order has
the order's other amounts; of others what the rows do not explain counts as shipping.
"""

from decimal import Decimal

from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

import orderflow_bridge.common.fields

MONEY = orderflow_bridge.common.fields.MoneyField
OF_ORDER = ("tax_amount", "discount_amount", "shipping_amount", "shipping_tax_amount")


def tell_amounts(apps, schema_editor):
    database = schema_editor.connection.alias
    invoices = apps.get_model("sales", "Invoice").objects.using(database)
    items = apps.get_model("sales", "InvoiceItem").objects.using(database)
    orders = apps.get_model("sales", "Order").objects.using(database)
    rows = items.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    goods = Subquery(rows.annotate(total=Sum("row_total")).values("total"))
    nothing = models.Value(Decimal(0), output_field=models.DecimalField(max_digits=20))
    invoices.update(subtotal=Coalesce(goods, nothing))
    order = orders.filter(pk=OuterRef("order"))
    whole = Q(grand_total=Subquery(order.values("grand_total")[:1]))
    invoices.filter(whole).update(
        **{name: Subquery(order.values(name)[:1]) for name in OF_ORDER}
    )
    invoices.exclude(whole).update(
        shipping_amount=Greatest(F("grand_total") - F("subtotal"), nothing)
    )


class Migration(migrations.Migration):
    dependencies = [("sales", "0013_invoice_comments")]

    operations = [
        *(
            migrations.AddField("invoice", name, MONEY(decimal_places=4, default=0, max_digits=20))
            for name in ("subtotal", *OF_ORDER)
        ),
        migrations.AddField("invoice", "email_sent", models.BooleanField(default=False)),
        *(
            migrations.AddField(
                "invoiceitem", name, MONEY(decimal_places=4, default=0, max_digits=20)
            )
            for name in ("tax_amount", "discount_amount")
        ),
        migrations.RunPython(tell_amounts, migrations.RunPython.noop),
    ]
