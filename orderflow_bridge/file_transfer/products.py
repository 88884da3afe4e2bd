"""Product files: Magento's columns `sku,product_type,name,price,qty,…` (docs/files.md).

Products and the quantities beside them are saved together, batch by batch. Websites and categories
are added to those a product has, as in Magento; what a file does not name stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderflow_bridge.catalog import changes
from orderflow_bridge.catalog.changes import Known, ProductChange
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.services import check_products, read_known, save_products
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.file_transfer import product_texts
from orderflow_bridge.file_transfer.categories import Categories, Path
from orderflow_bridge.file_transfer.models import Change
from orderflow_bridge.file_transfer.product_cells import (
    ATTRIBUTES,
    OWN,
    OWN_COLUMNS,
    attributes_of,
    own_columns,
    split_list,
    split_path,
    word_of,
)
from orderflow_bridge.file_transfer.stock import quantity_of
from orderflow_bridge.file_transfer.transfers import (
    Importer,
    Outcome,
    Record,
    Setting,
    failed,
    row_records,
)
from orderflow_bridge.inventory.models import DEFAULT_SOURCE
from orderflow_bridge.inventory.quantities import Change as StockChange
from orderflow_bridge.inventory.quantities import StockQuantity, check_quantities, save_quantities
from orderflow_bridge.inventory.quantities import Verdict as StockVerdict
from orderflow_bridge.inventory.selectors import CARRIERS
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import default_website

OTHERS = (
    "sku", "store_view_code", "product_websites", "categories", "additional_attributes", "qty",
    "is_in_stock",
)  # fmt: skip
KNOWN = frozenset({*OTHERS, *OWN, *ATTRIBUTES})
# What Magento's own exports have beside these, and the bridge gets from elsewhere or does without.
PASSED_OVER = frozenset(
    {
        "attribute_set_code",
        "tax_class_name",
        "created_at",
        "updated_at",
        "website_id",
        "allow_backorders",
        "out_of_stock_qty",
        "min_cart_qty",
        "max_cart_qty",
        "notify_on_stock_below",
        "qty_increments",
        "enable_qty_increments",
        "is_qty_decimal",
        "is_decimal_divided",
        "manage_stock",
    }
)
_DEFAULT_SCOPES = ("", "admin", "all")
_SWITCHES = {"1": 1, "0": 0, "": None}


@dataclass
class Wish:
    """What a row wants: texts that can be read without the database."""

    sku: str
    columns: dict[str, Any]
    attributes: dict[str, str | None]
    websites: list[str]
    paths: list[Path]
    stock_quantity: StockQuantity | None = None
    missing_paths: list[Path] = field(default_factory=list)


def take(records: Sequence[Record], setting: Setting) -> list[Outcome]:
    """Save product rows, or say what they would change."""
    outcomes: dict[int, Outcome] = {}
    wishes: dict[int, Wish] = {}
    for place, record in enumerate(records):
        try:
            wishes[place] = wish_of(record.rows[0].values, is_enclosed=setting.is_enclosed)
        except ValueError as error:
            outcomes[place] = failed(str(error))
    known = read_known({wish.sku for wish in wishes.values()}, lock=False)
    scene = _Scene(setting)
    changed: dict[int, ProductChange] = {}
    for place, wish in wishes.items():
        try:
            changed[place] = scene.change_of(wish, known.get(sku_key(wish.sku)))
        except ValueError as error:
            outcomes[place] = failed(str(error))
    save = check_products if setting.is_dry_run else save_products
    verdicts = dict(zip(changed, save(list(changed.values())), strict=True))
    stock = _stock({place: wishes[place] for place in changed}, verdicts, known, setting)
    for place, verdict in verdicts.items():
        outcomes[place] = _outcome(wishes[place], verdict, stock.get(place), scene)
    return [outcomes[place] for place in range(len(records))]


def wish_of(cells: Mapping[str, str], *, is_enclosed: bool = False) -> Wish:
    """Read a row by itself. Raises ValueError with a text for the person who made the file."""
    sku = cells.get("sku", "").strip()
    if not sku:
        raise ValueError("sku is empty.")
    store_view = cells.get("store_view_code", "").strip()
    if store_view.lower() not in _DEFAULT_SCOPES:
        raise ValueError(
            f'The row holds the values of the store view "{store_view[:100]}" (store_view_code).'
            " Values per store view are not kept here, so it was left out; the product's own row is"
            " the one without a store view."
        )
    columns, attributes = own_columns(cells), attributes_of(cells, is_enclosed=is_enclosed)
    for code in attributes.keys() & OWN_COLUMNS:
        columns[code] = word_of(code, attributes.pop(code))
    return Wish(
        sku,
        columns,
        attributes,
        [code.strip() for code in split_list(cells.get("product_websites", ""))],
        [path for each in split_list(cells.get("categories", "")) if (path := split_path(each))],
        _quantity(sku, cells),
    )


class _Scene:
    """What the rows of a batch refer to: websites, categories."""

    def __init__(self, setting: Setting) -> None:
        self.websites = {website.code: website.pk for website in Website.objects.all()}
        self._joins = setting.website or default_website()
        self._is_dry_run = setting.is_dry_run
        self._categories: Categories | None = None

    def change_of(self, wish: Wish, known: Known | None) -> ProductChange:
        """Return a wish as a change of the product that `known` is. Raises ValueError."""
        return ProductChange(
            wish.sku,
            wish.columns,
            dict(self._attributes(wish, known)),
            website_ids=self._website_ids(wish, known),
            category_positions=self._category_positions(wish, known),
            joins=[self._joins.pk] if self._joins else [],
        )

    def _website_ids(self, wish: Wish, known: Known | None) -> set[int] | None:
        if not wish.websites:
            return None
        unknown = [code for code in wish.websites if code not in self.websites]
        if unknown:
            raise ValueError(f'product_websites: there is no website "{unknown[0][:100]}".')
        return {self.websites[code] for code in wish.websites} | (
            set(known.website_ids) if known else set()
        )

    def _category_positions(self, wish: Wish, known: Known | None) -> dict[int, int | None] | None:
        if not wish.paths:
            return None
        self._categories = self._categories or Categories(is_dry_run=self._is_dry_run)
        ids, wish.missing_paths = self._categories.ids_of(wish.paths)
        there = dict(known.category_positions) if known else {}
        return {**dict.fromkeys(ids), **there}

    def _attributes(self, wish: Wish, known: Known | None) -> Iterable[tuple[str, Any]]:
        """Yield the further attributes; one that is a list, or looks like one, becomes one."""
        there = known.columns["custom_attributes"] if known else {}
        for code, text in wish.attributes.items():
            before = there.get(code)
            if text is None:
                yield code, None
            elif isinstance(before, list) or (before is None and "|" in text):
                yield code, text.split("|")
            else:
                yield code, text


def _quantity(sku: str, cells: Mapping[str, str]) -> StockQuantity | None:
    quantity = cells.get("qty", "").strip()
    status = cells.get("is_in_stock", "").strip()
    if status not in _SWITCHES:
        raise ValueError(f'is_in_stock "{status[:100]}" is neither 1 nor 0.')
    if not quantity:
        return None
    return StockQuantity(sku, DEFAULT_SOURCE, quantity_of("qty", quantity), _SWITCHES[status])


def _stock(
    wishes: Mapping[int, Wish],
    verdicts: Mapping[int, changes.Verdict],
    known: Mapping[str, Known],
    setting: Setting,
) -> dict[int, StockVerdict]:
    """Save the quantities beside the products that were saved; say what became of each."""
    quantities: dict[int, StockQuantity] = {}
    for place, wish in wishes.items():
        verdict, before = verdicts[place], known.get(sku_key(wish.sku))
        type_id = wish.columns.get("type_id") or (
            before.columns["type_id"] if before else Product.Type.SIMPLE
        )
        if wish.stock_quantity and not verdict.item_error and type_id in CARRIERS:
            quantities[place] = wish.stock_quantity
    if setting.is_dry_run:
        new = {place for place in quantities if verdicts[place].product_id is None}
        decided = [place for place in quantities if place not in new]
        found = check_quantities([quantities[place] for place in decided])
        created = dict.fromkeys(new, StockVerdict(change=StockChange.CREATED))
        return {**dict(zip(decided, found, strict=True)), **created}
    return dict(zip(quantities, save_quantities(list(quantities.values())), strict=True))


def _outcome(
    wish: Wish, verdict: changes.Verdict, stock: StockVerdict | None, scene: _Scene
) -> Outcome:
    if verdict.item_error:
        return failed(verdict.item_error.text)
    if stock and stock.item_error:
        return failed(stock.item_error.text)
    if verdict.change is changes.Change.CREATED:
        return Outcome(Change.CREATED, product_texts.creation(wish.columns, wish.stock_quantity))
    texts = product_texts.differences(verdict, scene.websites)
    texts += [f"new category {'/'.join(path)}" for path in wish.missing_paths]
    if stock and stock.change is not StockChange.UNCHANGED and wish.stock_quantity:
        texts.append(product_texts.stock_difference(stock, wish.stock_quantity))
    return Outcome(Change.UPDATED if texts else Change.UNCHANGED, "; ".join(texts))


def _key(cells: Mapping[str, str]) -> str:
    """Return the SKU; a store view's row is not the product's own a second time."""
    sku, view = cells.get("sku", "").strip(), cells.get("store_view_code", "").strip()
    return sku if view.lower() in _DEFAULT_SCOPES else f"{sku} @ {view}"


IMPORTER = Importer(
    required=("sku",),
    known=KNOWN.__contains__,
    passed_over=lambda name: name in PASSED_OVER or name.startswith("use_config_"),
    records=row_records(_key, sku_key),
    take=take,
)
