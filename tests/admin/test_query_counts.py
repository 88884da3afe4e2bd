"""How many queries every page of the admin takes: query_counts.txt, which this test holds.

A page that takes more fails here, and so does a new page without a line. Whoever means it writes
the number down, and says why in the commit.
"""

from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.access.crawling import APART, address, patterns
from tests.admin.full_shop import fill_every_page
from tests.admin.samples import tick

COUNTS = Path(__file__).with_name("query_counts.txt")
MOST_BYTES = 300 * 1024


def allowed() -> dict[str, int]:
    """Return what the file allows, by the name of the address."""
    lines = [line.split() for line in COUNTS.read_text().splitlines() if line[:1] not in ("", "#")]
    return {name: int(count) for name, count in lines}


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.usefixtures("configuration_read_once")
def test_every_page_takes_as_many_queries_as_are_written_down_and_few_bytes() -> None:
    # Time stands still: on a busy machine the tick would be long ago, and every page would ask why.
    with time_machine.travel(timezone.now(), tick=False):
        counts, heavy = _counted()
    limits = allowed()
    more = {name: count for name, count in counts.items() if count > limits.get(name, -1)}
    gone = limits.keys() - counts.keys()
    assert not more, "More than query_counts.txt allows:\n" + "\n".join(
        f"{name:<60} {count}" for name, count in more.items()
    )
    assert gone == set()
    assert heavy == {}


def _counted() -> tuple[dict[str, int], dict[str, int]]:
    """Return how many queries each page takes, and how many bytes those that take too many."""
    fill_every_page()
    tick()
    browser = Client()
    browser.force_login(User.objects.create_superuser("counting"))
    counts: dict[str, int] = {}
    heavy: dict[str, int] = {}
    pages = {name: address(name, pattern) for name, pattern in patterns() if name not in APART}
    for name, page in pages.items():
        first = browser.get(page)
        if first.status_code != 200 or first.streaming:
            continue
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(page)
        counts[name] = len(queries)
        if "html" in answer.headers["Content-Type"] and len(answer.content) > MOST_BYTES:
            heavy[name] = len(answer.content)
    return counts, heavy
