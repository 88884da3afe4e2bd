"""Exports per second against a distant OrderFlow, and the cost of finding what is due.

    python -m benchmarks.exports [--products 1000000] [--exports 400] [--rounds 5] [--explain]

In every round all variants run in turn, and each ratio is the median of the rounds' own ratios: a
busy machine slows all of them alike. README.md says what the figures mean.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import requests

from benchmarks.apply import Bridge
from benchmarks.bench_database import scratch_database

SELECTIONS = 40
NAME = "bridge_bench_exports"


@dataclass(frozen=True)
class Round:
    """Exports per second of both ways, and the seconds of a selection and of a lookup."""

    sequential: float
    bridge: float
    selection: float
    lookup: float


def main() -> None:
    """Measure and print the table; exit with 1 when a target is missed."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder, scratch_database(NAME) as address, _wms() as port:
        endpoint = f"http://127.0.0.1:{port}/web/"
        with _bridge(address, folder, endpoint, arguments) as bridge:
            rounds = list(_rounds(bridge, endpoint, arguments))
            if arguments.explain:
                print(bridge.ask_text("explain"))
    raise SystemExit(_report(rounds, arguments))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Export against a loopback OrderFlow.")
    parser.add_argument("--products", type=int, default=1_000_000, help="all of them due")
    parser.add_argument("--exports", type=int, default=400, help="products per run")
    parser.add_argument("--sequential", type=int, default=40, help="calls of the original's way")
    parser.add_argument("--parallel", type=int, default=32, help="the setting Parallel Calls")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--explain", action="store_true", help="print the selection's plan")
    return parser.parse_args()


@contextmanager
def _wms() -> Iterator[int]:
    """Start the loopback OrderFlow; yield its port."""
    command = [sys.executable, "-m", "benchmarks.distant_orderflow"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


@contextmanager
def _bridge(
    address: str, folder: str, endpoint: str, arguments: argparse.Namespace
) -> Iterator[Bridge]:
    """Start this product on the database and wait until that is filled."""
    options = ["products", "exports", "parallel"]
    size = [f"--{name}={getattr(arguments, name)}" for name in options]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.export_bridge", f"--endpoint={endpoint}", *size],
        env={**os.environ, "DATABASE_URL": address, "BRIDGE_DATA_DIR": folder, "REDIS_URL": ""},
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


def _rounds(bridge: Bridge, endpoint: str, arguments: argparse.Namespace) -> Iterator[Round]:
    for number in range(1, arguments.rounds + 1):
        pairs = [(bridge.ask("select"), bridge.ask("lookup")) for _ in range(SELECTIONS)]
        result = Round(
            sequential=arguments.sequential / _one_after_the_other(endpoint, arguments.sequential),
            bridge=arguments.exports / bridge.ask(f"export {arguments.exports}"),
            selection=median(selection for selection, _ in pairs),
            lookup=median(lookup for _, lookup in pairs),
        )
        print(
            f"round {number}: sequential {result.sequential:,.0f}, bridge {result.bridge:,.0f}"
            f" exports/s; selection {result.selection * 1000:.2f} ms,"
            f" lookup {result.lookup * 1000:.2f} ms",
            flush=True,
        )
        yield result


def _one_after_the_other(endpoint: str, count: int) -> float:
    """Make calls the original's way, a new connection for each; return the seconds."""
    address = f"{endpoint}remotewarehouse/product/update.xml"
    started = time.perf_counter()
    for number in range(count):
        answer = requests.post(
            address,
            params={"channel": "magento", "organisation": "acme", "action": "modified",
                    "event": "product.modified", "thirdPartyReference": f"SKU-{number:07d}"},
            auth=("magento", "secret"),
            timeout=30,
        )  # fmt: skip
        answer.raise_for_status()
    return time.perf_counter() - started


def _report(rounds: Sequence[Round], arguments: argparse.Namespace) -> int:
    """Print the table of ratios; return the process's exit status."""
    speed = median(each.bridge / each.sequential for each in rounds)
    cost = median(each.selection / each.lookup for each in rounds)
    print(
        f"\n{arguments.exports:,} exports per run, Parallel Calls {arguments.parallel},"
        f" {arguments.products:,} products; medians of {len(rounds)} rounds"
    )
    print(f"{'bridge / sequential calls':32} {speed:8.2f}   target ≥ 10   {_verdict(speed >= 10)}")
    print(f"{'selection / lookup by key':32} {cost:8.2f}   target ≤ 2    {_verdict(cost <= 2)}")
    return int(speed < 10 or cost > 2)


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"


if __name__ == "__main__":
    main()
