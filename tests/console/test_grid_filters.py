"""What filters read from an address, and what they refuse."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Q
from django.test import RequestFactory
from django.utils import timezone

from orderflow_bridge.console.grids.filters import (
    Choices,
    DateRange,
    NotReadable,
    NumberRange,
    Text,
)

HTTP = RequestFactory().get("/")


def read(declared, **given):
    values = {name: [value] if isinstance(value, str) else value for name, value in given.items()}
    return declared.read(values, declared.inputs(values, HTTP))


def test_an_empty_field_asks_for_nothing():
    assert read(Text("sku", "SKU"), sku="  ") is None
    assert read(NumberRange("id", "ID"), id_from="", id_to="") is None
    assert read(DateRange("created_at", "Created"), created_at_from="") is None
    assert read(Choices("result", "Result", choices=[(4, "Failure")]), result=[""]) is None


def test_a_number_range_may_be_open_at_either_end():
    declared = NumberRange("price", "Price", is_decimal=True)

    assert declared.condition(read(declared, price_from="12.50")) == Q(price__gte=Decimal("12.50"))
    assert declared.condition(read(declared, price_to="-3")) == Q(price__lte=Decimal(-3))


@pytest.mark.parametrize("text", ["abc", "1e3", "1.5", "٣", "9" * 30])
def test_what_is_no_whole_number_is_refused_in_words(text):
    with pytest.raises(NotReadable, match="is not a whole number"):
        read(NumberRange("id", "ID"), id_from=text)


def test_a_day_is_the_shops_day():
    declared = DateRange("created_at", "Created", "created")

    with timezone.override("America/New_York"):
        wanted = read(declared, created_from="2017-03-22", created_to="2017-03-22")

    assert wanted.start == datetime(2017, 3, 22, 4, tzinfo=UTC)
    assert wanted.end == datetime(2017, 3, 23, 4, tzinfo=UTC)


def test_a_day_on_which_the_clocks_change_has_its_own_length():
    declared = DateRange("created_at", "Created", "created")

    with timezone.override("Europe/London"):
        wanted = read(declared, created_from="2017-03-26", created_to="2017-03-26")

    assert (wanted.end.astimezone(UTC) - wanted.start.astimezone(UTC)) == timedelta(hours=23)


def test_a_time_of_day_may_be_given():
    declared = DateRange("created_at", "Created", "created")

    wanted = read(declared, created_from="2017-03-22T10:30", created_to="2017-03-22T10:30")

    assert (wanted.end - wanted.start).total_seconds() == 60


@pytest.mark.parametrize("text", ["yesterday", "2017-02-30", "9999-12-31", "23/03/2017"])
def test_what_is_no_date_is_refused_in_words(text):
    with pytest.raises(NotReadable, match="is not a date such as 2017-03-23"):
        read(DateRange("created_at", "Created"), created_at_to=text)


def test_several_choices_find_rows_of_any_and_unknown_ones_find_none():
    declared = Choices("result", "Result", choices=[(1, "Success"), (4, "Failure")])

    wanted = read(declared, result=["4", "9"])

    assert declared.condition(wanted) == Q(pk__in=()) | Q(result="4")
    assert [part.text for part in declared.parts(wanted)] == ["Result: Failure", "Result: 9"]


def test_each_end_of_a_range_has_a_chip_of_its_own():
    declared = NumberRange("id", "ID")

    parts = declared.parts(read(declared, id_from="5", id_to="9"))

    assert [(part.text, part.name) for part in parts] == [
        ("ID from 5", "id_from"),
        ("ID to 9", "id_to"),
    ]
