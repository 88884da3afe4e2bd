"""A list of 100,000 products as a file: made in the background, sent at once, and by COPY.

    python -m benchmarks.list_exports [--products 100000] [--rounds 3]

In every round all three run in turn, and a ratio is the median of the rounds' own ratios. The exit
status is 1 when the background's share of the speed of sending at once misses the target.
README.md says what the figures mean.
"""

import argparse
import os
import time
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.bench_database import measured_on_scratch

if TYPE_CHECKING:
    from benchmarks.list_shop import ListShop

TARGET = 0.8
NAME = "bridge_bench_list_exports"


def main() -> None:
    """Measure in a process of its own, whose database is a scratch one."""
    parser = argparse.ArgumentParser(description="Make a file of a long list.")
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        # The settings must name the scratch database before Django is asked for anything.
        from benchmarks.list_shop import ListShop

        raise SystemExit(_report(ListShop(arguments.products), arguments.rounds))
    raise SystemExit(measured_on_scratch("benchmarks.list_exports", NAME, REDIS_URL=""))


def _report(shop: "ListShop", rounds: int) -> int:
    found: dict[str, list[float]] = {"made in the background": [], "sent at once": [], "COPY": []}
    ways = (shop.made_in_background, shop.sent_at_once, shop.copied)
    for _ in range(rounds):
        files = []
        for seconds, way in zip(found.values(), ways, strict=True):
            taken, file = _timed(way)
            seconds.append(taken)
            files.append(file)
        assert files[0] == files[1], "the files differ"
        assert files[0].count(b"\n") == files[2].count(b"\n") + 1, "COPY has no header"
    print(f"{shop.products:,} products, {len(files[0]) / 1e6:.1f} MB of CSV, {rounds} rounds")
    for title, seconds in found.items():
        print(
            f"{title:24} {median(seconds):7.2f} s {shop.products / median(seconds):12,.0f} rows/s"
        )
    made, sent, copied = found.values()
    share = median(ours / theirs for ours, theirs in zip(sent, made, strict=True))
    raw = median(ours / theirs for ours, theirs in zip(copied, made, strict=True))
    print(f"in the background / COPY      {raw:.3f} of its speed")
    print(f"in the background / at once   {share:.2f} of its speed")
    print(f"load of this machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"target ≥ {TARGET} of sending at once: {'reached' if share >= TARGET else 'MISSED'}")
    return int(share < TARGET)


def _timed(way: Callable[[], bytes]) -> tuple[float, bytes]:
    started = time.perf_counter()
    file = way()
    return time.perf_counter() - started, file


if __name__ == "__main__":
    main()
