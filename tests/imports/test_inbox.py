"""Taking messages in: one row in the queue, nothing judged."""

from typing import Any

import pytest

from imports.inbox import accept_inventory, accept_shipment
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.common.exceptions import MessageRefused
from orderflow_bridge.request_queue.models import Request
from tests.imports.despatches import stored_despatch

pytestmark = pytest.mark.django_db


def accept(quantities: list[Any], sequences: list[Any]) -> list[Any]:
    accept_inventory(
        quantities=quantities,
        sequences=sequences,
        message_id="71",
        body=b"<xml/>",
        received_by="orderflow",
    )
    return Request.objects.get().lines


def test_a_stock_message_is_one_waiting_request() -> None:
    answer = accept_inventory(
        quantities=[("24-MB01", "90", None)],
        sequences=[("24-MB01", "507", "2017-03-22 15:25:16")],
        message_id="71",
        body=b"<xml/>",
        received_by="orderflow",
    )

    queued = Request.objects.get()
    assert answer == "Success - Message 71 Received"
    assert (queued.type, queued.entity, queued.operation) == (
        RequestType.IMPORT,
        Entity.INVENTORY,
        Operation.UPDATE,
    )
    assert queued.lines == [["24-MB01", "90", None, "507", "2017-03-22 15:25:16"]]
    assert (queued.message_id, queued.message_number, queued.line_count) == ("71", 71, 1)
    assert bytes(queued.request_body) == b"<xml/>"
    assert bytes(queued.response_body) == answer.encode()
    assert (queued.received_by, queued.processed_at) == ("orderflow", None)


def test_quantities_and_sequences_are_paired_by_sku_whatever_their_order() -> None:
    lines = accept([("A", "1", None), ("B", "2", None)], [("B", "12", "t2"), ("A", "11", "t1")])

    assert lines == [["A", "1", None, "11", "t1"], ["B", "2", None, "12", "t2"]]


def test_a_sku_with_several_sources_takes_its_sequences_in_turn() -> None:
    lines = accept(
        [("A", "1", "eu"), ("B", "5", None), ("A", "2", "us")],
        [("A", "11", None), ("A", "12", None), ("B", "13", None)],
    )

    assert [line[3] for line in lines] == ["11", "13", "12"]


def test_too_few_sequences_lend_their_last_one() -> None:
    lines = accept(
        [("A", "1", "eu"), ("A", "2", "us"), ("A", "3", "de")],
        [("A", "11", "t1"), ("A", "12", "t2")],
    )

    assert [line[3:] for line in lines] == [["11", "t1"], ["12", "t2"], ["12", "t2"]]


def test_a_sku_without_a_sequence_is_kept_without_one() -> None:
    lines = accept([("A", "1", None), ("B", "2", None)], [("B", "12", None)])

    assert lines == [["A", "1", None, None, None], ["B", "2", None, "12", None]]


def test_a_sequence_without_a_quantity_is_left_out() -> None:
    assert accept([("A", "1", None)], [("A", "1", None), ("B", "2", None)]) == [
        ["A", "1", None, "1", None]
    ]


def test_what_makes_no_sense_is_kept_as_it_came() -> None:
    lines = accept([("", "abc", ""), (None, None, None)], [("", "x", "y"), (None, "z", None)])

    assert lines == [["", "abc", "", "x", "y"], [None, None, None, "z", None]]


def test_a_despatch_message_is_one_waiting_request() -> None:
    despatch = stored_despatch("000000005", ("24-MB01", 1), sequenceId="38")

    answer = accept_shipment(
        despatch=despatch, message_id="38", body=b"<xml/>", received_by="orderflow"
    )

    queued = Request.objects.get()
    assert answer == "Success - Message 38 Received"
    assert (queued.entity, queued.operation) == (Entity.SHIPMENT, Operation.CREATE)
    assert queued.lines == [despatch]


def test_an_empty_message_id_leaves_two_spaces_in_the_answer() -> None:
    answer = accept_shipment(
        despatch=stored_despatch("1"), message_id="", body=b"", received_by="orderflow"
    )

    assert answer == "Success - Message  Received"
    assert Request.objects.get().message_number is None


def test_a_free_text_message_id_is_kept() -> None:
    accept_shipment(
        despatch=stored_despatch("1"), message_id="ship-A", body=b"", received_by="orderflow"
    )

    assert Request.objects.get().message_id == "ship-A"


def test_a_message_id_that_cannot_be_kept_is_refused_and_nothing_stored() -> None:
    with pytest.raises(MessageRefused, match="longer than 150"):
        accept_shipment(
            despatch=stored_despatch("1"), message_id="x" * 151, body=b"", received_by="o"
        )

    assert not Request.objects.exists()


def test_the_same_message_is_acknowledged_every_time() -> None:
    answers = [
        accept_shipment(
            despatch=stored_despatch("1"), message_id="38", body=b"", received_by="orderflow"
        )
        for _ in range(2)
    ]

    assert answers == ["Success - Message 38 Received"] * 2
    assert Request.objects.count() == 2
