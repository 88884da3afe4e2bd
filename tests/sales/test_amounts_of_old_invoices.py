"""Invoices of before: what the migration tells of what they are made of."""

from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from orderflow_bridge.sales.invoicing import invoice_order
from orderflow_bridge.sales.models import Invoice
from tests.factories import make_order

pytestmark = pytest.mark.django_db

AMOUNTS = ("subtotal", "tax_amount", "discount_amount", "shipping_amount", "shipping_tax_amount")
migration = import_module("orderflow_bridge.sales.migrations.0014_amounts_of_invoices")


def test_a_whole_invoice_has_its_orders_amounts_and_parts_have_what_is_left_as_shipping() -> None:
    amounts: dict[str, Any] = {"tax_amount": 6, "discount_amount": -2, "shipping_amount": 5}
    whole = make_order(items=[("A", 2)], invoiced=False, grand_total=Decimal(29), **amounts)
    parted = make_order(items=[("A", 2)], invoiced=False, grand_total=Decimal(25))
    invoice_order(whole.pk)
    invoice_order(parted.pk, quantities={parted.items.get().pk: Decimal(1)})
    invoice_order(parted.pk)
    Invoice.objects.update(**dict.fromkeys(AMOUNTS, 0))

    migration.tell_amounts(apps, SimpleNamespace(connection=connection))

    told = Invoice.objects.order_by("pk").values_list(*AMOUNTS)
    assert [tuple(map(int, each)) for each in told] == [
        (20, 6, -2, 5, 0), (10, 0, 0, 0, 0), (10, 0, 0, 5, 0),
    ]  # fmt: skip
