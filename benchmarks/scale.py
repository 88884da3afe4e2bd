"""What scale asks for, in one table: each value, what it is measured against, and what is wanted.

    python -m benchmarks.scale [--full] [apply workers …]

Runs the other benchmarks one after the other, small unless `--full`, and reads what they print;
their own pages of README.md say what they do. Names choose some of them. The values of small runs
are noisier; on a machine that is busy with other work only the deterministic rows (statements,
bytes) count. Exit status 1 when a row is missed or cannot be read.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import ge, le
from pathlib import Path

ROOT = Path(__file__).parent.parent
_NUMBER = r"([\d.,]+)"
_TIMES_STARTED = 5


@dataclass(frozen=True)
class Row:
    """One value of the table.

    `pattern` finds it in the output of its benchmark; the largest counts if there are several.
    `before` is what it was when the aim was set.
    """

    what: str
    pattern: str
    before: str
    wanted: float
    is_most: bool = False

    def read(self, output: str) -> float | None:
        """Return the value, None if the output does not have it."""
        found = [float(each.replace(",", "")) for each in re.findall(self.pattern, output, re.M)]
        return max(found) if found else None

    def is_reached(self, value: float | None) -> bool:
        """Tell whether the value is what is wanted."""
        compare: Callable[[float, float], bool] = le if self.is_most else ge
        return value is not None and compare(value, self.wanted)


@dataclass(frozen=True)
class Measurement:
    """A benchmark, how it is run small, and the rows that it has."""

    name: str
    small: str
    rows: Sequence[Row]


MEASUREMENTS = (
    Measurement(
        "apply",
        "--lines 50000 --history 100000 --rounds 3 --original-lines 200",
        (
            Row(
                "apply, one process / raw limit", rf"^bridge / raw limit\s+{_NUMBER}", "0.49", 0.75
            ),
            Row("apply on SQLite / raw limit", rf"^bridge on SQLite.*?\s+{_NUMBER} ", "0.38", 0.45),
            Row(
                "statements, batch of one message",
                rf"^statements, batch of\s+1 on PostgreSQL\s+{_NUMBER}",
                "8",
                6,
                is_most=True,
            ),
            Row(
                "statements, the same on SQLite",
                rf"^statements, batch of\s+1 on SQLite\s+{_NUMBER}",
                "11",
                9,
                is_most=True,
            ),
        ),
    ),
    Measurement(
        "workers",
        "--lines 60000 --rounds 3",
        (
            Row(
                "apply, two processes / raw limit", rf"^two processes / raw.*?\s{_NUMBER} ", "", 1.2
            ),
            Row("apply, two processes / one", rf"^two processes / one\s+{_NUMBER}", "1.0", 1.6),
        ),
    ),
    Measurement(
        "old_transaction",
        "",
        (
            Row(
                "beside an old transaction / without",
                rf"^beside an old.*?\s+{_NUMBER} ",
                "0.64",
                0.8,
            ),
        ),
    ),
    Measurement(
        "history_bytes",
        "",
        (
            Row(
                "bytes per history line",
                rf"^bytes per history line\s+{_NUMBER}",
                "217",
                110,
                is_most=True,
            ),
        ),
    ),
    Measurement(
        "accept",
        "--rounds 2 --seconds 2",
        (
            Row("accept 200 lines / lxml + COPY", rf"^\s+200 .* {_NUMBER}\s+[\d.]+$", "1.05", 1.3),
            Row("accept 200 lines / lxml + JSON row", rf"^\s+200 .* {_NUMBER}$", "0.51", 0.7),
            Row("accept 1 line / lxml + COPY", rf"^\s+1 .* {_NUMBER}\s+[\d.]+$", "0.63", 0.8),
        ),
    ),
    Measurement(
        "bulk",
        "--items 5000 --rounds 2",
        (
            Row(
                "bulk source items / COPY and one UPDATE",
                rf"^source items in bulk / source items, COPY.*: {_NUMBER}",
                "0.05",
                0.15,
            ),
        ),
    ),
    Measurement(
        "exports",
        "--products 20000 --rounds 3",
        (Row("exports, 32 at once / sequential", rf"^bridge / seq\S+.*?\s{_NUMBER} ", "17.7", 25),),
    ),
    Measurement(
        "slow_sockets",
        "--messages 100 --rounds 1",
        (
            Row(
                "good client beside slow ones / alone",
                rf"^median ratio {_NUMBER}",
                "no answer",
                2,
                is_most=True,
            ),
        ),
    ),
)
_START = Row("seconds until manage.py answers", "", "1.8", 0.9, is_most=True)


def main() -> None:
    """Run what is asked for and print the table."""
    parser = argparse.ArgumentParser(description="Print what scale asks for in one table.")
    names = [each.name for each in MEASUREMENTS] + ["start"]
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--full", action="store_true", help="with each benchmark's own defaults")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(names):
        parser.error(f"There is no {', '.join(sorted(unknown))}.")
    wanted = arguments.names or names
    found: list[tuple[Row, float | None]] = []
    for each in MEASUREMENTS:
        if each.name in wanted:
            output = _output(each.name, "" if arguments.full else each.small)
            found += [(row, row.read(output)) for row in each.rows]
    if "start" in wanted:
        found.append((_START, _seconds_to_start()))
    print(table(found))
    raise SystemExit(int(not all(row.is_reached(value) for row, value in found)))


def table(found: Sequence[tuple[Row, float | None]]) -> str:
    """Return the table as text."""
    lines = [f"{'':40} {'now':>9} {'before':>10} {'wanted':>9}"]
    for row, value in found:
        now = "not had" if value is None else f"{value:,.2f}"
        wanted = f"{'≤' if row.is_most else '≥'} {row.wanted:g}"
        verdict = "reached" if row.is_reached(value) else "MISSED"
        lines.append(f"{row.what:40} {now:>9} {row.before:>10} {wanted:>9}   {verdict}")
    return "\n".join(lines)


def _output(name: str, arguments: str) -> str:
    """Run a benchmark, show what it prints, and return it."""
    print(f"== {name} {arguments}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *arguments.split()],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print(done.stdout, flush=True)
    return done.stdout


def _seconds_to_start() -> float:
    """Return the best of some starts of manage.py."""
    seconds = []
    for _ in range(_TIMES_STARTED):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "manage.py", "version"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        seconds.append(time.perf_counter() - started)
    return min(seconds)


if __name__ == "__main__":
    main()
