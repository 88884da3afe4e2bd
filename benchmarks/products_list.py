"""The products list of the admin over 10,000 products, in milliseconds and as ratios.

    python -m benchmarks.products_list [--products 10000] [--rounds 7]

Every kind of page is asked for through the whole application, in turn with a list of one record.
The exit status is 1 when a page at its best takes longer than TARGET, unless the machine is to
blame: then the ratio to the list of one record counts. README.md says what the figures mean.
"""

import argparse
import os
import time
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.bench_database import measured_on_scratch

if TYPE_CHECKING:
    from benchmarks.list_shop import ListShop

TARGET = 0.300
MOST_TIMES_SMALL = 4.0
NAME = "bridge_bench_products_list"
ALL_COLUMNS = (
    "name", "export_label", "sku", "price_text", "type_id", "status_label", "website_names",
    "number", "thumbnail", "visibility", "attribute_set", "barcode", "weight_text", "created",
    "changed", "last_exported",
)  # fmt: skip
PAGES = {
    "first page": "?",
    "page of 200": "?per_page=200",
    "page of 200, all columns": "?per_page=200&" + "&".join(f"cols={name}" for name in ALL_COLUMNS),
    "last page": "?end=1",
    "by price, page in the middle": "?o=price_text&p=250",
    "SKU begins with": "?sku=SKU-00012",
    "name contains": "?name=number+77",
    "Category": "?category=Range+7",
    "price between": "?price_from=20&price_to=30",
    "Pending at OrderFlow": "?orderflow_export_status=Pending",
    "search, half of all": "?q=SKU-0",
    "search for nothing there": "?q=NOTHING",
}


def main() -> None:
    """Measure in a process of its own, whose database is a scratch one."""
    parser = argparse.ArgumentParser(description="Read pages of the products list.")
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        # The settings must name the scratch database before Django is asked for anything.
        from benchmarks.list_shop import ListShop

        raise SystemExit(_report(ListShop(arguments.products), arguments.rounds))
    raise SystemExit(measured_on_scratch("benchmarks.products_list", NAME, REDIS_URL=""))


def _report(shop: "ListShop", rounds: int) -> int:
    print(f"{shop.products:,} products, {rounds} rounds")
    print(f"{'page':32} {'best':>7} {'median':>7} {'CPU':>7} {'× small':>8} {'statements':>11}")
    slow = 0
    for title, query in PAGES.items():
        pages, processor, ratios, statements = _timed(shop, query, rounds)
        is_slow = min(pages) > TARGET and median(ratios) > MOST_TIMES_SMALL
        slow += is_slow
        print(
            f"{title:32} {min(pages) * 1000:7.0f} {median(pages) * 1000:7.0f}"
            f" {median(processor) * 1000:7.0f} {median(ratios):8.2f} {statements:11}"
            f"{'  SLOW' if is_slow else ''}",
            flush=True,
        )
    print(f"load of this machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(
        f"target: every page at its best ≤ {TARGET * 1000:.0f} ms, or on a busy machine"
        f" ≤ {MOST_TIMES_SMALL} × a list of one record: {'MISSED' if slow else 'reached'}"
    )
    return int(bool(slow))


def _timed(
    shop: "ListShop", query: str, rounds: int
) -> tuple[list[float], list[float], list[float], int]:
    """Read a page and the small list in turn; the first round only warms."""
    from benchmarks.list_shop import LIST, SMALL

    pages, processor, ratios, statements = [], [], [], 0
    for number in range(rounds + 1):
        started, worked = time.perf_counter(), time.process_time()
        statements = shop.read(f"{LIST}{query}")
        page, own = time.perf_counter() - started, time.process_time() - worked
        started = time.perf_counter()
        shop.read(SMALL)
        if number:
            pages.append(page)
            processor.append(own)
            ratios.append(page / (time.perf_counter() - started))
    return pages, processor, ratios, statements


if __name__ == "__main__":
    main()
