"""Order numbers are stored without blanks around them; those of earlier orders lose theirs."""

from typing import Any

from django.db import migrations


def trim_numbers(apps: Any, schema_editor: Any) -> None:
    """Trim order numbers, and the carts' memory of them, unless another order has that number."""
    Order = apps.get_model("sales", "Order")
    Quote = apps.get_model("sales", "Quote")
    padded = Order.objects.filter(increment_id__regex=r"^\s|\s$").order_by("pk")
    for pk, number in list(padded.values_list("pk", "increment_id")):
        trimmed = number.strip()
        if trimmed and not Order.objects.filter(increment_id=trimmed).exists():
            Order.objects.filter(pk=pk).update(increment_id=trimmed)
            Quote.objects.filter(reserved_order_id=number).update(reserved_order_id=trimmed)


class Migration(migrations.Migration):
    dependencies = [("sales", "0004_order_numbers")]

    operations = [migrations.RunPython(trim_numbers, migrations.RunPython.noop)]
