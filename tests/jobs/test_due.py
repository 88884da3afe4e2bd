"""When a job is due: minutes, the shop's zone, clocks that change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orderflow_bridge.jobs.services import minute_of, minutes_to_check, newest_due, set_back_by
from tests.jobs.samples import TEN, at

LONDON = ZoneInfo("Europe/London")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


def is_due(expression, minute, zone):
    """Tell whether a job would get a run for this minute."""
    return newest_due(expression, [minute], zone) == minute


def due_minutes(expression, zone, first, hours):
    """Return the local times, with offset, at which an expression is due."""
    minutes = (first + timedelta(minutes=step) for step in range(hours * 60))
    return [
        minute.astimezone(zone).isoformat(timespec="minutes")
        for minute in minutes
        if is_due(expression, minute, zone)
    ]


def test_a_time_belongs_to_the_minute_that_has_begun():
    assert minute_of(datetime(2026, 11, 23, 10, 5, 59, 999999, tzinfo=UTC)) == at(5)


def test_without_an_earlier_tick_only_this_minute_is_judged():
    assert minutes_to_check(TEN, None) == [TEN]


def test_the_minutes_no_tick_has_seen_are_judged_newest_first():
    assert minutes_to_check(TEN, at(-3)) == [TEN, at(-1), at(-2)]


def test_a_second_tick_in_the_same_minute_judges_that_minute_again():
    assert minutes_to_check(TEN, TEN) == [TEN]


def test_the_look_back_ends_after_ten_minutes():
    assert minutes_to_check(TEN, at(-600)) == [at(-ago) for ago in range(11)]


def test_a_clock_that_was_put_back_judges_only_its_own_minute():
    assert minutes_to_check(TEN, at(30)) == [TEN]


@pytest.mark.parametrize(
    ("newest", "minutes"),
    [(None, 0), (-600, 0), (0, 0), (1, 0), (2, 2), (60, 60), (24 * 60, 24 * 60)],
)
def test_a_clock_has_been_set_back_when_a_slot_of_the_future_is_filled(newest, minutes):
    newest_slot = None if newest is None else at(newest)

    assert set_back_by(TEN, newest_slot) == timedelta(minutes=minutes)


def test_the_newest_due_minute_counts():
    assert newest_due("*/5 * * * *", [at(12), at(11), at(10), at(5)], ZoneInfo("UTC")) == at(10)


def test_no_due_minute_is_none():
    assert newest_due("30 4 * * *", [TEN, at(-1)], ZoneInfo("UTC")) is None


def test_an_expression_is_read_in_the_shops_zone():
    two_in_berlin_in_winter = datetime(2026, 1, 15, 1, 0, tzinfo=UTC)

    assert is_due("0 2 * * *", two_in_berlin_in_winter, BERLIN)
    assert not is_due("0 2 * * *", two_in_berlin_in_winter, LONDON)


def test_day_of_month_and_day_of_week_must_both_fit():
    friday_13_november = datetime(2026, 11, 13, tzinfo=UTC)
    friday_20_november = datetime(2026, 11, 20, tzinfo=UTC)
    sunday_13_december = datetime(2026, 12, 13, tzinfo=UTC)

    assert is_due("0 0 13 * fri", friday_13_november, ZoneInfo("UTC"))
    assert not is_due("0 0 13 * fri", friday_20_november, ZoneInfo("UTC"))
    assert not is_due("0 0 13 * fri", sunday_13_december, ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("zone", "first", "expression", "expected"),
    [
        (LONDON, datetime(2026, 3, 29, tzinfo=UTC), "30 1 * * *", "2026-03-29T02:00+01:00"),
        (BERLIN, datetime(2026, 3, 29, tzinfo=UTC), "30 2 * * *", "2026-03-29T03:00+02:00"),
        (NEW_YORK, datetime(2026, 3, 8, 5, tzinfo=UTC), "30 2 * * *", "2026-03-08T03:00-04:00"),
    ],
)
def test_a_time_left_out_by_the_clock_change_runs_right_after_the_gap(
    zone, first, expression, expected
):
    assert due_minutes(expression, zone, first, 6) == [expected]


@pytest.mark.parametrize(
    ("zone", "first", "expression", "expected"),
    [
        (LONDON, datetime(2026, 10, 24, 23, tzinfo=UTC), "30 1 * * *", "2026-10-25T01:30+01:00"),
        (BERLIN, datetime(2026, 10, 24, 22, tzinfo=UTC), "30 2 * * *", "2026-10-25T02:30+02:00"),
        (NEW_YORK, datetime(2026, 11, 1, 4, tzinfo=UTC), "30 1 * * *", "2026-11-01T01:30-04:00"),
        (LORD_HOWE, datetime(2026, 4, 4, 13, tzinfo=UTC), "45 1 * * *", "2026-04-05T01:45+11:00"),
    ],
)
def test_a_time_that_comes_twice_runs_the_first_time_only(zone, first, expression, expected):
    assert due_minutes(expression, zone, first, 6) == [expected]


def test_a_job_of_every_half_hour_runs_in_both_passes_of_the_repeated_hour():
    first = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)

    assert due_minutes("*/30 * * * *", LONDON, first, 2) == [
        "2026-10-25T00:30+01:00",
        "2026-10-25T01:00+01:00",
        "2026-10-25T01:30+01:00",
        "2026-10-25T01:00+00:00",
    ]


def test_an_hourly_job_misses_no_hour_of_the_day_with_25():
    first = datetime(2026, 10, 24, 23, tzinfo=UTC)

    assert len(due_minutes("15 * * * *", LONDON, first, 25)) == 25


def test_a_daily_job_runs_once_on_every_day_of_the_year():
    first = datetime(2026, 1, 1, tzinfo=UTC)
    hours_around_the_change = [first + timedelta(hours=hour) for hour in range(365 * 24)]
    days = [
        minute.astimezone(LONDON).date()
        for hour in hours_around_the_change
        for minute in (hour, hour + timedelta(minutes=30))
        if minute.astimezone(LONDON).hour < 3 and is_due("30 1 * * *", minute, LONDON)
    ]

    assert len(days) == len(set(days)) == 365
