"""Reading stock lines: what is well-formed, and what is said about the rest."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from imports.inventory.lines import Line, read_line


def test_a_full_line_is_read() -> None:
    line = read_line(["24-MB01", "90", "eu", "507", "2017-03-22 15:25:16"])

    at = datetime(2017, 3, 22, 15, 25, 16, tzinfo=UTC)
    assert line == Line("24-MB01", "eu", 507, Decimal(90), at, "")


def test_white_space_around_values_does_not_count() -> None:
    line = read_line(["\n 24-MB01 ", " 1.5 ", "  ", "\t7", " "])

    assert line == Line("24-MB01", "default", 7, Decimal("1.5"), None, "")


@pytest.mark.parametrize("source", [None, "", "  "])
def test_without_a_source_the_default_one_is_meant(source: str | None) -> None:
    assert read_line(["A", "1", source, "1", None]).source == "default"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2017-03-22 15:25:16", datetime(2017, 3, 22, 15, 25, 16, tzinfo=UTC)),
        ("2017-03-22T15:25:16", datetime(2017, 3, 22, 15, 25, 16, tzinfo=UTC)),
        ("2017-03-22T15:25:16Z", datetime(2017, 3, 22, 15, 25, 16, tzinfo=UTC)),
        ("2017-03-22T15:25:16+02:00", datetime(2017, 3, 22, 13, 25, 16, tzinfo=UTC)),
        ("2017-03-22T15:25:16.5", datetime(2017, 3, 22, 15, 25, 16, 500_000, tzinfo=UTC)),
        ("2017-03-22", datetime(2017, 3, 22, tzinfo=UTC)),
        ("2017-03-22Z", datetime(2017, 3, 22, tzinfo=UTC)),
        ("2017-03-22T15:25:16Z[Europe/London]", datetime(2017, 3, 22, 15, 25, 16, tzinfo=UTC)),
        ("1490196316000", datetime(2017, 3, 22, 15, 25, 16, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_the_time_of_the_last_order_is_utc_unless_it_says_otherwise(
    text: str | None, at: datetime | None
) -> None:
    assert read_line(["A", "1", None, "1", text]).last_order_exported == at


def test_sequence_zero_counts() -> None:
    assert read_line(["A", "1", None, "0", None]) == Line("A", "default", 0, Decimal(1), None, "")


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        (["", "1", None, "1", None], "SKU is missing."),
        ([None, "1", None, "1", None], "SKU is missing."),
        (["x" * 65, "1", None, "1", None], "SKU Does Not Exist"),
        (["A", "abc", None, "1", None], 'Quantity "abc" is not valid.'),
        (["A", "1e3", None, "1", None], 'Quantity "1e3" is not valid.'),
        (["A", "NaN", None, "1", None], 'Quantity "NaN" is not valid.'),
        (["A", "1.23456", None, "1", None], 'Quantity "1.23456" is not valid.'),
        (["A", "", None, "1", None], "Quantity is missing."),
        (["A", None, None, "1", None], "Quantity is missing."),
        (["A", "1", None, None, None], "Sequence ID is missing."),
        (["A", "1", None, " ", None], "Sequence ID is missing."),
        (["A", "1", None, "-5", None], 'Sequence ID "-5" is not valid.'),
        (["A", "1", None, "٣", None], 'Sequence ID "٣" is not valid.'),
        (["A", "1", None, "9223372036854775808", None],
         'Sequence ID "9223372036854775808" is not valid.'),
        (["A", "1", None, "1", "yesterday"], 'Last order exported "yesterday" is not valid.'),
        (["A", "1", None, "1", "2017-02-30"], 'Last order exported "2017-02-30" is not valid.'),
        (["A", "1", None, "1", "171201280000"],
         'Last order exported "171201280000" is not valid.'),
        (["A", "1", None, "1", "0001-01-01T00:00:00+05:00"],
         'Last order exported "0001-01-01T00:00:00+05:00" is not valid.'),
        (["A", "1", "s" * 65, "1", None], f'Source "{"s" * 65}" does not exist.'),
        (["A", 1, None, "1", None], "The line cannot be read."),
        (["A", "1", None, "1"], "The line cannot be read."),
        ("A1234", "The line cannot be read."),
        ({"sku": "A"}, "The line cannot be read."),
        (None, "The line cannot be read."),
    ],
)  # fmt: skip
def test_a_bad_line_says_what_is_wrong_with_it(stored: Any, reason: str) -> None:
    assert read_line(stored).reason == reason


def test_a_bad_line_keeps_what_can_be_read() -> None:
    line = read_line(["  24-MB01", "abc", "eu", "507", None])

    assert line == Line("  24-MB01", "eu", 507, None, None, 'Quantity "abc" is not valid.')


def test_overlong_values_are_cut_where_they_are_kept() -> None:
    line = read_line(["x" * 500, "y" * 500, "z" * 500, "1", None])

    assert len(line.sku) == 150
    assert len(line.source) == 64
    assert len(line.reason) <= 500
