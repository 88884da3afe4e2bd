"""Writing categories and what is in them, as Magento's routes do (docs/rest.md, "Categories").

Names that OrderFlow gets are announced by the models themselves (catalog/category.py).
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from orderflow_bridge.catalog.category import Category
from orderflow_bridge.catalog.models import ProductCategory
from orderflow_bridge.catalog.selectors import product_by_sku
from orderflow_bridge.common.exceptions import CategoryRefused, NoSuchEntity
from orderflow_bridge.stores.models import StoreGroup

_LONGEST_NAME = 255
_HIGHEST_POSITION = 2**31 - 1


class Tree:
    """All categories, by id and by parent; read at once, for they are few."""

    def __init__(self, *, lock: bool = False) -> None:
        rows = Category.objects.order_by("pk")  # locked in this order by everybody
        found = list(rows.select_for_update() if lock else rows)
        found.sort(key=lambda each: (each.position, each.pk))
        self.by_id: dict[int, Category] = {each.pk: each for each in found}
        self.below: dict[int | None, list[Category]] = {}
        for each in self.by_id.values():
            self.below.setdefault(each.parent_id, []).append(each)

    def get(self, category_id: int) -> Category:
        """Return a category. Raises NoSuchEntity."""
        if category_id not in self.by_id:
            raise NoSuchEntity.field("id", category_id)
        return self.by_id[category_id]

    def path(self, category: Category) -> list[int]:
        """Return the ids of a category and those above it, the top first."""
        path = [category.pk]
        while category.parent_id is not None:
            category = self.by_id[category.parent_id]
            path.insert(0, category.pk)
        return path

    def subtree(self, category: Category) -> list[Category]:
        """Return a category and all below it, each after the one above it."""
        found = [category]
        for each in found:  # grows while it is read
            found.extend(self.below.get(each.pk, ()))
        return found


@transaction.atomic
def save_category(values: Mapping[str, Any], category_id: int | None = None) -> Category:
    """Create a category, or change what is given of the one with this id.

    `values` are `name`, `parent_id` (0 for the top), `position`, `is_active` and `extra` (which is
    added to what is there). Raises NoSuchEntity, CategoryRefused.
    """
    tree = Tree(lock=True)
    category = Category() if category_id is None else tree.get(category_id)
    if "name" in values or category_id is None:
        category.name = _name(values.get("name"))
    if "parent_id" in values:
        _hang(tree, category, values["parent_id"] or None)
    if values.get("is_active") is not None:
        category.is_active = values["is_active"]
    if values.get("position") is not None:
        if not 0 <= values["position"] <= _HIGHEST_POSITION:
            raise CategoryRefused(f"Could not save category: position {values['position']}")
        category.position = values["position"]
    elif category_id is None:
        category.position = _last_position(tree, category.parent_id) + 1
    if values.get("extra"):
        category.extra = category.extra | values["extra"]
    category.save()
    return category


@transaction.atomic
def move_category(category_id: int, parent_id: int, after_id: int | None) -> None:
    """Put a category below another (0 is the top), after a sibling; without one it is the last.

    Raises NoSuchEntity, CategoryRefused.
    """
    tree = Tree(lock=True)
    category = tree.get(category_id)
    _hang(tree, category, parent_id or None)
    siblings = [each for each in tree.below.get(parent_id or None, ()) if each.pk != category_id]
    after = next((each for each in siblings if each.pk == after_id), None)
    if after is None:
        category.position = max((each.position for each in siblings), default=0) + 1
    else:
        later = [each.pk for each in siblings if each.position > after.position]
        Category.objects.filter(pk__in=later).update(position=F("position") + 1)
        category.position = after.position + 1
    category.save()


@transaction.atomic
def remove_category(category_id: int) -> None:
    """Delete a category with all below it. Raises NoSuchEntity, CategoryRefused."""
    tree = Tree(lock=True)
    category = tree.get(category_id)
    if category.parent_id is None and StoreGroup.objects.filter(root_category_id=category_id):
        raise CategoryRefused(f"Cannot delete category with id {category_id}")
    levels: dict[int, list[int]] = {}
    for each in tree.subtree(category):
        levels.setdefault(len(tree.path(each)), []).append(each.pk)
    for _, ids in sorted(levels.items(), reverse=True):
        Category.objects.filter(pk__in=ids).delete()


@transaction.atomic
def assign_product(category_id: int, sku: str, position: int | None) -> None:
    """Put a product into a category, or to another place in it; what is so already stays.

    Raises NoSuchEntity for an unknown category or SKU.
    """
    if not Category.objects.filter(pk=category_id).exists():
        raise NoSuchEntity.field("id", category_id)
    product = product_by_sku(sku)
    link = ProductCategory.objects.filter(product=product, category=category_id).first()
    if link is None:
        ProductCategory(product=product, category_id=category_id, position=position or 0).save()
    elif position is not None and link.position != position:
        link.position = position
        link.save()


@transaction.atomic
def unassign_product(category_id: int, sku: str) -> None:
    """Take a product out of a category.

    Raises NoSuchEntity, and CategoryRefused if it is not in there.
    """
    if not Category.objects.filter(pk=category_id).exists():
        raise NoSuchEntity.field("id", category_id)
    product = product_by_sku(sku)
    link = ProductCategory.objects.filter(product=product, category=category_id).first()
    if link is None:
        raise CategoryRefused("The category doesn't contain the specified product.")
    link.delete()


def _name(name: Any) -> str:
    text = str(name or "").strip()
    if not text:
        raise CategoryRefused(
            'Could not save category: The "Name" attribute is required. Enter and try again.'
        )
    if len(text) > _LONGEST_NAME:
        raise CategoryRefused(
            f"Could not save category: The name has more than {_LONGEST_NAME} characters."
        )
    return text


def _hang(tree: Tree, category: Category, parent_id: int | None) -> None:
    """Give a category its parent, which must not be itself or below it."""
    if parent_id is not None:
        tree.get(parent_id)
        if category.pk and parent_id in {each.pk for each in tree.subtree(category)}:
            raise CategoryRefused(
                "Operation do not allow to move a parent category to any of children category"
            )
    category.parent_id = parent_id


def _last_position(tree: Tree, parent_id: int | None) -> int:
    return max((each.position for each in tree.below.get(parent_id, ())), default=0)
