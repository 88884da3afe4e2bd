"""The buyers of orders that are there already, by the first order of each."""

from django.db import migrations

_STEP = 1_000


def keep_buyers(apps, schema_editor):
    alias = schema_editor.connection.alias
    customers = apps.get_model("customers", "Customer").objects.using(alias)
    orders = apps.get_model("sales", "Order").objects.using(alias)
    known, taken, rows = set(), set(), []
    found = orders.filter(customer_is_guest=False).exclude(customer_email="").order_by("pk")
    columns = ("website_id", "store_id", "customer_email", "customer_firstname",
               "customer_lastname", "customer_group_id", "extra", "created_at")
    for website_id, store_id, email, first, last, group, extra, at in found.values_list(
        *columns
    ).iterator(chunk_size=_STEP):
        if (website_id, email.lower()) in known:
            continue
        known.add((website_id, email.lower()))
        pk = (extra or {}).get("customer_id")
        is_free = isinstance(pk, int) and 0 < pk < 2**31 and pk not in taken
        rows.append((pk if is_free else None, website_id, store_id, email, first, last, group, at))
        taken |= {pk} if is_free else set()
    highest = max(taken, default=0)
    made = []
    for pk, website_id, store_id, email, first, last, group, at in rows:
        if pk is None:
            highest += 1
            pk = highest
        made.append(
            customers.model(
                id=pk, website_id=website_id, store_id=store_id, email=email,
                firstname=first or "-", lastname=last or "-", group_id=group or 1, created_at=at,
            )
        )
    customers.bulk_create(made, batch_size=_STEP)


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0001_initial'),
        ('sales', '0011_the_right_to_see_people'),
    ]

    operations = [migrations.RunPython(keep_buyers, migrations.RunPython.noop)]
