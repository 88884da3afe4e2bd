"""Full stock pushes beside a transaction that stays open, such as a long report or a forgotten one.

    python -m benchmarks.old_transaction [--lines 20000] [--pushes 10]

What a transaction might still see cannot be cleaned away: every figure leaves its old versions
behind. Two databases get the same pushes in turn, one of them with such a transaction; both are
vacuumed after each push, as autovacuum would. The ratio is that of the last four pushes together,
when most has gathered: three find room for their versions, and one has to move to other pages.
"""

import argparse
import tempfile
from collections.abc import Sequence

import psycopg

from benchmarks.apply import Bridge, bridge_on
from benchmarks.bench_database import scratch_database

TARGET = 0.8
Pair = tuple[float, float]
_LAST = 4


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
        pairs = [
            _push(number, (old, old_address), (free, free_address))
            for number in range(1, arguments.pushes + 1)
        ]
    raise SystemExit(_report(pairs))


def _push(number: int, old: tuple[Bridge, str], free: tuple[Bridge, str]) -> Pair:
    """Apply a push to both; return the seconds beside the old transaction and without."""
    seconds = []
    for bridge, address in (old, free) if number % 2 else (free, old):
        seconds.append((address == old[1], bridge.ask(f"push {number}")))
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE inventory_sourceitem, request_queue_request")
    by_kind = dict(seconds)
    beside, without = by_kind[True], by_kind[False]
    print(
        f"push {number}: {beside:.2f} s beside it, {without:.2f} s without: {without / beside:.2f}"
    )
    return beside, without


def _report(pairs: Sequence[Pair]) -> int:
    last = pairs[-_LAST:]
    ratio = sum(without for _, without in last) / sum(beside for beside, _ in last)
    verdict = "reached" if ratio >= TARGET else "MISSED"
    print(f"{'beside an old transaction / without':40} {ratio:8.2f}   target ≥ {TARGET}  {verdict}")
    return int(ratio < TARGET)


if __name__ == "__main__":
    main()
