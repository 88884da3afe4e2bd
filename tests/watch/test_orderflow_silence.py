"""Silence is told of when it is longer than allowed and than usual; nights and holidays are not."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, RequestType
from orderflow_bridge.configuration.sections import Watch
from orderflow_bridge.problems.kinds import ORDERFLOW_SILENT
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.watch.models import Heard
from orderflow_bridge.watch.orderflow_silence import is_silent, look_for_silence
from tests.configuration.storing import store
from tests.factories import make_order, make_request

DAY = timedelta(hours=24)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def working_days(
    days: int, *, every: timedelta, holidays: Sequence[int] = (), shake: random.Random | None = None
) -> list[datetime]:
    """Return when a warehouse is heard that works from 8 to 18 on weekdays, but on holidays."""
    heard = []
    for day in range(days):
        at = MONDAY + timedelta(days=day, hours=8)
        if at.weekday() >= 5 or day in holidays:
            continue
        while at.hour < 18:
            heard.append(at)
            at += every * (shake.uniform(0.2, 2) if shake else 1)
    return heard


def raised(heard: Sequence[datetime], until: datetime, allowed: timedelta = DAY) -> list[datetime]:
    """Return the hours at which silence would be told of, from the second day on."""
    found = []
    at = MONDAY + timedelta(days=1)
    while at < until:
        if is_silent([each for each in heard if each <= at], at, allowed):
            found.append(at)
        at += timedelta(hours=1)
    return found


@given(
    minutes=st.integers(5, 240), seed=st.integers(0, 1000), holiday=st.sampled_from((21, 25, 22))
)
def test_a_month_of_working_days_with_a_holiday_raises_nothing(
    minutes: int, seed: int, holiday: int
) -> None:
    shake = random.Random(seed)
    heard = working_days(35, every=timedelta(minutes=minutes), holidays=(holiday,), shake=shake)

    assert raised(heard, MONDAY + timedelta(days=35)) == []


@pytest.mark.parametrize(("stops", "within"), [(22.5, 2), (25.7, 6)])
def test_a_warehouse_that_falls_silent_is_told_of_within_days(stops: float, within: int) -> None:
    stop = MONDAY + timedelta(days=stops)
    heard = [each for each in working_days(30, every=timedelta(hours=1)) if each <= stop]
    told = raised(heard, MONDAY + timedelta(days=40))

    assert stop + DAY < told[0] <= stop + timedelta(days=within)
    assert told[-1] == MONDAY + timedelta(days=40, hours=-1), "it goes on until it is heard"


def test_one_that_is_heard_day_and_night_is_told_of_after_what_is_allowed() -> None:
    heard = [MONDAY + timedelta(minutes=5 * number) for number in range(12 * 24 * 20)]
    last = heard[-1]

    assert not is_silent(heard, last + timedelta(hours=23), DAY)
    assert is_silent(heard, last + timedelta(hours=25), DAY)
    assert is_silent(heard, last + timedelta(hours=2), timedelta(hours=1))


def test_who_was_never_heard_is_not_silent() -> None:
    assert not is_silent([], MONDAY, DAY)


def test_the_first_weekend_is_no_silence_and_four_days_are() -> None:
    heard = working_days(5, every=timedelta(hours=1))

    assert not is_silent(heard, MONDAY + timedelta(days=7, hours=8), DAY)
    assert is_silent(heard, MONDAY + timedelta(days=9), DAY)


def test_who_comes_twice_a_week_may_be_away_for_days_but_not_for_ever() -> None:
    heard = [MONDAY + timedelta(days=day, hours=10) for day in (1, 4, 8, 11, 15, 18)]
    assert not is_silent(heard, heard[-1] + timedelta(days=5), DAY)
    assert is_silent(heard, heard[-1] + timedelta(days=13), DAY)


def hear(entity: Entity = Entity.INVENTORY, *, ago: timedelta = timedelta()) -> None:
    make_request(entity=entity, created_at=timezone.now() - ago, processed_at=timezone.now())


def is_told(stream: str, *, later: timedelta = timedelta()) -> bool:
    look_for_silence(timezone.now() + later)
    return open_problems(ORDERFLOW_SILENT).filter(subject=stream).exists()


@pytest.mark.django_db
def test_stock_that_does_not_come_any_more_is_told_until_it_does() -> None:
    for hours in range(0, 200, 4):
        hear(ago=timedelta(hours=hours))
    assert not is_told("stock", later=timedelta(hours=20))
    assert is_told("stock", later=timedelta(hours=26))
    problem = open_problems(ORDERFLOW_SILENT).get()
    assert problem.text.startswith(
        "OrderFlow is silent: no stock message for 26 hours, the last at"
    )

    hear()
    assert not is_told("stock")


@pytest.mark.django_db
def test_what_was_learnt_outlives_the_cleaning_of_requests() -> None:
    for hours in range(0, 200, 4):
        hear(ago=timedelta(hours=hours))
    look_for_silence(timezone.now())
    Request.objects.all().delete()

    assert Heard.objects.filter(stream="stock").count() == 50
    assert is_told("stock", later=timedelta(hours=26))


@pytest.mark.django_db
def test_despatches_and_fetches_are_missed_only_while_something_waits_for_them() -> None:
    for hours in range(0, 200, 4):
        hear(Entity.SHIPMENT, ago=timedelta(hours=hours))
        make_request(
            type=RequestType.EXPORT, entity=Entity.ORDER, operation=Operation.EXPORT,
            created_at=timezone.now() - timedelta(hours=hours),
        )  # fmt: skip
    later = timedelta(hours=30)
    assert not is_told("despatches", later=later)
    assert not is_told("fetches", later=later)

    make_order(orderflow_export_status=ExportStatus.EXPORTED)
    make_order(orderflow_export_status=ExportStatus.QUEUED)
    assert is_told("despatches", later=later)
    assert is_told("fetches", later=later)


@pytest.mark.django_db
def test_a_stream_that_is_switched_off_is_never_missed() -> None:
    hear(ago=timedelta(days=30))
    assert is_told("stock")
    store(Watch, silent_stock_hours=0)
    assert not is_told("stock")
