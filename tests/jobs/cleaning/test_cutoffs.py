"""How old is old: durations in days become moments of the shop's calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orderflow_bridge.configuration.sections import LogCleaning
from orderflow_bridge.jobs.cleaning_steps import cutoff, cutoffs_of

UTC_ZONE = ZoneInfo("UTC")
ON_THE_23RD = date(2026, 11, 23)


def test_with_five_days_on_the_23rd_the_cutoff_is_midnight_of_the_19th():
    assert cutoff(5, today=ON_THE_23RD, zone=UTC_ZONE) == datetime(2026, 11, 19, tzinfo=UTC)


def test_with_one_day_today_stays():
    assert cutoff(1, today=ON_THE_23RD, zone=UTC_ZONE) == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("days", [None, 0, -1, -30])
def test_no_duration_means_that_nothing_goes(days):
    assert cutoff(days, today=ON_THE_23RD, zone=UTC_ZONE) is None


def test_midnight_is_the_shops_midnight():
    berlin = ZoneInfo("Europe/Berlin")

    assert cutoff(5, today=ON_THE_23RD, zone=berlin) == datetime(2026, 11, 18, 23, tzinfo=UTC)


def test_today_is_the_shops_today():
    auckland = ZoneInfo("Pacific/Auckland")
    evening_of_the_22nd_in_london = datetime(2026, 11, 22, 20, tzinfo=UTC)

    found = cutoffs_of(LogCleaning(), now=evening_of_the_22nd_in_london, zone=auckland)

    assert found.exports == datetime(2026, 11, 19, tzinfo=auckland)


def test_days_are_calendar_days_also_when_the_clocks_change():
    london = ZoneInfo("Europe/London")

    found = cutoff(5, today=date(2026, 10, 27), zone=london)

    assert found == datetime(2026, 10, 22, 23, tzinfo=UTC)
    assert datetime(2026, 10, 27, tzinfo=london).astimezone(UTC) - found == timedelta(hours=97)


def test_a_midnight_that_the_clock_leaves_out_is_the_time_after_the_gap():
    santiago = ZoneInfo("America/Santiago")  # 00:00 becomes 01:00 on 6 September 2026

    assert cutoff(1, today=date(2026, 9, 6), zone=santiago) == datetime(2026, 9, 6, 4, tzinfo=UTC)


def test_every_kind_has_its_own_duration():
    durations = LogCleaning(
        export_duration=1,
        import_duration=5,
        request_duration=10,
        web_log_duration=15,
        xml_log_duration=20,
    )

    found = cutoffs_of(durations, now=datetime(2026, 11, 23, 12, tzinfo=UTC), zone=UTC_ZONE)

    assert found.exports == datetime(2026, 11, 23, tzinfo=UTC)
    assert found.imports == datetime(2026, 11, 19, tzinfo=UTC)
    assert found.requests == datetime(2026, 11, 14, tzinfo=UTC)
    assert found.diary == datetime(2026, 11, 9, tzinfo=UTC)
    assert found.bodies == datetime(2026, 11, 4, tzinfo=UTC)


def test_failures_are_kept_ten_times_as_long():
    durations = LogCleaning(web_log_duration=5)

    found = cutoffs_of(durations, now=datetime(2026, 11, 23, tzinfo=UTC), zone=UTC_ZONE)

    assert found.failures == datetime(2026, 10, 5, tzinfo=UTC)
