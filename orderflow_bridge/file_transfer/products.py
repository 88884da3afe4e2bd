"""Product files: Magento's columns `sku,product_type,name,price,qty,…` (docs/files.md).

Products and the quantities beside them are saved together, batch by batch. Websites, categories,
pictures, variants, parts and links are added to those a product has, as in Magento; what a file
does not name stays. The rows of store views come after those of the products themselves.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from orderflow_bridge.catalog import changes
from orderflow_bridge.catalog.changes import Known, ProductChange, Verdict
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.selectors import read_known
from orderflow_bridge.catalog.services import check_products, save_products
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.file_transfer import product_texts as texts
from orderflow_bridge.file_transfer.importers import Importer, Outcome, Record, Setting, failed
from orderflow_bridge.file_transfer.models import Change
from orderflow_bridge.file_transfer.product_links import keys_of, with_links
from orderflow_bridge.file_transfer.product_rows import (
    Wish,
    is_known,
    is_passed_over,
    view_of,
    wish_of,
)
from orderflow_bridge.file_transfer.product_scene import Scene, view_ids
from orderflow_bridge.file_transfer.product_settings import changed_settings, stored_settings
from orderflow_bridge.file_transfer.product_variations import link_variants, missing_links
from orderflow_bridge.file_transfer.reading import Row
from orderflow_bridge.inventory.quantities import Change as StockChange
from orderflow_bridge.inventory.quantities import StockQuantity, check_quantities, save_quantities
from orderflow_bridge.inventory.quantities import Verdict as StockVerdict
from orderflow_bridge.inventory.selectors import CARRIERS
from orderflow_bridge.inventory.stock_items import save_settings

_NO_PRODUCT = (
    "There is no product with this SKU: the row without a store_view_code has to stand before."
)


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
    here = {record.identity for record in records}
    batch = _Batch(setting, Scene(setting, wishes.values(), here), known)
    outcomes |= batch.take_products({at: each for at, each in wishes.items() if not each.view})
    outcomes |= batch.take_views({at: each for at, each in wishes.items() if each.view})
    return [outcomes[place] for place in range(len(records))]


@dataclass
class _Batch:
    """A batch of rows on its way; `made` are the keys of the products that are new."""

    setting: Setting
    scene: Scene
    known: Mapping[str, Known]
    made: set[str] = field(default_factory=set)

    def take_products(self, wishes: Mapping[int, Wish]) -> dict[int, Outcome]:
        """Save what the rows want of the products themselves."""
        outcomes: dict[int, Outcome] = {}
        composed = {place: wish for place, wish in wishes.items() if wish.parts}
        wanted = self._changes(
            {at: each for at, each in wishes.items() if at not in composed}, outcomes
        )
        if composed:
            self.scene.read_parts(composed.values(), self._coming(wanted.values()))
            wanted |= self._changes(composed, outcomes)
        notes = self._link(wishes, wanted)
        verdicts = self._save({place: wanted[place] for place in wishes if place in wanted})
        saved = {place: wishes[place] for place in wanted if not verdicts[place].item_error}
        self.made = {
            sku_key(wish.sku)
            for place, wish in saved.items()
            if verdicts[place].change is changes.Change.CREATED
        }
        set_texts = self._set(saved, verdicts)
        stock = self._stock(saved)
        variants = self._variants(saved, verdicts)
        for place, verdict in verdicts.items():
            more = [*set_texts.get(place, ()), *variants.get(place, ())]
            outcomes[place] = _outcome(
                wishes[place], verdict, stock.get(place), more, self.scene.websites
            )
            outcomes[place] = _noted(outcomes[place], notes.get(place, ()))
        return outcomes

    def take_views(self, wishes: Mapping[int, Wish]) -> dict[int, Outcome]:
        """Save what the rows of store views want, of products that there are."""
        views = view_ids() if wishes else {}
        outcomes: dict[int, Outcome] = {}
        wanted: dict[int, ProductChange] = {}
        for place, wish in wishes.items():
            key = sku_key(wish.sku)
            is_there = key in self.known or (key in self.made and not self.setting.is_dry_run)
            if wish.view not in views:
                outcomes[place] = failed(texts.no_view(wish.view, views))
            elif is_there:
                store_id, known = views[wish.view], self._known(wish)
                wanted[place] = self.scene.view_change_of(wish, store_id, known)
            elif self.setting.is_dry_run and (key in self.made or key in self.setting.named):
                codes = ", ".join([*wish.columns, *wish.attributes])
                outcomes[place] = Outcome(Change.UPDATED, f"{wish.view}: {codes}")
            else:
                outcomes[place] = failed(_NO_PRODUCT)
        named = {pk: code for code, pk in views.items()}
        for place, verdict in self._save(wanted).items():
            if verdict.item_error:
                outcomes[place] = failed(verdict.item_error.text)
                continue
            said = [
                *texts.differences(verdict, self.scene.websites),
                *texts.view_differences(verdict, named),
            ]
            outcomes[place] = Outcome(Change.UPDATED if said else Change.UNCHANGED, "; ".join(said))
        return outcomes

    def _changes(
        self, wishes: Mapping[int, Wish], outcomes: dict[int, Outcome]
    ) -> dict[int, ProductChange]:
        """Return rows as changes; what fails is added to `outcomes`."""
        wanted: dict[int, ProductChange] = {}
        for place, wish in wishes.items():
            try:
                wanted[place] = self.scene.change_of(wish, self._known(wish))
            except ValueError as error:
                outcomes[place] = failed(str(error))
        return wanted

    def _link(
        self, wishes: Mapping[int, Wish], wanted: dict[int, ProductChange]
    ) -> dict[int, list[str]]:
        """Add the links that rows name to their changes; say what of them there is not."""
        linking = {at: each for at in wanted if (each := wishes[at].links)}
        if not linking:
            return {}
        found = self.scene.found_links(keys_of(linking.values()), wanted.values(), self._coming)
        notes = {}
        for at, targets in linking.items():
            wanted[at], notes[at] = with_links(wanted[at], targets, self._known(wishes[at]), found)
        return notes

    def _coming(self, changes: Iterable[ProductChange]) -> set[str]:
        """Return the keys of the new products that will be there, of those that parts can be."""
        new = [each for each in changes if sku_key(each.sku) not in self.known]
        verdicts = check_products(new) if new else []
        return {sku_key(verdict.sku) for verdict in verdicts if not verdict.item_error}

    def _known(self, wish: Wish) -> Known | None:
        return self.known.get(sku_key(wish.sku))

    def _save(self, wanted: Mapping[int, ProductChange]) -> dict[int, Verdict]:
        save = check_products if self.setting.is_dry_run else save_products
        return dict(zip(wanted, save(list(wanted.values())), strict=True)) if wanted else {}

    def _set(
        self, wishes: Mapping[int, Wish], verdicts: Mapping[int, Verdict]
    ) -> dict[int, list[str]]:
        """Save stock settings; return in words what changes of products that were there."""
        asked = {place: wish for place, wish in wishes.items() if wish.settings}
        found = {place: self._known(wish) for place, wish in asked.items()}
        stored = stored_settings([each.product_id for each in found.values() if each])
        said, wanted = {}, {}
        for place, wish in asked.items():
            known = found[place]
            before = stored.get(known.product_id, {}) if known else {}
            attributes = known.columns["custom_attributes"] if known else {}
            changed = changed_settings(wish.settings, before, attributes)
            if changed:
                wanted[place] = changed
            if changed and known:
                said[place] = list(texts.setting_differences(changed, before))
        if not self.setting.is_dry_run:
            keep = {place for place, wish in wishes.items() if wish.stock_quantity}
            save_settings(
                {verdicts[place].product_id or 0: each for place, each in wanted.items()},
                counted={verdicts[place].product_id or 0 for place in keep},
            )
        return said

    def _stock(self, wishes: Mapping[int, Wish]) -> dict[int, StockVerdict]:
        """Save the quantities beside the products that were saved; say what became of each."""
        quantities: dict[int, StockQuantity] = {}
        for place, wish in wishes.items():
            before = self._known(wish)
            type_id = wish.columns.get("type_id") or (
                before.columns["type_id"] if before else Product.Type.SIMPLE
            )
            if wish.stock_quantity and type_id in CARRIERS:
                quantities[place] = wish.stock_quantity
        if self.setting.is_dry_run:
            new = {place for place in quantities if self._known(wishes[place]) is None}
            decided = [place for place in quantities if place not in new]
            found = check_quantities([quantities[place] for place in decided])
            created = dict.fromkeys(new, StockVerdict(change=StockChange.CREATED))
            return {**dict(zip(decided, found, strict=True)), **created}
        return dict(zip(quantities, save_quantities(list(quantities.values())), strict=True))

    def _variants(
        self, wishes: Mapping[int, Wish], verdicts: Mapping[int, Verdict]
    ) -> dict[int, list[str]]:
        """Add variants, and parts of groups and bundles; say how many there are to add."""
        asked = {place: wish for place, wish in wishes.items() if wish.variations or wish.parts}
        if not asked:
            return {}
        ids = {key: pk for key, (pk, _) in self.scene.variants.items()}
        ids |= {key: part.pk for key, part in self.scene.parts.items()}
        ids |= {
            sku_key(wishes[place].sku): verdict.product_id
            for place, verdict in verdicts.items()
            if place in wishes and verdict.product_id
        }
        wanted = {
            verdicts[place].product_id or -place: [ids.get(key, 0) for key in _children(wish)]
            for place, wish in asked.items()
        }
        if self.setting.is_dry_run:
            counts = missing_links({pk: each for pk, each in wanted.items() if pk > 0})
        else:
            counts = link_variants({pk: [c for c in each if c] for pk, each in wanted.items()})
        return {
            place: [(texts.more_parts if wish.parts else texts.more_variants)(count)]
            for place, wish in asked.items()
            if (count := counts.get(verdicts[place].product_id or 0))
        }


def _children(wish: Wish) -> Iterable[str]:
    """Yield the keys of the variants, or of the parts, that a row names."""
    if wish.variations:
        yield from (sku_key(sku) for sku, _ in wish.variations.variants)
    if wish.parts:
        yield from (member.key for member in wish.parts.members)


def _outcome(
    wish: Wish,
    verdict: Verdict,
    stock: StockVerdict | None,
    more: Sequence[str],
    websites: Mapping[str, int],
) -> Outcome:
    if verdict.item_error:
        return failed(verdict.item_error.text)
    if stock and stock.item_error:
        return failed(stock.item_error.text)
    if verdict.change is changes.Change.CREATED:
        return Outcome(Change.CREATED, texts.creation(wish.columns, wish.stock_quantity))
    said = texts.differences(verdict, websites)
    said += [f"new category {'/'.join(path)}" for path in wish.missing_paths]
    if stock and stock.change is not StockChange.UNCHANGED and wish.stock_quantity:
        said.append(texts.stock_difference(stock, wish.stock_quantity))
    said += more
    return Outcome(Change.UPDATED if said else Change.UNCHANGED, "; ".join(said))


def _noted(outcome: Outcome, notes: Sequence[str]) -> Outcome:
    """Return what became of a row with what is to be said besides, if it was taken."""
    is_failed = outcome.change == Change.FAILED
    return outcome if is_failed else outcome._replace(warning=" ".join(notes))


def _records(rows: Iterable[Row]) -> Iterator[Record]:
    """Yield each row as a record; a store view's is not the product's own a second time."""
    for row in rows:
        sku, view = row.values.get("sku", "").strip(), view_of(row.values)
        key = sku_key(sku)
        yield Record(sku, (row,), f"{key}\n{view}" if view else key)


IMPORTER = Importer(
    required=("sku",),
    known=is_known,
    passed_over=is_passed_over,
    records=_records,
    take=take,
)
