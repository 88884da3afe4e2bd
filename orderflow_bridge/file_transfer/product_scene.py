"""What the rows of product files refer to: websites, categories, attribute sets, store views."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from orderflow_bridge.catalog.attribute_set import AttributeSet
from orderflow_bridge.catalog.bundles import COMPOSITE
from orderflow_bridge.catalog.changes import VARIANT_OPTIONS, Known, ProductChange
from orderflow_bridge.catalog.models import Category, Product
from orderflow_bridge.catalog.scopes import PER_VIEW
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.file_transfer.importers import Setting
from orderflow_bridge.file_transfer.product_parts import Found, attributes_wanted, found_parts
from orderflow_bridge.file_transfer.product_pictures import GALLERY, gallery_of
from orderflow_bridge.file_transfer.product_rows import ROLES, Path, Wish
from orderflow_bridge.file_transfer.product_variations import (
    found_variants,
    missing_value,
    options_wanted,
)
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import default_website, store_views

_LONGEST_CATEGORY = 255
# What is a text, whatever stands in it: elsewhere a bar makes a list.
_TEXTS = PER_VIEW | set(ROLES.values())


class Scene:
    """What a batch of rows refers to, each read when the first row asks for it.

    `here` are the identities of all its rows, also of those that cannot be read.
    """

    def __init__(self, setting: Setting, wishes: Iterable[Wish], here: Collection[str]) -> None:
        self.websites = {website.code: website.pk for website in Website.objects.all()}
        self._joins = setting.website or default_website()
        self._setting = setting
        self._here = here
        self._categories: Categories | None = None
        own = [wish for wish in wishes if not wish.view]
        self._own = {sku_key(wish.sku): wish for wish in own}
        self.variants = found_variants(
            {key for wish in own if wish.variations for key in wish.variations.keys}
        )
        self.parts: Mapping[str, Found] = {}
        self._coming: Collection[str] = ()
        names = any(wish.set_name for wish in own)
        self._sets = dict(AttributeSet.objects.values_list("name", "id")) if names else {}

    def read_parts(self, wishes: Iterable[Wish], coming: Collection[str]) -> None:
        """Look for what groups and bundles are to consist of: one query.

        `coming` are the keys of products that other rows are about to make.
        """
        self.parts = found_parts({key for wish in wishes if wish.parts for key in wish.parts.keys})
        self._coming = coming

    def change_of(self, wish: Wish, known: Known | None) -> ProductChange:
        """Return a wish as a change of the product that `known` is. Raises ValueError."""
        columns = dict(wish.columns)
        if wish.set_name:
            columns["attribute_set_id"] = self._set_id(wish.set_name)
        attributes: dict[str, Any] = dict(self._attributes(wish, known))
        gallery = gallery_of(wish.pictures, columns, attributes, known.columns if known else None)
        if gallery is not None:
            attributes[GALLERY] = gallery
        attributes |= self._options(wish, known)
        attributes |= self._parts(wish, known)
        return ProductChange(
            wish.sku,
            columns,
            attributes,
            website_ids=self._website_ids(wish, known),
            category_positions=self._category_positions(wish, known),
            joins=[self._joins.pk] if self._joins else [],
        )

    def view_change_of(self, wish: Wish, store_id: int, known: Known | None) -> ProductChange:
        """Return a store view's row as a change; what it empties is empty in that view."""
        values = {**wish.columns, **dict(self._attributes(wish, known))}
        emptied = {code: "" for code, value in values.items() if value is None and code in PER_VIEW}
        columns = {code: emptied.get(code, value) for code, value in wish.columns.items()}
        attributes = {
            code: emptied.get(code, value)
            for code, value in values.items()
            if code not in wish.columns
        }
        return ProductChange(wish.sku, columns, attributes, store_id=store_id)

    def _set_id(self, name: str) -> int:
        if name not in self._sets:
            raise ValueError(
                f'attribute_set_code: there is no attribute set "{name[:100]}". Add it under'
                " Catalog → Attribute Sets, with the number that the shop has for it, or leave the"
                " cell empty."
            )
        return self._sets[name]

    def _options(self, wish: Wish, known: Known | None) -> dict[str, Any]:
        """Return the options that a configurable product's row wants. Raises ValueError."""
        if wish.variations is None:
            return {}
        type_id = wish.columns.get("type_id") or (known and known.columns["type_id"])
        if type_id != Product.Type.CONFIGURABLE:
            raise ValueError("configurable_variations: only a configurable product has variants.")
        for sku, values in wish.variations.variants:
            self._check_variant(sku, values)
        there = known.columns["custom_attributes"].get(VARIANT_OPTIONS) if known else None
        options = options_wanted(wish.variations, there)
        return {} if options is None else {VARIANT_OPTIONS: options}

    def _check_variant(self, sku: str, values: Mapping[str, str]) -> None:
        key = sku_key(sku)
        row = self._own.get(key)
        if key not in self.variants and row is None:
            if self._setting.is_dry_run and key in self._setting.named:
                return  # a row before would make it
            raise ValueError(
                f"configurable_variations: there is no product {sku[:100]}. Its row has to stand"
                " before this one."
            )
        attributes = {**self.variants.get(key, (0, {}))[1], **(row.attributes if row else {})}
        if code := missing_value(values, attributes):
            raise ValueError(f"configurable_variations: {sku[:100]} has no value for {code}.")

    def _parts(self, wish: Wish, known: Known | None) -> dict[str, Any]:
        """Return what a group's or a bundle's row wants it to consist of. Raises ValueError."""
        if wish.parts is None:
            return {}
        column, wanted = wish.parts.column, wish.parts.type_id
        if (wish.columns.get("type_id") or (known and known.columns["type_id"])) != wanted:
            raise ValueError(f"{column}: only a {wanted} product consists of others so.")
        found = {each.key: self._part(column, each.sku) for each in wish.parts.members}
        if wanted == Product.Type.BUNDLE:
            for part in found.values():
                if part.type_id in COMPOSITE:
                    raise ValueError(f"{column}: {part.sku[:100]} consists of others itself.")
        there = known.columns["custom_attributes"] if known else {}
        sku = known.columns["sku"] if known else wish.sku
        return attributes_wanted(sku, wish.parts, there, found)

    def _part(self, column: str, sku: str) -> Found:
        key = sku_key(sku)
        part, row = self.parts.get(key), self._own.get(key)
        if part is not None:
            return part
        if row is not None and (row.parts or key in self._coming):
            return Found(0, row.sku, row.columns.get("type_id") or Product.Type.SIMPLE)
        if self._setting.is_dry_run and key in self._setting.named:
            return Found(0, sku, Product.Type.SIMPLE)  # a row before would make it
        raise ValueError(
            f"{column}: there is no product {sku[:100]}. Its row has to stand before this one."
        )

    def found_links(
        self,
        keys: set[str],
        changes: Iterable[ProductChange],
        coming: Callable[[Iterable[ProductChange]], Collection[str]],
    ) -> dict[str, Found]:
        """Return what can be linked of these keys: one query, and what `coming` takes.

        That are products there, those that the changes make, and in a dry run those of rows before.
        """
        found = found_parts(keys)
        missing = keys - found.keys()
        new = {key: each for each in changes if (key := sku_key(each.sku)) in missing}
        made = set(coming(new.values()))
        for key, change in new.items():
            if key in made:
                type_id = change.columns.get("type_id") or Product.Type.SIMPLE
                found[key] = Found(0, change.sku, type_id)
        if self._setting.is_dry_run:
            missing -= {*found, *self._here}
            before = {key for key in missing if key in self._setting.named}
            found |= {key: Found(0, key, Product.Type.SIMPLE) for key in before}
        return found

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
        is_dry_run = self._setting.is_dry_run
        self._categories = self._categories or Categories(is_dry_run=is_dry_run)
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
            elif isinstance(before, list) or (
                before is None and "|" in text and code not in _TEXTS
            ):
                yield code, text.split("|")
            else:
                yield code, text


def view_ids() -> dict[str, int]:
    """Return the ids of the store views by code; none for a shop that has one view only."""
    return {view.code: view.pk for view in store_views()}


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
