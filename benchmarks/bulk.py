"""Source items and products per second by bulk REST calls, beside raw SQL and one-by-one calls.

    python -m benchmarks.bulk [--items 20000] [--rounds 3]

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
    parser = argparse.ArgumentParser(description="Save by bulk calls, and compare.")
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        scratch_database("bridge_bench_bulk") as address,
    ):
        numbers = [str(arguments.items), str(arguments.rounds)]
        environment = {"DATABASE_URL": address, "BRIDGE_DATA_DIR": folder, "REDIS_URL": ""}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.bulk_bridge", *numbers],
            env={**os.environ, "BRIDGE_LOG_LEVEL": "WARNING", **environment},
            check=False,
        )
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
