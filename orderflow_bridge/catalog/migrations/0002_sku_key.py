"""SKUs compare ignoring case: a key beside each SKU, unique in its place."""

from django.core.management.base import CommandError
from django.db import migrations, models
from django.db.models import Count

from orderflow_bridge.common.skus import SkuKeyField

_AT_ONCE = 500
_SHOWN = 10


def write_keys(apps, schema_editor):
    """Give every product its key. Raises CommandError naming products that differ only in case."""
    products = apps.get_model("catalog", "Product").objects.using(schema_editor.connection.alias)
    last = 0
    while rows := list(products.filter(pk__gt=last).only("sku").order_by("pk")[:_AT_ONCE]):
        for row in rows:
            row.sku_key = row.sku
        products.bulk_update(rows, ["sku_key"])
        last = rows[-1].pk
    shared = products.order_by().values("sku_key").annotate(count=Count("pk")).filter(count__gt=1)
    keys = list(shared.order_by("sku_key").values_list("sku_key", flat=True)[: _SHOWN + 1])
    if keys:
        clashes = [
            " and ".join(f'"{sku}"' for sku in products.filter(sku_key=key).order_by("pk").values_list("sku", flat=True))
            for key in keys[:_SHOWN]
        ]
        more = ", and more" if len(keys) > _SHOWN else ""
        raise CommandError(
            "SKUs compare ignoring case from this release on, but some products differ in nothing"
            f" else: {'; '.join(clashes)}{more}. With the release you had before, delete all but one"
            " of each or give them other SKUs, then migrate again."
        )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.AddField("product", "sku_key", SkuKeyField(default=""), preserve_default=False),
        migrations.RunPython(write_keys, migrations.RunPython.noop),
        migrations.AlterField("product", "sku_key", SkuKeyField(unique=True)),
        migrations.AlterField(
            "product", "sku", models.CharField(max_length=64, verbose_name="SKU")
        ),
    ]
