"""The sums behind the dashboard's charts: by the quarter of an hour, once, and never twice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q

from exports.models import Export
from imports.models import Import
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.jobs.statistics.models import QuarterHour
from orderflow_bridge.jobs.statistics.quarter_hours import (
    KEPT,
    STREAMS,
    quarter_hours,
    quarter_of,
    roll_up,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
STOCK = (RequestType.IMPORT, Entity.INVENTORY)


def imported(at, entity=Entity.INVENTORY, **counters):
    return Import.objects.create(
        entity=entity, operation=Operation.UPDATE, created_at=at, **counters
    )


def exported(at, **counters):
    return Export.objects.create(
        entity=Entity.ORDER, operation=Operation.CREATE, created_at=at, **counters
    )


def minutes(count):
    return timedelta(minutes=count)


def stored():
    return [
        (row.begins_at, (row.type, row.entity), row.reports, row.successes, row.failures)
        for row in QuarterHour.objects.order_by("begins_at", "type", "entity")
    ]


def test_a_quarter_begins_on_the_clock():
    assert quarter_of(NOON + minutes(44)) == NOON + minutes(30)


def test_reports_are_added_up_by_quarter_direction_and_entity():
    imported(NOON, successes=3, failures=1)
    imported(NOON + minutes(14), successes=2)
    imported(NOON + minutes(15), successes=5)
    imported(NOON, Entity.SHIPMENT, successes=7)
    exported(NOON + minutes(1), failures=2)

    roll_up(NOON + minutes(60))

    assert stored() == [
        (NOON, (RequestType.IMPORT, Entity.INVENTORY), 2, 5, 1),
        (NOON, (RequestType.IMPORT, Entity.SHIPMENT), 1, 7, 0),
        (NOON, (RequestType.EXPORT, Entity.ORDER), 1, 0, 2),
        (NOON + minutes(15), (RequestType.IMPORT, Entity.INVENTORY), 1, 5, 0),
    ]


def test_a_quarter_that_is_not_over_is_left_alone():
    imported(NOON, successes=1)

    roll_up(NOON + minutes(20))

    assert stored() == []


def test_adding_up_twice_changes_nothing():
    imported(NOON, successes=1)
    roll_up(NOON + minutes(30))
    before = stored()

    assert roll_up(NOON + minutes(30)) == 0
    assert stored() == before


def test_it_goes_on_where_it_stopped():
    imported(NOON, successes=1)
    roll_up(NOON + minutes(30))
    imported(NOON + timedelta(days=3), successes=2)

    roll_up(NOON + timedelta(days=4))

    assert [row[3] for row in stored()] == [1, 2]


def test_the_sums_outlive_the_reports_and_go_after_three_months():
    imported(NOON, successes=1)
    roll_up(NOON + minutes(30))
    Import.objects.all().delete()

    roll_up(NOON + KEPT)
    assert len(stored()) == 1
    roll_up(NOON + KEPT + minutes(1))
    assert stored() == []


def test_a_chart_sees_stored_and_fresh_reports_each_once():
    imported(NOON, successes=1)
    imported(NOON + minutes(20), successes=2)
    roll_up(NOON + minutes(30))
    imported(NOON + minutes(40), successes=4)

    found = quarter_hours([STOCK], Q(begins_at__gte=NOON), now=NOON + minutes(41))

    assert [row.successes for row in found] == [1, 2, 4]


def test_a_chart_shows_only_the_streams_that_are_asked_for():
    imported(NOON, successes=1)
    imported(NOON, Entity.SHIPMENT, successes=2)
    roll_up(NOON + minutes(30))
    imported(NOON + minutes(31), Entity.SHIPMENT, successes=4)

    found = quarter_hours([STOCK], Q(begins_at__gte=NOON), now=NOON + minutes(41))

    assert [row.successes for row in found] == [1]


def test_a_chart_takes_two_queries(django_assert_num_queries):
    imported(NOON, successes=1)

    with django_assert_num_queries(2):
        quarter_hours(STREAMS, Q(begins_at__gte=NOON), now=NOON + minutes(41))


def test_without_any_report_nothing_is_stored():
    assert roll_up(NOON) == 0
