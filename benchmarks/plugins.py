"""What plugins cost a stock push: none, one that is idle, one that takes every hook of a push.

    python -m benchmarks.plugins [--products 20000] [--rounds 5]

README.md says what the figures mean. The exit status is 1 when a target is missed.
"""

import argparse
import os
import subprocess
import sys
import tempfile

from benchmarks.bench_database import scratch_database


def main() -> None:
    """Measure in a process of its own, on a scratch database."""
    parser = argparse.ArgumentParser(description="Apply stock pushes with and without plugins.")
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        scratch_database("bridge_bench_plugins") as address,
    ):
        numbers = [str(arguments.products), str(arguments.rounds)]
        environment = {"DATABASE_URL": address, "BRIDGE_DATA_DIR": folder, "REDIS_URL": ""}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.plugins_bridge", *numbers],
            env={**os.environ, "BRIDGE_LOG_LEVEL": "WARNING", **environment},
            check=False,
        )
    raise SystemExit(int(done.returncode != 0))


if __name__ == "__main__":
    main()
