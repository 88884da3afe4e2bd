"""Find orders by what an ERP and the shop know them and their customers by."""

from django.db import migrations, models

from orderflow_bridge.common.json_members import JsonNumber, JsonText


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0011_the_right_to_see_people"),
        ("stores", "0003_magento_statuses"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(JsonText("extra", "ext_order_id"), name="sales_order_ext_order"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                JsonText("extra", "ext_customer_id"), name="sales_order_ext_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(JsonNumber("extra", "customer_id"), name="sales_order_customer"),
        ),
    ]
