"""Products saved per second: one by one by REST, in bulk, by the ORM, and by a bare COPY.

    python -m benchmarks.rest [--products 2000] [--rounds 5]

Every round saves that many new products in each way. README.md says what the figures mean; bulk.py
measures the bulk calls themselves. The exit status is 1 when a target is missed.
"""

import argparse
from collections.abc import Iterator
from statistics import median

from benchmarks.bench_database import measured_on_scratch

NAME = "bridge_bench_rest"
TARGET = 2_000
LIMIT = "raw COPY of the same rows"

Rates = dict[str, float]


def main() -> None:
    """Measure in a process of its own, whose database is a scratch one."""
    arguments = _arguments()
    if not arguments.here:
        raise SystemExit(
            measured_on_scratch("benchmarks.rest", NAME, REDIS_URL="", BRIDGE_LOG_LEVEL="WARNING")
        )
    raise SystemExit(_report(list(_measured(arguments))))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Save products in several ways.")
    parser.add_argument("--products", type=int, default=2_000, help="in each way, each round")
    parser.add_argument("--single", type=int, default=200, help="of those saved one by one")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _measured(arguments: argparse.Namespace) -> Iterator[Rates]:
    # The settings must name the scratch database before Django is asked for anything.
    from benchmarks.rest_shop import RestShop

    shop = RestShop()
    shop.round(50, 10)  # warms up
    for _ in range(arguments.rounds):
        yield shop.round(arguments.products, arguments.single)


def _report(rounds: list[Rates]) -> int:
    print(f"{len(rounds)} rounds; medians, and ratios to the {LIMIT}")
    rates = {way: median(each[way] for each in rounds) for way in rounds[0]}
    for way, rate in rates.items():
        ratio = median(each[way] / each[LIMIT] for each in rounds)
        print(f"  {way:36} {rate:10,.0f} products/s   {ratio:7.4f}")
    bulk = rates["save_documents, 1,000 at once"]
    print(f"in bulk: target ≥ {TARGET:,}/s   {'met' if bulk >= TARGET else 'MISSED'}")
    return int(bulk < TARGET)


if __name__ == "__main__":
    main()
