"""Receiving OrderFlow's stock into a file: no transaction is open while it answers.

A million records are a file of some forty megabytes; memory holds none of them.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO

from exports.instances import Admission, EndpointMemory, breaker_policy, client_of, credentials_of
from orderflow_bridge.client import OrderFlowError, WarehouseQuantity
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.skus import LONGEST_SKU, sku_key
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.reconciliation.models import LONGEST_SITE

_TOO_LARGE = Decimal(10**8)


class StockNotReceived(BridgeError):
    """OrderFlow did not say what it holds; the text is a sentence."""


@dataclass
class Received:
    """What OrderFlow holds: rows of the SKU's key, SKU, site and usable units in a CSV file.

    Units that cannot be read are empty there, and counted in `unreadable` with the records that
    name no SKU. `sites` has the number of records by site.
    """

    file: IO[str]
    records: int = 0
    unreadable: int = 0
    sites: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._write = csv.writer(self.file, lineterminator="\n").writerow

    def take(self, record: WarehouseQuantity) -> None:
        """Write a record down."""
        self.records += 1
        sku, site, units = record.reference.strip(), record.site.strip(), record.usable
        if units is not None and abs(units) >= _TOO_LARGE:
            units = None
        if units is None or not sku or len(sku) > LONGEST_SKU or len(site) > LONGEST_SITE:
            self.unreadable += 1
        if sku and len(sku) <= LONGEST_SKU:
            self.sites[site[:LONGEST_SITE]] += 1
            units_text = "" if units is None else f"{units:f}"
            self._write((sku_key(sku), sku, site[:LONGEST_SITE], units_text))


@contextmanager
def receive_stock(website: Website, *, seconds: int) -> Iterator[Received]:
    """Ask a website's OrderFlow for its stock within so many seconds, and lend the file.

    Must not be called inside a transaction. Raises StockNotReceived, also for an answer without
    any record: that the warehouse is empty is not believed. Raises ExportNotConfigured.
    """
    with TemporaryFile("w+", encoding="utf-8", newline="") as file:
        received = Received(file)
        _receive(website, received, seconds)
        if not received.records:
            raise StockNotReceived("OrderFlow listed no stock at all; nothing was compared.")
        file.flush()
        file.seek(0)
        yield received


def _receive(website: Website, received: Received, seconds: int) -> None:
    memory = EndpointMemory(credentials_of(website).base)
    if memory.admit(breaker_policy(website)) is Admission.CLOSED:
        raise StockNotReceived("OrderFlow failed several times in a row and is left alone.")
    error = ""
    try:
        with client_of(website, memory=memory) as client:
            client.retrieve_stock(received.take, seconds=seconds)
    except OrderFlowError as failure:
        error = str(failure)
        raise StockNotReceived(error) from failure
    finally:
        memory.publish(error)
