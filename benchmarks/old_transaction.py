"""Full stock pushes beside a transaction that stays open, such as a long report or a forgotten one.

    python -m benchmarks.old_transaction [--lines 20000] [--pushes 10]

What a transaction might still see cannot be cleaned away: every figure leaves its old versions
behind. Two databases get the same pushes in turn, one of them with such a transaction; both are
vacuumed after each push, as autovacuum would. The ratio is the median of the last three pushes' own
ratios, when most has gathered.
"""

import argparse
import tempfile
from collections.abc import Sequence
from statistics import median

import psycopg

from benchmarks.apply import Bridge, bridge_on
from benchmarks.bench_database import scratch_database

TARGET = 0.8
_LAST = 3


def main() -> None:
    """Measure and print; exit with 1 when the target is missed."""
    parser = argparse.ArgumentParser(description="Apply pushes beside an old transaction.")
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--pushes", type=int, default=10)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        scratch_database("bridge_bench_old") as old_address,
        scratch_database("bridge_bench_free") as free_address,
        bridge_on(old_address, folder, products=arguments.lines) as old,
        bridge_on(free_address, folder, products=arguments.lines) as free,
        psycopg.connect(old_address) as neighbour,
    ):
        neighbour.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        neighbour.execute("SELECT count(*) FROM inventory_sourceitem")
        ratios = [
            _push(number, (old, old_address), (free, free_address))
            for number in range(1, arguments.pushes + 1)
        ]
    raise SystemExit(_report(ratios))


def _push(number: int, old: tuple[Bridge, str], free: tuple[Bridge, str]) -> float:
    """Apply a push to both; return the rate beside the old transaction as a share of the other."""
    seconds = []
    for bridge, address in (old, free) if number % 2 else (free, old):
        seconds.append((address == old[1], bridge.ask(f"push {number}")))
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE inventory_sourceitem, request_queue_request")
    by_kind = dict(seconds)
    beside, without = by_kind[True], by_kind[False]
    ratio = without / beside
    print(f"push {number}: {beside:.2f} s beside it, {without:.2f} s without: {ratio:.2f}")
    return ratio


def _report(ratios: Sequence[float]) -> int:
    ratio = median(ratios[-_LAST:])
    verdict = "reached" if ratio >= TARGET else "MISSED"
    print(f"{'beside an old transaction / without':40} {ratio:8.2f}   target ≥ {TARGET}  {verdict}")
    return int(ratio < TARGET)


if __name__ == "__main__":
    main()
