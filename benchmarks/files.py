"""Rows of files per second: 100,000 products checked, imported and exported, beside a raw COPY.

    python -m benchmarks.files [--products 100000]

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
    parser = argparse.ArgumentParser(description="Import and export files, and compare.")
    parser.add_argument("--products", type=int, default=100_000)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        scratch_database("bridge_bench_files") as address,
    ):
        command = [sys.executable, "-m", "benchmarks.file_bridge", str(arguments.products)]
        environment = {"DATABASE_URL": address, "BRIDGE_DATA_DIR": folder, "REDIS_URL": ""}
        done = subprocess.run(command, env={**os.environ, **environment}, check=False)
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
