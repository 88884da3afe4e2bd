"""The measurements of benchmarks.grids, in a process with Django set up on its database.

Arguments: the rounds, and the numbers of import and export lines to make first, if any.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
os.environ.setdefault("BRIDGE_LOG_LEVEL", "ERROR")
django.setup()

from django.contrib.admin import ModelAdmin, site  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.grid_history import fill  # noqa: E402
from exports.models import ExportLine  # noqa: E402
from imports.models import Import, ImportLine  # noqa: E402
from orderflow_bridge.console.grids.paging import estimated_rows  # noqa: E402

MOST_MILLISECONDS = 300
MOST_TIMES_SMALL = 2.5
SMALL = "/admin/inventory/source/"
LINES = "/admin/imports/importline/"
EXPORTED = "/admin/exports/exportline/"
REQUESTS = "/admin/imports/importrequest/"
REPORTS = "/admin/imports/inventoryimport/"
CALLS = "/admin/exports/productexport/"


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one page: the whole answer at its best and as a rule, the processor's share,
    its SQL at its best; how many times as long the SQL takes as reading the rows by key, and the
    whole answer as that of a list of one record.
    """

    best: float
    usual: float
    processor: float
    sql: float
    by_key: float
    by_small: float

    @property
    def is_slow(self) -> bool:
        """Tell whether it misses the target, and that is not the machine's doing."""
        return self.best > MOST_MILLISECONDS and self.by_small > MOST_TIMES_SMALL


class Stock(ModelAdmin):  # type: ignore[type-arg]
    """Django's list as it comes, over the same columns."""

    list_display = ("sequence_id", "reference", "result", "created_at")
    list_filter = ("result",)
    search_fields = ("reference",)
    list_per_page = 20
    ordering = ("-id",)


def main() -> None:
    """Fill if asked to, measure, print, and exit with 1 if a page is too slow."""
    rounds, *size = map(int, sys.argv[1:])
    call_command("migrate", verbosity=0)
    if size:
        fill(*size)
    user, _ = User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    for model in (ImportLine, ExportLine):
        print(f"{model._meta.verbose_name_plural}: about {estimated_rows(model.objects.all()):,}")
    print(
        f"\n{'page':52} {'best':>7} {'median':>7} {'CPU':>7} {'SQL':>7} {'× key':>6} {'× small':>7}"
    )
    slow = 0
    for title, address in _pages(client):
        timing = _time(client, address, rounds)
        slow += timing.is_slow
        print(
            f"{title:52} {timing.best:7.0f} {timing.usual:7.0f} {timing.processor:7.0f}"
            f" {timing.sql:7.1f} {timing.by_key:6.1f} {timing.by_small:7.2f}"
            f"{'  SLOW' if timing.is_slow else ''}",
            flush=True,
        )
    _print_stock(user)
    verdict = "MISSED" if slow else "reached"
    print(
        f"\ntarget: every page at its best ≤ {MOST_MILLISECONDS} ms, or on a busy machine"
        f" ≤ {MOST_TIMES_SMALL} × a list of one record: {verdict}"
    )
    sys.exit(bool(slow))


def _pages(client: Client) -> Iterator[tuple[str, str]]:
    """Yield every kind of page with its address."""
    today = timezone.localdate()
    day, old = today - timedelta(days=1), today - timedelta(days=25)
    for name, base in (("import lines", LINES), ("export lines", EXPORTED)):
        middle = _middle(ImportLine if base == LINES else ExportLine)
        kinds = {
            "first page": "",
            "second page": _link(client, base, "next"),
            "page in the middle": f"?after={middle}",
            "page before the middle": f"?before={middle}",
            "last page": "?end=1",
            "first page of 200": "?per_page=200",
            "Result: Failure": "?result=4",
            "Result: Failure, page in the middle": f"?result=4&after={middle}",
            "Result: Success": "?result=1",
            "Result: all but Success": "?result=2&result=3&result=4",
            "yesterday": f"?processed_from={day}&processed_to={day}",
            "a day 25 days ago": f"?processed_from={old}&processed_to={old}",
            "a day 25 days ago, its last page": f"?processed_from={old}&processed_to={old}&end=1",
            "an hour of that day": f"?processed_from={old}T09:00&processed_to={old}T10:00",
            "that day, Failure": f"?processed_from={old}&processed_to={old}&result=4",
            "all but the last 20 days": f"?processed_to={today - timedelta(days=20)}",
            "search SKU-0 (half of all)": "?q=SKU-0",
            "search SKU-01234 (ten SKUs)": "?q=SKU-01234",
            "search SKU-012345 (one SKU)": "?q=SKU-012345",
            "search OLD- (only in the first days)": "?q=OLD-",
            "search OLD-, last page": "?q=OLD-&end=1",
            "search for nothing there": "?q=NOTHING",
            "search SKU-01, Failure": "?q=SKU-01&result=4",
        }
        for kind, query in kinds.items():
            yield f"{name}: {kind}", f"{base}{query}"
    yield "import lines: a sequence id", f"{LINES}?sequence_from=4711&sequence_to=4711"
    yield (
        "import lines: a range of old sequence ids",
        f"{LINES}?sequence_from=1000&sequence_to=90000",
    )
    yield from _parents(client, f"{day}")


def _parents(client: Client, day: str) -> Iterator[tuple[str, str]]:
    for name, base in (("requests", REQUESTS), ("imports", REPORTS), ("exports", CALLS)):
        yield f"{name}: first page", base
        yield f"{name}: last page", f"{base}?end=1"
        yield f"{name}: search for a message id", f"{base}?q=12"
    yield "requests: Pending", f"{REQUESTS}?processed=no"
    yield "requests: of shipments", f"{REQUESTS}?entity=2"
    yield (
        "requests: message ids 100 to 200",
        f"{REQUESTS}?message_number_from=100&message_number_to=200",
    )
    yield "requests: created yesterday", f"{REQUESTS}?created_from={day}&created_to={day}"
    yield "imports: with failures", f"{REPORTS}?failed=yes"
    yield "imports: yesterday", f"{REPORTS}?processed_from={day}&processed_to={day}"
    report = Import.objects.filter(entity=1).order_by("id")[100]
    yield "an import's own page, with its lines", f"{REPORTS}{report.pk}/change/"


def _time(client: Client, address: str, rounds: int) -> Timing:
    """Ask for a page and for the small list in turn; the first round only warms."""
    found: dict[str, list[float]] = {"page": [], "cpu": [], "sql": [], "key": [], "small": []}
    for number in range(rounds + 1):
        spent: list[float] = []
        with connection.execute_wrapper(_stopwatch(spent)):
            started, worked = time.perf_counter(), time.process_time()
            answer: Any = client.get(address)
            processor, page = time.process_time() - worked, time.perf_counter() - started
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code} {answer.get('Location')}")
        key = sum(spent) / _lookup((answer.context_data or {}).get("cl"))
        started = time.perf_counter()
        client.get(SMALL)
        small = page / (time.perf_counter() - started)
        if number:
            for name, value in zip(found, (page, processor, sum(spent), key, small), strict=True):
                found[name].append(value)
    return Timing(
        best=min(found["page"]) * 1000,
        usual=median(found["page"]) * 1000,
        processor=median(found["cpu"]) * 1000,
        sql=min(found["sql"]) * 1000,
        by_key=median(found["key"]),
        by_small=median(found["small"]),
    )


def _lookup(grid: Any) -> float:
    """Return the seconds of reading a page's rows by their keys; 20 lines, if it has none."""
    model = grid.model if grid else ImportLine
    keys = [row.pk for row in grid.result_list] if grid else []
    keys = keys or list(model._base_manager.order_by("-pk").values_list("pk", flat=True)[:20])
    spent: list[float] = []
    with connection.execute_wrapper(_stopwatch(spent)):
        list(model._base_manager.filter(pk__in=keys))
    return sum(spent)


def _stopwatch(spent: list[float]) -> Callable[..., Any]:
    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - started)

    return watch


def _print_stock(user: User) -> None:
    """Print what Django's list as it comes takes for the same table, one run each."""
    print(f"\n{'Django’s own list of import lines, SQL alone':52} {'ms':>8}")
    stock = Stock(ImportLine, site)
    last = max(estimated_rows(ImportLine.objects.all()) // 20 - 5, 1)
    for title, query in (
        ("first page", ""),
        ("Result: Failure", "?result__exact=4"),
        ("search SKU-012345", "?q=SKU-012345"),
        ("page in the middle", f"?p={last // 2}"),
        ("last page", f"?p={last}"),
    ):
        request = RequestFactory().get(f"/{query}")
        request.user = user
        started = time.perf_counter()
        list(stock.get_changelist_instance(request).result_list)
        print(f"{title:52} {(time.perf_counter() - started) * 1000:8.0f}", flush=True)


def _middle(model: Any) -> int:
    first = model.objects.order_by("id").values_list("pk", flat=True)[0]
    last = model.objects.order_by("-id").values_list("pk", flat=True)[0]
    return int(first + last) // 2


def _link(client: Client, base: str, name: str) -> str:
    found = client.get(base).context_data or {}
    return str(getattr(found["cl"].pager, name))


if __name__ == "__main__":
    main()
