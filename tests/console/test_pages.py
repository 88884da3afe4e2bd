"""Cells print quantities, amounts and times as the guide does, and never unescaped."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from orderflow_bridge.console.pages import admin_url, badge, link, money, time_cell, units


@pytest.mark.parametrize(
    ("value", "text"), [("90.0000", "90"), ("1.5000", "1.5"), ("-3.0000", "-3"), ("0", "0")]
)
def test_quantities_are_printed_plainly(value, text):
    assert units(Decimal(value)) == text


def test_a_missing_quantity_counts_as_zero():
    assert units(None) == "0"


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("37", "USD", "$37.00"),
        ("1234.5", "GBP", "£1,234.50"),
        ("-2", "EUR", "-€2.00"),
        ("12", "CHF", "12.00 CHF"),
    ],
)
def test_amounts_carry_their_currency(amount, currency, text):
    assert money(Decimal(amount), currency) == text


def test_times_are_shown_in_the_active_zone():
    with timezone.override("Europe/London"):
        assert "2017-06-23 04:44:24" in time_cell(datetime(2017, 6, 23, 3, 44, 24, tzinfo=UTC))


def test_text_from_outside_is_escaped_in_labels_and_links():
    assert "<script>" not in badge("<script>")
    assert "<script>" not in link("<script>", '"><script>')


def test_a_page_that_is_not_registered_has_no_address():
    assert admin_url("nothing_at_all") == ""
    assert link("text", "") == "text"
