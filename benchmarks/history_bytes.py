"""Bytes of a history line on PostgreSQL, indexes included, after a full push and VACUUM.

    python -m benchmarks.history_bytes [--lines 200000]

It does not depend on the machine's load. Every SKU once is the dearest: further lines of a SKU on
the same day share its entry in the index.
"""

import argparse
import tempfile

import psycopg

from benchmarks.apply import bridge_on
from benchmarks.bench_database import scratch_database

TARGET = 110
_SIZES = """
SELECT sum(pg_total_relation_size(inhrelid)), sum(pg_relation_size(inhrelid)),
    (SELECT count(*) FROM imports_importline)
FROM pg_inherits WHERE inhparent = 'imports_importline'::regclass
"""


def main() -> None:
    """Measure and print; exit with 1 when the target is missed."""
    parser = argparse.ArgumentParser(description="Weigh the lines of the history.")
    parser.add_argument("--lines", type=int, default=200_000)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        scratch_database() as address,
        bridge_on(address, folder, products=arguments.lines) as bridge,
        psycopg.connect(address, autocommit=True) as connection,
    ):
        for push in (1, 2):
            bridge.ask(f"push {push}")
            connection.execute("VACUUM imports_importline")
            row = connection.execute(_SIZES).fetchone()
            assert row
            total, heap, lines = map(int, row)
            print(
                f"{push} × every SKU: {total / lines:.1f} bytes a line, {heap / lines:.1f} its row"
            )
            if push == 1:
                first = total / lines
    verdict = "reached" if first <= TARGET else "MISSED"
    print(f"{'bytes per history line':40} {first:8.1f}   target ≤ {TARGET}  {verdict}")
    raise SystemExit(int(first > TARGET))


if __name__ == "__main__":
    main()
