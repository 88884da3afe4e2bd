"""Dates and times as other programs write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from orderflow_bridge.common.datetimes import parse_datetime

LONDON = ZoneInfo("Europe/London")
TEN = datetime(2026, 7, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-20T10:00:00Z",
        "2026-07-20t10:00:00.000z",
        " 2026-07-20T10:00Z ",
        "2026-07-20T10:00:00.000000000Z",
        "2026-07-20T11:00:00",
        "2026-07-20 11:00:00.0",
        "2026-07-20T12:00:00+0200",
        "2026-07-20T12:00:00+02:00[Europe/Paris]",
        "2026-07-20T12:00[Europe/Paris]",
        "2026-07-20T10:00:00Z[Europe/London]",
        "2026-07-20T10:00:00Z[UTC]",
        "2026-07-20T11:00:00+01:00[GMT+01:00]",
        "20260720T110000",
        "1784541600",
        "1784541600000",
    ],
)
def test_the_same_time_is_read_in_every_form(text: str) -> None:
    assert parse_datetime(text, LONDON) == TEN


def test_a_date_begins_in_the_given_zone_unless_it_says_otherwise() -> None:
    midnight = datetime(2026, 7, 20, tzinfo=UTC)

    assert parse_datetime("20260720", UTC) == parse_datetime("2026-07-20Z", LONDON) == midnight
    assert parse_datetime("2026-07-20", LONDON) == datetime(2026, 7, 19, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "20/07/2026",
        "2026-02-30",
        "2026-07-20T25:00",
        "2026-07-20T10:00:00Z[",
        "2026-07-20T10:00:00Z[Europe/London][x]",
        "[Europe/London]",
        "+12026-07-20T10:00:00Z",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
        "0",
        "2026",
        "17120128000",
        "178454160000012",
        "٢٠٢٦٠٧٢٠",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no date or time"):
        parse_datetime(text, LONDON)
