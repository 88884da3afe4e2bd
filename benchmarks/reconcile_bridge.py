"""The measured process of benchmarks.reconcile: this product, and a listing that OrderFlow sends.

`compare RECORDS ROUNDS ENDPOINT FOLDER` times whole looks: the answer is streamed, parsed, copied,
compared and its differences stored. `drift SKUS ENDPOINT FOLDER` lets stock drift apart in known
places, compares twice with pushes between the looks, corrects, and counts what was found.
"""

import os
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from benchmarks.pushes import full_push, in_messages  # noqa: E402
from imports.services import process_imports  # noqa: E402
from orderflow_bridge.catalog.models import Product  # noqa: E402
from orderflow_bridge.common import clock  # noqa: E402
from orderflow_bridge.common.choices import Entity, Operation, RequestType  # noqa: E402
from orderflow_bridge.common.statements import insert_rows  # noqa: E402
from orderflow_bridge.configuration.sections import (  # noqa: E402
    Api,
    InventoryImport,
    Reconciliation,
    ReconciliationMode,
)
from orderflow_bridge.configuration.services import write_settings  # noqa: E402
from orderflow_bridge.inventory.models import Source, SourceItem  # noqa: E402
from orderflow_bridge.request_queue.services import enqueue_request  # noqa: E402
from orderflow_bridge.stores.models import Website  # noqa: E402
from orderflow_bridge.watch.models import SiteSource, StockComparison  # noqa: E402
from orderflow_bridge.watch.reconciliation.services import reconcile_inventory  # noqa: E402

MOST_SECONDS = 60.0
DIFFERENT_OF = 100  # one of so many records differs
_ITEMS = """
INSERT INTO inventory_sourceitem (product_id, source_code, quantity, status, last_sequence_id,
    last_received, updated_at)
SELECT id, 'default', id % 500, (id % 500 > 0)::integer, 1, id % 500, now() FROM catalog_product
"""
_BARE = """
CREATE TEMPORARY TABLE bare (sku_key text, sku text, site text, units numeric) ON COMMIT DROP
"""
_JOIN = """
SELECT i.last_received = b.units, count(*) FROM bare b
JOIN catalog_product p ON p.sku_key = b.sku_key
JOIN inventory_sourceitem i ON i.product_id = p.id AND i.source_code = 'default'
GROUP BY 1
"""
# What OrderFlow holds, by SKU and source.
Stock = dict[tuple[str, str], int]
SITES = {"default": "Main", "eu": "Paris"}


def main() -> None:
    """Prepare the shop, then measure."""
    what, count, *numbers, endpoint, folder = sys.argv[1:]
    call_command("migrate", verbosity=0)
    website = Website.objects.create(code="base", name="Base", is_default=True)
    account = {
        "endpoint": endpoint, "username": "magento", "password": "secret",
        "organisation": "acme", "channel": "magento",
    }  # fmt: skip
    write_settings(Api, account, website=website)
    listing = Path(folder) / "remotewarehouse" / "inventory.xml"
    listing.parent.mkdir()
    _add_products(int(count))
    if what == "compare":
        raise SystemExit(_compare(int(count), int(numbers[0]), listing))
    raise SystemExit(_drift(int(count), listing))


def _compare(records: int, rounds: int, listing: Path) -> int:
    """Time looks at so many records, and the bare way beside each; return the exit status."""
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS)
        cursor.execute("VACUUM ANALYZE")
    units = dict(SourceItem.objects.values_list("product__sku", "quantity").iterator())
    stock = {
        (sku, "default"): int(quantity) + (number % DIFFERENT_OF == 0)
        for number, (sku, quantity) in enumerate(units.items())
    }
    _list(listing, stock)
    size = listing.stat().st_size / 1e6
    print(f"{records:,} records, {size:.0f} MB of XML, one of {DIFFERENT_OF} differs", flush=True)
    looks, bare = [], []
    for number in range(1, rounds + 1):
        bare.append(_bare(stock))
        started = time.perf_counter()
        reconcile_inventory()
        looks.append(time.perf_counter() - started)
        comparison = StockComparison.objects.latest("id")
        expected = len(range(0, records, DIFFERENT_OF))
        if (comparison.equal, comparison.different) != (records - expected, expected):
            raise SystemExit(f"Not what was listed: {comparison.equal}, {comparison.different}")
        received = (comparison.finished_at - comparison.began_at).total_seconds()
        print(
            f"round {number}: {looks[-1]:.1f} s, {received:.1f} of them receiving;"
            f" bare COPY and join {bare[-1]:.1f} s",
            flush=True,
        )
    seconds = median(looks)
    ratio = median(look / least for look, least in zip(looks, bare, strict=True))
    is_reached = seconds <= MOST_SECONDS * max(records / 1e6, 1)
    print(f"look / bare COPY and join: {ratio:.1f} times as long")
    print(f"{records:,} records in {seconds:.1f} s   target ≤ 60 s   {_verdict(is_reached)}")
    return int(not is_reached)


def _drift(count: int, listing: Path) -> int:
    """Let stock drift, find it, correct it; return the exit status."""
    random = Random(count)
    write_settings(Reconciliation, {"is_enabled": True, "mode": ReconciliationMode.CORRECT})
    write_settings(InventoryImport, {"hold_mass_changes": False})
    for source, site in SITES.items():
        Source.objects.get_or_create(source_code=source, defaults={"name": site})
        SiteSource.objects.create(site=site, source_id=source)
    lines = full_push(count, 1)
    stock = {(sku, source): int(units) for sku, units, source, *_ in lines}
    _push(in_messages(lines))
    skus = [sku for sku, _ in stock]
    random.shuffle(skus)
    lost, failed, misplaced, edited = (
        [skus.pop() for _ in range(count // share)] for share in (100, 200, 400, 100)
    )
    drifted = {(sku, "default") for sku in (*lost, *failed, *misplaced, *edited[::2])}
    for key in drifted:
        stock[key] += random.randint(1, 9)
    sequence = 10 * count
    _push([[[sku, "many", "default", str(sequence), None] for sku in failed]])
    # What was counted at one site was sent as that of the other.
    _push([[[sku, "600", "eu", str(sequence), None] for sku in misplaced]])
    stock |= {(sku, "eu"): 0 for sku in misplaced}
    drifted |= {(sku, "eu") for sku in misplaced}
    items = SourceItem.objects.filter(product__sku__in=edited)
    items.update(quantity=777, updated_at=clock.now())

    def go_on() -> None:
        """Push newer figures of what has not drifted; every third message goes on waiting."""
        nonlocal sequence
        for _ in range(20):
            pushed = random.sample(skus, 100)
            stock.update(((sku, "default"), random.randint(0, 499)) for sku in pushed)
            sequence += 100
            message = [
                [sku, str(stock[sku, "default"]), "default", str(sequence + place), None]
                for place, sku in enumerate(pushed)
            ]
            _push([message], waits=random.random() < 1 / 3)

    go_on()
    _list(listing, stock)
    started = time.perf_counter()
    reconcile_inventory()
    first = StockComparison.objects.latest("id")
    go_on()
    process_imports(Entity.INVENTORY)
    go_on()
    _list(listing, stock)
    half_an_hour = timedelta(minutes=31)
    first.differences.update(first_seen=first.began_at - half_an_hour)
    StockComparison.objects.update(began_at=first.began_at - half_an_hour)
    reconcile_inventory()
    second = StockComparison.objects.latest("id")
    confirmed = second.differences.filter(is_confirmed=True)
    found = set(confirmed.values_list("sku", "source_code"))
    process_imports(Entity.INVENTORY)
    items = SourceItem.objects.filter(product__sku__in={sku for sku, _ in drifted})
    corrected = sum(
        stock[sku, source] == units == received
        for sku, source, units, received in items.values_list(
            "product__sku", "source_id", "quantity", "last_received"
        )
        if (sku, source) in drifted
    )
    seconds = time.perf_counter() - started
    print(f"{count:,} SKUs, {len(drifted):,} figures drifted; pushes go on")
    print(f"confirmed by the first look: {first.confirmed}")
    print(f"found: {len(found & drifted):,} of {len(drifted):,}")
    print(f"false alarms: {len(found - drifted):,}")
    is_reached = first.confirmed == 0 and found == drifted and corrected == len(drifted)
    print(
        f"corrected to the unit: {corrected:,} of {len(drifted):,} in {seconds:.1f} s"
        f"   target: all   {_verdict(is_reached)}"
    )
    return int(not is_reached)


def _add_products(count: int) -> None:
    for start in range(1, count + 1, 50_000):
        numbers = range(start, min(start + 50_000, count + 1))
        insert_rows([Product(sku=f"SKU-{n:07d}", name=f"Product {n}") for n in numbers])


def _list(listing: Path, stock: Stock) -> None:
    """Write the answer of remotewarehouse/inventory.xml."""
    with listing.open("w") as file:
        file.write("<inventories>")
        for (sku, source), units in stock.items():
            file.write(
                f'<inventory externalReference="{sku}" site="{SITES[source]}" total="{units + 2}"'
                ' allocated="2" isAvailable="true" isFrozen="false"/>\n'
            )
        file.write("</inventories>")


def _bare(stock: Stock) -> float:
    """Copy the records, ready in memory, and join them; return the seconds."""
    rows = [(sku.lower(), sku, SITES[source], units) for (sku, source), units in stock.items()]
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BARE)
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE bare")
        cursor.execute(_JOIN)
        cursor.fetchall()
    return time.perf_counter() - started


def _push(messages: Sequence[Any], *, waits: bool = False) -> None:
    """Queue messages, and apply them unless they are to wait."""
    ids = [
        enqueue_request(
            type=RequestType.IMPORT,
            entity=Entity.INVENTORY,
            operation=Operation.UPDATE,
            message_id=str(number),
            lines=lines,
            body=b"",
            response=b"",
            received_by="orderflow",
        )
        for number, lines in enumerate(messages, start=1)
    ]
    if not waits:
        process_imports(Entity.INVENTORY, ids=ids)


def _verdict(is_reached: bool) -> str:
    return "reached" if is_reached else "MISSED"


if __name__ == "__main__":
    main()
