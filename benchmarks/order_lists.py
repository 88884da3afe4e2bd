"""A page of 100 orders with all fields by REST: how long it takes, and how long the database does.

    python -m benchmarks.order_lists [--orders 20000] [--rounds 30]

Every round reads another page of GET /rest/V1/orders, newest first, through the whole application:
middleware, token, search, documents, JSON. Beside it stand the six queries of the page alone. The
exit status is 1 when the median page takes longer than TARGET.
"""

import argparse
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.bench_database import measured_on_scratch

TARGET = 0.100
PAGE = 100
NAME = "bridge_bench_order_lists"


@dataclass(frozen=True)
class Round:
    """Seconds of a page, of this process alone during it, of the same queries without documents;
    and the size of the answer."""

    page: float
    processor: float
    queries: float
    size: int


def main() -> None:
    """Measure in a process of its own, whose database is a scratch one."""
    arguments = _arguments()
    if not arguments.here:
        raise SystemExit(measured_on_scratch("benchmarks.order_lists", NAME))
    raise SystemExit(_report(list(_measured(arguments)), arguments.orders))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Read pages of 100 orders by REST.")
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _measured(arguments: argparse.Namespace) -> Iterator[Round]:
    # The settings must name the scratch database before Django is asked for anything.
    from benchmarks import order_shop

    shop = order_shop.OrderShop(arguments.orders)
    for number in range(arguments.rounds + 3):
        started, worked = time.perf_counter(), time.process_time()
        size = shop.read_page(number, PAGE)
        page, processor = time.perf_counter() - started, time.process_time() - worked
        started = time.perf_counter()
        shop.run_queries(number, PAGE)
        queries = time.perf_counter() - started
        if number >= 3:  # the first ones warm up
            yield Round(page, processor, queries, size)


def _report(rounds: list[Round], orders: int) -> int:
    page = median(each.page for each in rounds)
    print(f"{orders:,} orders; a page of {PAGE} with all fields, {len(rounds)} rounds")
    print(f"  page     median {page * 1000:6.1f} ms, best {min(r.page for r in rounds) * 1000:.1f}")
    print(f"  of which this process  {median(r.processor for r in rounds) * 1000:6.1f} ms")
    print(f"  queries  median {median(each.queries for each in rounds) * 1000:6.1f} ms")
    print(f"  answer   {median(each.size for each in rounds) / 1024:6.0f} KiB")
    print(f"  load of this machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"  target   {TARGET * 1000:.0f} ms: {'met' if page <= TARGET else 'MISSED'}")
    return int(page > TARGET)


if __name__ == "__main__":
    main()
