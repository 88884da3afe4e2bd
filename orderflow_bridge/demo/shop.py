"""The demo shop's websites and store views."""

from typing import NamedTuple

from orderflow_bridge.inventory.models import Source, Stock, StockSourceLink
from orderflow_bridge.stores.models import Store, StoreGroup, Website

DEFAULT = "default"
UK = "uk"


class Shop(NamedTuple):
    """What the other demo data hangs on."""

    websites: dict[str, Website]
    stores: dict[str, Store]
    source: Source
    stock: Stock


def add_shop() -> Shop:
    """Add websites, store views, a source and a stock, unless they are there.

    The view `default` comes first: the first store view's numbers have no prefix
    (docs/contract/shop-rules.md, "Numbers").
    """
    base = _website("base", "Main Website", 0)
    british = _website("uk", "UK Website", 1)
    stores = {
        DEFAULT: _store(base, DEFAULT, "Default Store View", "main_website_store", "Main Store"),
        UK: _store(british, UK, "UK Store View", "uk_store", "UK Store"),
    }
    source, _ = Source.objects.get_or_create(
        source_code=DEFAULT, defaults={"name": "Default Source", "country_id": "US"}
    )
    stock = Stock.objects.order_by("id").first() or Stock.objects.create(name="Default Stock")
    StockSourceLink.objects.get_or_create(stock=stock, source=source)
    stock.websites.add(base, british)
    return Shop({"base": base, "uk": british}, stores, source, stock)


def _website(code: str, name: str, sort_order: int) -> Website:
    is_default = code == "base" and not Website.objects.filter(is_default=True).exists()
    defaults = {"name": name, "sort_order": sort_order, "is_default": is_default}
    return Website.objects.get_or_create(code=code, defaults=defaults)[0]


def _store(website: Website, code: str, name: str, group_code: str, group_name: str) -> Store:
    found = Store.objects.filter(code=code).first()
    if found:
        return found
    group, _ = StoreGroup.objects.get_or_create(
        code=group_code, defaults={"website": website, "name": group_name}
    )
    return Store.objects.create(website=group.website, group=group, code=code, name=name)
