"""Lines of a full stock push applied per second, beside the raw limit and the original's pattern.

    python -m benchmarks.apply [--lines 200000] [--rounds 5]

All variants run in turn in every round, on one PostgreSQL server and one SQLite file, and each
ratio is the median of the rounds' own ratios: a busy machine slows all of them alike. README.md
says what the figures mean.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg

from benchmarks import original_pattern, raw_limit
from benchmarks.bench_database import scratch_database
from benchmarks.pushes import full_push, in_messages

MOST_STATEMENTS = 10


@dataclass(frozen=True)
class Round:
    """Lines per second of the four variants, measured one after the other."""

    limit: float
    bridge: float
    bridge_on_sqlite: float
    original: float


def main() -> None:
    """Measure and print the table; exit with 1 when a target is missed."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder, scratch_database() as address:
        sqlite = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        with (
            bridge_on(
                address, folder, products=arguments.lines, history=arguments.history
            ) as postgresql,
            bridge_on(sqlite, folder, products=arguments.lines, history=arguments.history) as lite,
        ):
            rounds = list(_rounds(address, postgresql, lite, arguments))
            statements = {
                (name, messages): int(
                    bridge.ask(f"statements {arguments.rounds + 1 + messages} {messages}")
                )
                for name, bridge in (("PostgreSQL", postgresql), ("SQLite", lite))
                for messages in (1, 10, 100)
            }
    raise SystemExit(_report(rounds, statements, arguments.lines))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Apply full stock pushes and compare.")
    parser.add_argument("--lines", type=int, default=200_000, help="SKUs, and lines of a push")
    parser.add_argument("--original-lines", type=int, default=2_000, help="lines of the original")
    parser.add_argument("--history", type=int, default=1_000_000, help="lines already in history")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


@contextmanager
def bridge_on(
    address: str, folder: str, *, products: int, history: int = 0, broker: str = ""
) -> Iterator["Bridge"]:
    """Start this product on a database and wait until that is filled."""
    size = ["--products", str(products), "--history", str(history)]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bridge", *size],
        env={
            **os.environ,
            "DATABASE_URL": address,
            "BRIDGE_DATA_DIR": folder,
            "REDIS_URL": broker,
            "BRIDGE_LOG_LEVEL": "WARNING",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    bridge = Bridge(process)
    try:
        bridge.answer()
        yield bridge
    finally:
        process.kill()
        process.wait()


class Bridge:
    """A running benchmarks.bridge process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def ask(self, command: str) -> float:
        """Send a command and return the number it is answered with."""
        return float(self.ask_text(command))

    def ask_text(self, command: str) -> str:
        """Send a command and return its answer."""
        assert self.process.stdin
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> str:
        """Return the next answer; the process prints its own errors before it ends."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("The measured process has stopped.")
        return str(json.loads(line))


def _rounds(
    address: str, postgresql: Bridge, lite: Bridge, arguments: argparse.Namespace
) -> Iterator[Round]:
    with psycopg.connect(address) as connection, psycopg.connect(address, autocommit=True) as slow:
        raw_limit.prepare(connection.cursor())
        original_pattern.prepare(connection.cursor())
        connection.commit()
        for number in range(1, arguments.rounds + 1):
            lines = full_push(arguments.lines, number)
            few = lines[: arguments.original_lines]
            _vacuum(slow)
            result = Round(
                limit=len(lines) / raw_limit.push(connection, lines),
                bridge=len(lines) / postgresql.ask(f"push {number}"),
                bridge_on_sqlite=len(lines) / lite.ask(f"push {number}"),
                original=len(few) / original_pattern.push(slow, in_messages(few)),
            )
            print(f"round {number}: {_results(result)}", flush=True)
            yield result


def _vacuum(connection: psycopg.Connection) -> None:
    """Clean up after the round before, as autovacuum would between two real pushes."""
    for table in ("limit_item", "inventory_sourceitem", "request_queue_request"):
        connection.execute(f"VACUUM ANALYZE {table}".encode())


def _results(result: Round) -> str:
    return (
        f"limit {result.limit:,.0f}, bridge {result.bridge:,.0f},"
        f" on SQLite {result.bridge_on_sqlite:,.0f}, original {result.original:,.0f} lines/s"
    )


def _report(rounds: Sequence[Round], statements: dict[tuple[str, int], int], lines: int) -> int:
    """Print the table of ratios; return the process's exit status."""
    most = max(statements.values())
    rows = (
        ("bridge / raw limit", median(r.bridge / r.limit for r in rounds), 0.5),
        ("bridge / original's pattern", median(r.bridge / r.original for r in rounds), 20),
        ("bridge on SQLite / raw limit", median(r.bridge_on_sqlite / r.limit for r in rounds), 0.4),
    )
    print(f"\n{lines:,} lines in messages of 200, medians of {len(rounds)} rounds")
    print(f"original's pattern: {original_pattern.STATEMENTS_PER_LINE} statements per line")
    for name, ratio, target in rows:
        print(f"{name:32} {ratio:8.2f}   target ≥ {target:<5} {_verdict(ratio >= target)}")
    for (database, messages), count in statements.items():
        print(f"statements, batch of {messages:3} on {database:11} {count:3}")
    print(f"{'most statements per batch':32} {most:8}   target ≤ {MOST_STATEMENTS:<5}", end=" ")
    print(_verdict(most <= MOST_STATEMENTS))
    return int(most > MOST_STATEMENTS or any(ratio < target for _, ratio, target in rows))


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"


if __name__ == "__main__":
    main()
