"""Stock compared with OrderFlow's: a million records, beside a bare COPY and join; seeded drift.

    python -m benchmarks.reconcile [--records 1000000] [--rounds 2] [--drift 100000]

README.md says what the figures mean. The exit status is 1 when a target is missed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.bench_database import scratch_database


def main() -> None:
    """Measure in processes of their own, each on a scratch database."""
    parser = argparse.ArgumentParser(description="Compare stock, and find what has drifted.")
    parser.add_argument("--records", type=int, default=1_000_000, help="0 leaves this out")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--drift", type=int, default=100_000, help="SKUs; 0 leaves this out")
    arguments = parser.parse_args()
    missed = 0
    for count, numbers in (
        (arguments.records, ["compare", str(arguments.records), str(arguments.rounds)]),
        (arguments.drift, ["drift", str(arguments.drift)]),
    ):
        if count:
            missed |= _measure(numbers)
    raise SystemExit(missed)


def _measure(numbers: list[str]) -> int:
    """Run one measurement; return 1 if its target is missed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        scratch_database("bridge_bench_reconcile") as address,
        _listing(folder) as endpoint,
    ):
        environment = {"DATABASE_URL": address, "BRIDGE_DATA_DIR": folder, "REDIS_URL": ""}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.reconcile_bridge", *numbers, endpoint, folder],
            env={**os.environ, "BRIDGE_LOG_LEVEL": "WARNING", **environment},
            check=False,
        )
    return int(done.returncode != 0)


@contextmanager
def _listing(folder: str) -> Iterator[str]:
    """Serve a folder as OrderFlow would its stock, from a process of its own."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "-d", folder]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout
        # "Serving HTTP on 127.0.0.1 port 40123 (…) ..."
        port = server.stdout.readline().partition(" port ")[2].split()[0]
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
