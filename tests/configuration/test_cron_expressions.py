"""What an operator may write as a cron expression, what it means and when it fires."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from orderflow_bridge.configuration.cron_expressions import (
    describe,
    matches,
    next_runs,
    validate_cron_expression,
)

LONDON = ZoneInfo("Europe/London")

ACCEPTED = [
    "* * * * *",
    "*/5 * * * *",
    "0,30 9-17 * * mon-fri",
    "05 04 * OCT *",
    "0  0\t* * Sun",
    "0 0 * * 7",
    "0 0 * * 0-7",
    "0 0 * * fri-sun",
    "5/15 * * * *",
    "1-50/7 * * * *",
    "0 0 29 2 *",
    "0 0 29 2 1",
    "0 0 L * *",
    "0 0 * * 5#2",
    "0 0 1,15 jan-mar,dec *",
    "*/90 * * * *",
    "@hourly",
    "@daily",
    "@midnight",
    "@weekly",
    "@monthly",
    "@yearly",
    "@Annually",
]
REFUSED = [
    "",
    " ",
    "* * * *",
    "* * * * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * 32 * *",
    "* * * 13 *",
    "* * * 31 *",
    "* * * * 8",
    "*/0 * * * *",
    "*/* * * * *",
    "0 0 31 2 *",
    "0 0 30 feb *",
    "30-10 * * * *",
    "1,,2 * * * *",
    ",1 * * * *",
    "-1 * * * *",
    "1- * * * *",
    "1.5 * * * *",
    "mon * * * *",
    "* * * okt *",
    "* * * * monday",
    "H * * * *",
    "R * * * *",
    "0 0 ? * *",
    "@reboot",
    "@every 5m",
    "@",
    "* * * * *\n",
    "*\n* * * *",
    "٣ * * * *",
    "every minute",
]


@pytest.mark.parametrize("expression", ACCEPTED)
def test_what_cron_takes_is_accepted(expression):
    validate_cron_expression(expression)

    assert describe(expression)
    assert len(next_runs(expression, datetime(2026, 1, 1, tzinfo=UTC), 2, UTC)) == 2


@pytest.mark.parametrize("expression", REFUSED)
def test_anything_else_is_refused_in_the_guides_words(expression):
    with pytest.raises(ValidationError) as refusal:
        validate_cron_expression(expression)

    [message] = refusal.value.messages
    assert message.startswith("Unable to parse the cron expression. ")
    assert len(message) < 200


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("61 * * * *", "Minute 61: 0–59 is allowed."),
        ("0 24 * * *", "Hour 24: 0–23 is allowed."),
        ("0 0 * foo *", "Month foo: 1–12, or jan, feb, mar,"),
        ("0 9-5 * * *", "Hour 9-5: the smaller number comes first."),
        ("*/0 * * * *", "Minute */0: a step is at least 1."),
        ("1- * * * *", "Minute 1-: write 5, 1-5, */5 or 1,5."),
        ("* * * *", "such as 0 2 * * *; here are 4."),
        ("@often", "Known words are @yearly, "),
        ("0 0 31 2 *", "No day or time is ever like that."),
        ("0 0 * * *é", "It has a sign that is no letter, digit or one of * , - / #."),
    ],
)
def test_a_refusal_says_where_the_mistake_is(expression, why):
    with pytest.raises(ValidationError) as refusal:
        validate_cron_expression(expression)

    assert why in refusal.value.messages[0]


def test_a_bad_expression_never_matches_but_raises():
    with pytest.raises(ValueError, match="Unable to parse"):
        matches("60 * * * *", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("* * * * *", "Every minute"),
        ("*/5 * * * *", "Every 5 minutes"),
        ("0 2 * * *", "At 02:00"),
        ("30 18 * * *", "At 18:30"),
        ("@daily", "At 00:00"),
        ("0 0 L * *", "At 00:00, on the last day of the month"),
        ("0 0 13 * fri", "At 00:00, on day 13 of the month, and on Friday"),
        ("0 0 * * 0,7", "At 00:00, only on Sunday"),
        ("*,5 * * * *", "Every minute"),
    ],
)
def test_an_expression_is_described_in_plain_english(expression, sentence):
    assert describe(expression) == sentence


def test_both_kinds_of_day_must_match_as_in_magento():
    friday_13 = datetime(2026, 2, 13, tzinfo=UTC)
    friday_20 = datetime(2026, 2, 20, tzinfo=UTC)
    tuesday_13 = datetime(2026, 1, 13, tzinfo=UTC)

    fires = [matches("0 0 13 * fri", day) for day in (friday_13, friday_20, tuesday_13)]

    assert fires == [True, False, False]


def test_seconds_within_the_minute_do_not_matter():
    assert matches("15 10 * * *", datetime(2026, 5, 4, 10, 15, 59, 999_999, tzinfo=UTC))
    assert not matches("15 10 * * *", datetime(2026, 5, 4, 10, 16, tzinfo=UTC))


def test_the_next_runs_come_after_the_time_itself_and_in_the_zone():
    ten_london = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)

    runs = next_runs("0 10,11 * * *", ten_london, 3, LONDON)

    assert [run.isoformat() for run in runs] == [
        "2026-07-01T11:00:00+01:00",
        "2026-07-02T10:00:00+01:00",
        "2026-07-02T11:00:00+01:00",
    ]


def test_a_time_that_is_not_repeated_counts_whatever_its_fold_says():
    midnight = datetime(2020, 1, 1, 0, 0, tzinfo=UTC)

    assert matches("0 0 * * *", midnight)
    assert matches("0 0 * * *", midnight.replace(fold=1))


@st.composite
def _part(draw, first, last):
    """Return the text of one field and the numbers it stands for."""
    if draw(st.booleans()):
        step = draw(st.integers(1, last))
        return f"*/{step}", set(range(first, last + 1, step))
    texts, numbers = [], set()
    for _ in range(draw(st.integers(1, 3))):
        low = draw(st.integers(first, last))
        high = draw(st.integers(low, last))
        step = draw(st.integers(1, 4))
        texts.append(draw(st.sampled_from([f"{low:02d}-{high}/{step}", f"{low}-{high}/{step}"])))
        numbers |= set(range(low, high + 1, step))
    return ",".join(texts), numbers


@given(
    _part(0, 59),
    _part(0, 23),
    _part(1, 31),
    _part(1, 12),
    _part(0, 6),
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_an_expression_fires_exactly_when_all_five_fields_hold_the_minute(
    minutes, hours, days, months, weekdays, at
):
    fields = (minutes, hours, days, months, weekdays)
    expression = " ".join(text for text, _ in fields)
    shown = (at.minute, at.hour, at.day, at.month, at.isoweekday() % 7)
    expected = all(number in numbers for number, (_, numbers) in zip(shown, fields, strict=True))

    assert matches(expression, at) is expected


@given(
    _part(0, 59),
    _part(0, 23),
    st.datetimes(datetime(2026, 3, 27), datetime(2026, 3, 30), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_every_next_run_is_a_minute_that_matches(minutes, hours, after):
    expression = f"{minutes[0]} {hours[0]} * * *"

    runs = next_runs(expression, after, 3, LONDON)

    assert len(runs) == 3
    assert all(matches(expression, run) for run in runs)
    assert runs == sorted(set(runs))
    assert runs[0] > after


def _fired(expression, first, last):
    """Return the minutes of a stretch that match, one by one."""
    fired = []
    while first < last:
        if matches(expression, first.astimezone(LONDON)):
            fired.append(first)
        first += timedelta(minutes=1)
    return fired


FORWARD = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)  # 01:00 becomes 02:00 in London
BACK = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)  # 02:00 becomes 01:00


def test_a_job_whose_hour_is_skipped_runs_once_right_after():
    fired = _fired("30 1 * * *", FORWARD, FORWARD + timedelta(hours=4))

    assert [minute.astimezone(LONDON).isoformat() for minute in fired] == [
        "2026-03-29T02:00:00+01:00"
    ]


def test_a_job_whose_hour_comes_twice_runs_once():
    fired = _fired("30 1 * * *", BACK, BACK + timedelta(hours=4))

    assert fired == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_a_job_of_every_hour_follows_the_clock():
    assert len(_fired("*/15 * * * *", FORWARD, FORWARD + timedelta(hours=4))) == 16
    assert len(_fired("0 * * * *", BACK, BACK + timedelta(hours=4))) == 4


@pytest.mark.parametrize("start", [FORWARD, BACK])
@pytest.mark.parametrize("expression", ["30 1 * * *", "*/20 * * * *", "0 * * * *", "0 1,2,3 * * *"])
def test_the_next_runs_are_those_that_fire_when_the_clocks_change(start, expression):
    fired = _fired(expression, start, start + timedelta(hours=26))

    runs = next_runs(expression, start - timedelta(minutes=1), len(fired), LONDON)

    # In UTC: Python never takes a time that the clock shows twice for equal to another zone's.
    assert [run.astimezone(UTC) for run in runs] == fired
