"""Product files: Magento's columns `sku,product_type,name,price,qty,…` (docs/files.md).

Products and the quantities beside them are saved together, batch by batch. Websites and categories
are added to those a product has, as in Magento; what a file does not name stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from orderflow_bridge.catalog import changes
from orderflow_bridge.catalog.changes import Known, ProductChange, Verdict
from orderflow_bridge.catalog.models import Category, Product
from orderflow_bridge.catalog.services import check_products, read_known, save_products
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.file_transfer.importers import (
    Importer,
    Outcome,
    Record,
    Setting,
    failed,
    row_records,
)
from orderflow_bridge.file_transfer.models import Change
from orderflow_bridge.file_transfer.product_rows import (
    Path,
    Wish,
    is_known,
    is_passed_over,
    key_of,
    wish_of,
)
from orderflow_bridge.inventory.quantities import Change as StockChange
from orderflow_bridge.inventory.quantities import StockQuantity, check_quantities, save_quantities
from orderflow_bridge.inventory.quantities import Verdict as StockVerdict
from orderflow_bridge.inventory.selectors import CARRIERS
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import default_website

_LONGEST_SHOWN = 80
_LONGEST_CATEGORY = 255


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


def _stock(
    wishes: Mapping[int, Wish],
    verdicts: Mapping[int, Verdict],
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


def _outcome(wish: Wish, verdict: Verdict, stock: StockVerdict | None, scene: _Scene) -> Outcome:
    if verdict.item_error:
        return failed(verdict.item_error.text)
    if stock and stock.item_error:
        return failed(stock.item_error.text)
    if verdict.change is changes.Change.CREATED:
        return Outcome(Change.CREATED, _creation(wish.columns, wish.stock_quantity))
    texts = _differences(verdict, scene.websites)
    texts += [f"new category {'/'.join(path)}" for path in wish.missing_paths]
    if stock and stock.change is not StockChange.UNCHANGED and wish.stock_quantity:
        texts.append(_stock_difference(stock, wish.stock_quantity))
    return Outcome(Change.UPDATED if texts else Change.UNCHANGED, "; ".join(texts))


def _creation(columns: Mapping[str, Any], stock_quantity: StockQuantity | None) -> str:
    """Say what kind of product is new, and how much of it lies there."""
    text = f"new {columns.get('type_id') or 'simple'} product “{_shown(columns.get('name'))}”"
    return f"{text}, qty {plain(stock_quantity.quantity)}" if stock_quantity else text


def _differences(verdict: Verdict, websites: Mapping[str, int]) -> list[str]:
    """Say what changes: "price 10 → 12" and so on, one text for each column or attribute."""
    texts = []
    for name, after in verdict.columns.items():
        before = verdict.before.get(name)
        if name == "custom_attributes":
            texts += _attribute_differences(before or {}, after)
        else:
            texts.append(f"{name} {_shown(before)} → {_shown(after)}")
    if verdict.website_ids is not None:
        codes = {pk: code for code, pk in websites.items()}
        joined = verdict.website_ids - set(verdict.before.get("website_ids", ()))
        texts += [f"website +{codes.get(pk, pk)}" for pk in sorted(joined)]
    if verdict.category_positions is not None:
        there = set(verdict.before.get("category_ids", ()))
        count = len(verdict.category_positions.keys() - there)
        texts.append(f"{count} more categor{'y' if count == 1 else 'ies'}")
    return texts


def _stock_difference(verdict: StockVerdict, stock_quantity: StockQuantity) -> str:
    """Say what becomes of the quantity."""
    before = verdict.before.partition(",")[0] or "none"
    return f"qty {before} → {plain(stock_quantity.quantity)}"


def _shown(value: Any) -> str:
    """Return a value as it is shown: short, and without needless zeros."""
    if value in (None, "", []):
        return "(empty)"
    text = plain(value) if isinstance(value, Decimal) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _attribute_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [
        f"{code} {_shown(before.get(code))} → {_shown(after.get(code))}"
        for code in sorted(before.keys() | after.keys())
        if before.get(code) != after.get(code)
    ]


def paths_by_id() -> dict[int, Path]:
    """Return the path of every category: one query."""
    rows = {
        pk: (name, parent_id)
        for pk, name, parent_id in Category.objects.order_by("pk").values_list(
            "pk", "name", "parent_id"
        )
    }
    paths: dict[int, Path] = {}

    def path_of(pk: int) -> Path:
        if pk not in paths:
            name, parent_id = rows[pk]
            paths[pk] = (
                () if parent_id == pk else (*(path_of(parent_id) if parent_id else ()), name)
            )
        return paths[pk]

    for pk in rows:
        path_of(pk)
    return paths


class Categories:
    """The catalogue tree while a file is read. Of two categories with one path the older counts."""

    def __init__(self, *, is_dry_run: bool) -> None:
        self._is_dry_run = is_dry_run
        self._ids: dict[Path, int] = {}
        for pk, path in paths_by_id().items():
            self._ids.setdefault(path, pk)

    def ids_of(self, paths: Iterable[Path]) -> tuple[list[int], list[Path]]:
        """Return the ids of these paths, and the paths that are not there and were not made.

        In a dry run nothing is made. Raises ValueError for a name that is too long.
        """
        ids, missing = [], []
        for path in paths:
            if not all(len(name) <= _LONGEST_CATEGORY for name in path):
                raise ValueError(
                    f"categories: a name is longer than {_LONGEST_CATEGORY} characters."
                )
            if self._is_dry_run and path not in self._ids:
                missing.append(path)
            else:
                ids.append(self._find(path))
        return ids, missing

    def _find(self, path: Path) -> int:
        if path not in self._ids:
            parent = self._find(path[:-1]) if len(path) > 1 else None
            self._ids[path] = Category.objects.create(name=path[-1], parent_id=parent).pk
        return self._ids[path]


IMPORTER = Importer(
    required=("sku",),
    known=is_known,
    passed_over=is_passed_over,
    records=row_records(key_of, sku_key),
    take=take,
)
