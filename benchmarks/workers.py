"""One full stock push by one and by two Celery processes, beside the raw limit.

    python -m benchmarks.workers [--lines 200000] [--rounds 3]

Real workers (prefork) with Redis as broker: REDIS_URL, whose database is emptied, or number 15 of
the local one. A push is timed from the wake-up until its last message is marked as processed; the
run invites the other process itself. Both numbers of processes and the limit take turns in each
round, and each ratio is the median of the rounds' own.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import psycopg
import redis

from benchmarks import raw_limit
from benchmarks.apply import Bridge, bridge_on
from benchmarks.bench_database import scratch_database
from benchmarks.pushes import full_push

TARGETS = (("two processes / raw limit", 1.2), ("two processes / one", 1.6))
_PATIENCE_SECONDS = 300
_WAITING = "SELECT EXISTS (SELECT FROM request_queue_request WHERE processed_at IS NULL)"


def main() -> None:
    """Measure and print; exit with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description="Apply pushes by Celery workers.")
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    broker = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/15"
    redis.Redis.from_url(broker).flushdb()
    with (
        tempfile.TemporaryDirectory() as folder,
        scratch_database() as address,
        bridge_on(address, folder, products=arguments.lines, broker=broker) as bridge,
        psycopg.connect(address, autocommit=True) as connection,
    ):
        raw_limit.prepare(connection.cursor())
        ratios = [
            _round(number, arguments.lines, bridge, connection, (address, broker, folder))
            for number in range(arguments.rounds)
        ]
    raise SystemExit(_report(ratios))


def _round(
    number: int,
    lines: int,
    bridge: Bridge,
    connection: psycopg.Connection,
    place: tuple[str, str, str],
) -> tuple[float, float]:
    """Return two processes' rate as a multiple of the limit's, and of one process's."""
    first = 10 * number
    connection.execute("VACUUM ANALYZE limit_item")
    with psycopg.connect(place[0]) as limit:
        by_limit = raw_limit.push(limit, full_push(lines, first + 1))
    seconds = {}
    for turn, processes in enumerate((1, 2) if number % 2 else (2, 1)):
        with _workers(processes, *place):
            # The first one wakes the processes up and fills their memory.
            for push in (1, 2):
                connection.execute("VACUUM ANALYZE inventory_sourceitem, request_queue_request")
                seconds[processes] = _push(bridge, connection, first + 2 * turn + push)
    one, two = seconds[1], seconds[2]
    print(
        f"round {number + 1}: limit {lines / by_limit:,.0f}, one process {lines / one:,.0f},"
        f" two {lines / two:,.0f} lines/s",
        flush=True,
    )
    return by_limit / two, one / two


def _push(bridge: Bridge, connection: psycopg.Connection, number: int) -> float:
    """Queue a push and return the seconds until nothing waits. Raises SystemExit if that fails."""
    began = bridge.ask(f"queue {number}")
    until = time.time() + _PATIENCE_SECONDS
    while connection.execute(_WAITING).fetchone() == (True,):
        if time.time() > until:
            raise SystemExit("The workers do not finish.")
        time.sleep(0.01)
    return time.time() - began


@contextmanager
def _workers(processes: int, address: str, broker: str, folder: str) -> Iterator[None]:
    """Start a worker with so many processes."""
    command = ["celery", "--quiet", "-A", "orderflow_bridge", "worker", "--loglevel", "WARNING"]
    worker = subprocess.Popen(
        [sys.executable, "-m", *command, "--concurrency", str(processes)],
        env={
            **os.environ,
            "DATABASE_URL": address,
            "REDIS_URL": broker,
            "BRIDGE_DATA_DIR": folder,
            "BRIDGE_LOG_LEVEL": "WARNING",
        },
    )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def _report(ratios: list[tuple[float, float]]) -> int:
    is_missed = False
    for (name, target), found in zip(TARGETS, zip(*ratios, strict=True), strict=True):
        ratio = median(found)
        verdict = "reached" if ratio >= target else "MISSED"
        is_missed = is_missed or ratio < target
        print(f"{name:40} {ratio:8.2f}   target ≥ {target}  {verdict}")
    return int(is_missed)


if __name__ == "__main__":
    main()
