"""Numbers of documents: nine digits, one row of numbers per store view, none twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from orderflow_bridge.sales.models import Sequence, Shipment
from orderflow_bridge.sales.numbering import next_increment_ids, number_documents
from orderflow_bridge.stores.models import Store
from tests.factories import make_order, make_store

ORDER, SHIPMENT = Sequence.Document.ORDER, Sequence.Document.SHIPMENT


def first_store() -> Store:
    return Store.objects.order_by("pk").first() or make_store()


@pytest.mark.django_db
def test_the_first_store_view_counts_without_a_prefix() -> None:
    store = first_store()

    numbers = next_increment_ids(ORDER, store.pk, 3)

    assert numbers == ["000000001", "000000002", "000000003"]


@pytest.mark.django_db
def test_further_store_views_put_their_id_in_front() -> None:
    first_store()
    second = make_store()

    assert next_increment_ids(ORDER, second.pk, 1) == [f"{second.pk}000000001"]


@pytest.mark.django_db
def test_a_counter_goes_on_where_it_stopped() -> None:
    store = first_store()
    next_increment_ids(ORDER, store.pk, 2)

    assert next_increment_ids(ORDER, store.pk, 1) == ["000000003"]


@pytest.mark.django_db
def test_every_kind_of_document_counts_for_itself() -> None:
    store = first_store()
    next_increment_ids(ORDER, store.pk, 5)

    assert next_increment_ids(SHIPMENT, store.pk, 1) == ["000000001"]


@pytest.mark.django_db
def test_several_store_views_are_numbered_at_once() -> None:
    first, second = first_store(), make_store()

    numbers = number_documents(SHIPMENT, {second.pk: 1, first.pk: 2})

    assert numbers == {first.pk: ["000000001", "000000002"], second.pk: [f"{second.pk}000000001"]}


@pytest.mark.django_db
def test_nothing_is_drawn_for_nothing() -> None:
    assert next_increment_ids(SHIPMENT, first_store().pk, 0) == []
    assert not Sequence.objects.exists()


@pytest.mark.django_db
def test_a_number_that_came_from_elsewhere_is_passed_over() -> None:
    store = first_store()
    make_order(increment_id="000000002", store=store)

    assert next_increment_ids(ORDER, store.pk, 3) == ["000000001", "000000003", "000000004"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent transactions")
def test_concurrent_transactions_never_get_the_same_number() -> None:
    store = first_store()
    order = make_order(store=store)

    def draw(_: int) -> list[str]:
        try:
            with transaction.atomic():
                numbers = next_increment_ids(SHIPMENT, store.pk, 3)
                for number in numbers:
                    Shipment.objects.create(increment_id=number, order=order)
            return numbers
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        drawn = [number for numbers in pool.map(draw, range(30)) for number in numbers]

    assert len(set(drawn)) == 90
    assert Shipment.objects.count() == 90
