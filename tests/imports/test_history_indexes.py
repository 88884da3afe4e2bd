"""Each way to look into the history reads few of its blocks, however much there is (PostgreSQL)."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from imports.history import ensure_partitions, summarize_lines
from imports.models import ImportLine
from orderflow_bridge.common.choices import Result
from orderflow_bridge.console.grids import paging
from orderflow_bridge.request_queue.line_list import BY_REFERENCE, beginning_with

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's indexes"),
]

DAYS, LINES, PER_REPORT, SKUS = 3, 30_000, 100, 2_000
FIRST_DAY = date(2031, 5, 1)
_FILL = """
INSERT INTO imports_importline (parent_id, sequence_id, result, reference, source_code, reason,
    units_received, units_applied, units_before, created_at)
SELECT n / %(per_report)s, n, CASE WHEN n %% 500 = 0 THEN 4 ELSE 1 END,
    'SKU-' || lpad((n * 7919 %% %(skus)s)::text, 6, '0'), 'default', '', 5, 5, 5,
    %(first)s::timestamptz + n * %(step)s::interval
FROM generate_series(0, %(lines)s - 1) n
"""


@pytest.fixture(autouse=True)
def _history() -> None:
    ensure_partitions(FIRST_DAY, ahead=DAYS - 1)
    start = datetime.combine(FIRST_DAY, time(), UTC)
    step = f"{timedelta(days=DAYS).total_seconds() / LINES} seconds"
    with connection.cursor() as cursor:
        cursor.execute(
            _FILL,
            {
                "per_report": PER_REPORT, "skus": SKUS, "first": start, "step": step,
                "lines": LINES,
            },
        )  # fmt: skip
        for day in range(DAYS):
            summarize_lines(FIRST_DAY + timedelta(days=day))
        cursor.execute("ANALYZE imports_importline")


def blocks(rows: QuerySet[ImportLine]) -> int:
    """Return how many blocks a query reads."""
    plan: list[Any] = json.loads(rows.explain(format="json", analyze=True, buffers=True))
    top = plan[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])


def table_blocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_relation_size(inhrelid)) / 8192 FROM pg_inherits"
            " WHERE inhparent = 'imports_importline'::regclass"
        )
        return int(cursor.fetchone()[0])


def ways() -> dict[str, tuple[QuerySet[ImportLine], int]]:
    """Return each way to look, with the lines that it finds."""
    every = ImportLine.objects.all()
    newest = every.order_by("-id")
    middle = newest[LINES // 2]
    prefix = beginning_with(every, "SKU-0000").order_by(*BY_REFERENCE)
    pager = paging.terms_of(prefix)
    assert pager is not None
    per_sku = LINES // SKUS
    return {
        "newest": (newest[:101], 101),
        "next page": (newest.filter(pk__lt=middle.pk)[:101], 101),
        "one line": (every.filter(pk=middle.pk), 1),
        "report": (every.filter(parent_id=150).order_by("id"), PER_REPORT),
        "SKU": (every.filter(reference="SKU-000042").order_by("created_at"), per_sku),
        "beginning": (prefix[:101], 101),
        "its next page": (prefix.filter(reference__byte_gte="SKU-000050")[:101], 101),
        "failed": (newest.filter(result=Result.FAILURE)[:51], 51),
        "sequence id": (every.filter(sequence_id=12_345), 1),
        "sequence ids": (
            every.filter(sequence_id__range=(100, 180)).order_by("-sequence_id", "-id")[:101],
            81,
        ),
        "day of a SKU": (
            every.filter(reference="SKU-000042", created_at__date=FIRST_DAY),
            per_sku // DAYS,
        ),
    }


def test_each_way_to_look_reads_few_blocks() -> None:
    limit = 150
    assert table_blocks() > 2 * limit
    found = {name: (blocks(rows), rows) for name, (rows, _) in ways().items()}

    for name, (rows, expected) in ways().items():
        assert len(rows) == expected, name
    assert {name: read for name, (read, _) in found.items() if read > limit} == {}, limit


def test_a_new_line_is_found_before_its_blocks_are_summarized() -> None:
    line = ImportLine.objects.create(
        parent_id=9_999_999, sequence_id=9_999_999, reference="new", result=Result.SUCCESS,
        created_at=datetime.combine(FIRST_DAY, time(23), UTC),
    )  # fmt: skip

    assert ImportLine.objects.get(parent_id=9_999_999) == line
    assert ImportLine.objects.get(sequence_id=9_999_999) == line
