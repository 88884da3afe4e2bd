"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those. On one
of 0.1.0 the buyers of its orders become customers, and the ready roles may view these.
"""

from typing import Any

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models

from orderflow_bridge.access.ready_roles import add_to_ready_roles

_STEP = 1_000


def keep_buyers(apps: Any, schema_editor: Any) -> None:
    """Make customers of the buyers of orders that are there, by the first order of each."""
    alias = schema_editor.connection.alias
    customers = apps.get_model("customers", "Customer").objects.using(alias)
    orders = apps.get_model("sales", "Order").objects.using(alias)
    known: set[tuple[int, str]] = set()
    taken: set[int] = set()
    rows: list[tuple[Any, ...]] = []
    found = orders.filter(customer_is_guest=False).exclude(customer_email="").order_by("pk")
    columns = ("website_id", "store_id", "customer_email", "customer_firstname",
               "customer_lastname", "customer_group_id", "extra", "created_at")
    for website_id, store_id, email, first, last, group, extra, at in found.values_list(
        *columns
    ).iterator(chunk_size=_STEP):
        if (website_id, email.lower()) in known:
            continue
        known.add((website_id, email.lower()))
        pk: Any = (extra or {}).get("customer_id")
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


def give_rights(apps: Any, schema_editor: Any) -> None:
    add_to_ready_roles(apps, schema_editor.connection.alias, ("customers.view_customer",))


class Migration(migrations.Migration):

    replaces = [('customers', '0001_initial'), ('customers', '0002_buyers_of_earlier_orders'), ('customers', '0003_page_of_customers')]

    initial = True

    dependencies = [
        ('access', '0002_ready_roles'),
        ('sales', '0011_the_right_to_see_people'),
        ('stores', '0003_magento_statuses'),
    ]

    operations = [
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('store_id', models.PositiveBigIntegerField(default=0)),
                ('group_id', models.PositiveIntegerField(default=1)),
                ('email', models.EmailField(max_length=255)),
                ('firstname', models.CharField(max_length=255)),
                ('lastname', models.CharField(max_length=255)),
                ('addresses', models.JSONField(blank=True, default=list, help_text="As Magento's documents.")),
                ('extra', models.JSONField(blank=True, default=dict, help_text="Magento's rarer fields of a customer, by name.")),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('website', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='customers', to='stores.website')),
            ],
            options={
                'ordering': ('id',),
                'default_permissions': ('view',),
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), models.F('website'), name='customers_once_per_website')],
            },
        ),
        migrations.RunPython(keep_buyers, migrations.RunPython.noop),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
