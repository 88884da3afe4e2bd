"""Where the goods of a batch of orders may leave from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from orderflow_bridge.configuration.selectors import inventory_import
from orderflow_bridge.inventory.models import DEFAULT_SOURCE
from orderflow_bridge.inventory.selectors import existing_sources, sole_sources, stocks_of_websites
from orderflow_bridge.sales.models import Order


@dataclass(frozen=True)
class Warehouse:
    """The sources that were asked for and exist; in multi-source mode also the websites' stocks.

    `stocks` are stock ids by website id, `sole_sources` source codes by stock id. In classic mode
    both are empty, and a shipment touches no stock: OrderFlow's next figure does.
    """

    sources: Collection[str] = frozenset()
    stocks: Mapping[int, int] = field(default_factory=dict)
    sole_sources: Mapping[int, str] = field(default_factory=dict)
    is_multi_source: bool = False

    def stock_of(self, order: Order) -> int | None:
        """Return the id of the stock that promised an order's goods."""
        return self.stocks.get(order.store.website_id)

    def unnamed_source(self, order: Order) -> str:
        """Return the source that an order's goods leave from when nobody names one."""
        stock_id = self.stock_of(order)
        return self.sole_sources.get(stock_id, DEFAULT_SOURCE) if stock_id else DEFAULT_SOURCE


def read_warehouse(
    *, source_codes: Collection[str] = (), website_ids: Collection[int] = ()
) -> Warehouse:
    """Look up the sources that a batch names and its websites' stocks: four queries at most."""
    sources = existing_sources(source_codes) if source_codes else set()
    if not inventory_import().multi_source_enabled:
        return Warehouse(sources)
    stocks = stocks_of_websites(website_ids)
    return Warehouse(sources, stocks, sole_sources(set(stocks.values())), is_multi_source=True)
