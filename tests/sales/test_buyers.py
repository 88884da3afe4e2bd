"""Two orders of the same new buyer at once: one customer, and neither waits for the other."""

from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction

from orderflow_bridge.customers.models import Customer
from orderflow_bridge.customers.services import note_buyer
from tests.factories import make_website

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_who_finds_another_at_the_same_customer_leaves_it_to_him() -> None:
    website_id, both_have_tried = make_website().pk, Barrier(2, timeout=30)

    def order(order_id: int) -> None:
        try:
            with transaction.atomic():
                note_buyer(
                    website_id,
                    {"email": "new@example.com"},
                    order_id=order_id,
                    shops_id=None,
                    store_id=1,
                )
                both_have_tried.wait()  # each transaction is still open: nobody could have waited
        finally:
            connections.close_all()

    threads = [Thread(target=order, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert not both_have_tried.broken
    assert Customer.objects.count() == 1
