"""Claims: who may process a message, for how long, and in which order."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.common.exceptions import LeaseLost
from orderflow_bridge.common.leases import LEASE, delay_after
from orderflow_bridge.request_queue.claiming import MOST_LINES, claim_requests
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.selectors import waiting_requests
from orderflow_bridge.request_queue.services import (
    Claim,
    mark_processed,
    release_claims,
)
from tests.factories import make_request

pytestmark = pytest.mark.django_db


def claim(limit: int = 100, ids: Sequence[int] | None = None, **values: Any) -> list[Claim]:
    defaults: dict[str, Any] = {"type": RequestType.IMPORT, "entity": Entity.INVENTORY}
    return claim_requests(limit=limit, ids=ids, **{**defaults, **values})


def let_leases_expire() -> None:
    Request.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))


def test_a_claim_carries_the_message() -> None:
    queued = make_request(message_id=71, lines=[["24-MB01", "90", None, "507", None]])

    [taken] = claim()

    assert taken == Claim(
        id=queued.pk,
        message_id="71",
        fence=1,
        lines=[["24-MB01", "90", None, "507", None]],
        created_at=queued.created_at,
        attempts=1,
    )


def test_messages_are_taken_in_the_order_of_their_numbers_then_by_arrival() -> None:
    for message_id in ("100", "text", "99", "1000", "", "99"):
        make_request(message_id=message_id)

    first, second = claim(limit=4), claim(limit=4)

    assert [taken.message_id for taken in first] == ["99", "99", "100", "1000"]
    assert first[0].id < first[1].id
    assert [taken.message_id for taken in second] == ["text", ""]


def test_a_claimed_message_is_not_taken_again_until_its_lease_ends() -> None:
    queued = make_request()

    [taken] = claim()
    assert claim() == []
    queued.refresh_from_db()
    assert queued.claimed_until is not None
    assert abs(queued.claimed_until - timezone.now() - LEASE) < timedelta(seconds=30)
    let_leases_expire()
    [taken_again] = claim()

    assert (taken.fence, taken_again.fence) == (1, 2)
    assert taken_again.attempts == 2


def test_only_waiting_messages_of_the_asked_kind_are_taken() -> None:
    make_request(processed_at=timezone.now())
    make_request(entity=Entity.SHIPMENT)
    make_request(type=RequestType.EXPORT)
    wanted = make_request()

    assert [taken.id for taken in claim()] == [wanted.pk]


def test_asked_for_by_id_only_those_are_taken_and_a_delay_is_ignored() -> None:
    resting = make_request(retry_at=timezone.now() + timedelta(hours=1))
    make_request()

    assert [taken.id for taken in claim(ids=[resting.pk])] == [resting.pk]
    assert claim(ids=[]) == []


def test_a_message_that_rests_after_an_error_is_passed_over() -> None:
    resting = make_request(message_id=1, retry_at=timezone.now() + timedelta(minutes=1))
    make_request(message_id=2)

    assert [taken.message_id for taken in claim()] == ["2"]
    Request.objects.filter(pk=resting.pk).update(retry_at=timezone.now())
    assert [taken.message_id for taken in claim()] == ["1"]


def test_a_claim_stops_before_its_lines_are_too_many_for_a_transaction() -> None:
    big = MOST_LINES // 2 + 1
    for message_id, lines in enumerate((big, big, big, 2 * big), start=1):
        queued = make_request(message_id=message_id)
        Request.objects.filter(pk=queued.pk).update(line_count=lines)

    taken = [[each.message_id for each in claim()] for _ in range(5)]

    assert taken == [["1"], ["2"], ["3"], ["4"], []]


def test_a_settled_message_is_done_and_free() -> None:
    queued = make_request(last_error="earlier trouble")

    mark_processed(claim())

    queued.refresh_from_db()
    assert queued.processed_at is not None
    assert (queued.claimed_until, queued.retry_at, queued.last_error) == (None, None, "")
    assert claim() == []


def test_a_late_worker_cannot_settle_what_another_has_taken_over() -> None:
    queued = make_request()
    late = claim()
    let_leases_expire()
    claim()

    with pytest.raises(LeaseLost, match="taken over 1 of 1"):
        mark_processed(late)

    queued.refresh_from_db()
    assert queued.processed_at is None


def test_nothing_is_settled_twice() -> None:
    make_request()
    taken = claim()
    mark_processed(taken)

    with pytest.raises(LeaseLost):
        mark_processed(taken)


def test_a_worker_whose_lease_ran_out_unnoticed_may_still_settle() -> None:
    queued = make_request()
    taken = claim()
    let_leases_expire()

    mark_processed(taken)

    queued.refresh_from_db()
    assert queued.processed_at is not None


def test_a_released_message_says_why_and_rests() -> None:
    queued = make_request()

    release_claims(claim(), error="DataError: too much")

    queued.refresh_from_db()
    assert queued.last_error == "DataError: too much"
    assert queued.claimed_until is None
    assert queued.retry_at is not None
    assert abs(queued.retry_at - timezone.now() - timedelta(minutes=1)) < timedelta(seconds=30)


def test_a_late_worker_cannot_release_what_another_has_taken_over() -> None:
    queued = make_request()
    late = claim()
    let_leases_expire()
    claim()

    release_claims(late, error="late")

    queued.refresh_from_db()
    assert queued.last_error == ""
    assert queued.claimed_until is not None


def test_the_rest_doubles_with_every_attempt_up_to_an_hour() -> None:
    minutes = [delay_after(attempts) / timedelta(minutes=1) for attempts in range(1, 10)]

    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert delay_after(32_000) == timedelta(hours=1)


def test_the_backlog_is_told_by_kind() -> None:
    now = timezone.now()
    make_request(created_at=now - timedelta(seconds=90), attempts=3)
    make_request(created_at=now - timedelta(seconds=10))
    make_request(created_at=now - timedelta(days=1), processed_at=now)
    make_request(entity=Entity.SHIPMENT, created_at=now)

    waiting = waiting_requests(RequestType.IMPORT)

    assert waiting[Entity.INVENTORY].requests == 2
    assert waiting[Entity.INVENTORY].attempts == 3
    assert waiting[Entity.SHIPMENT].requests == 1
    assert waiting_requests(RequestType.EXPORT) == {}
    assert now - waiting[Entity.INVENTORY].oldest == timedelta(seconds=90)
