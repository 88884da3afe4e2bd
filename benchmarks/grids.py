"""The pages of lists over ten million lines of history, in milliseconds and as ratios.

    python -m benchmarks.grids [--import-lines 10000000] [--export-lines 10000000] [--rounds 7]

README.md says what is measured. `--keep` leaves the database for another run with `--filled`.
"""

import argparse
import os
import subprocess
import sys
import tempfile

from benchmarks.bench_database import address_of, scratch_database

NAME = "bridge_bench_grids"


def main() -> None:
    """Make and fill a database, measure in a process of its own, and exit with its status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--import-lines", type=int, default=10_000_000)
    parser.add_argument("--export-lines", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--filled", action="store_true", help="the database is there already")
    parser.add_argument("--keep", action="store_true", help="do not drop the database at the end")
    arguments = parser.parse_args()
    if arguments.filled:
        sys.exit(_measure(address_of(NAME), arguments))
    with scratch_database(NAME, keep=arguments.keep) as address:
        status = _measure(address, arguments)
    sys.exit(status)


def _measure(address: str, arguments: argparse.Namespace) -> int:
    size = () if arguments.filled else (arguments.import_lines, arguments.export_lines)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.grid_pages", str(arguments.rounds), *map(str, size)],
            env={**os.environ, "DATABASE_URL": address, "BRIDGE_DATA_DIR": folder, "REDIS_URL": ""},
            check=False,
        )
    return done.returncode


if __name__ == "__main__":
    main()
