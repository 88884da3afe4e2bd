"""Writing products, and where they stand with OrderFlow."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from orderflow_bridge.catalog.changes import (
    Change,
    Known,
    ProductChange,
    Surroundings,
    Verdict,
    decide,
)
from orderflow_bridge.catalog.events import tell_of_changed
from orderflow_bridge.catalog.models import Product, ProductCategory, ProductWebsite
from orderflow_bridge.catalog.querysets import EXPORTED_FIELDS, SHOWN_BY_CHILDREN
from orderflow_bridge.catalog.selectors import (
    newest_date,
    read_known,
    read_surroundings,
    worst_status,
)
from orderflow_bridge.catalog.view_services import siblings_of_views, write_view_values
from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.statements import insert_rows, update_rows

_ATTEMPTS = 3


def check_products(changes: Sequence[ProductChange]) -> list[Verdict]:
    """Say what would become of each change, and write nothing.

    Several changes of one SKU are each compared with what is there now.
    """
    around = _surroundings(changes)
    keys = {_key(change) for change in changes}
    known = read_known(keys, lock=False, with_views=bool(around.siblings))
    return [decide(change, known.get(_key(change)), around) for change in changes]


def save_products(changes: Sequence[ProductChange]) -> list[Verdict]:
    """Save the products whose changes can be saved, and say what became of each change.

    A product that is not there is created. A fixed number of statements, however many products;
    a change that changes nothing writes nothing. What OrderFlow must hear of makes a product
    Pending (docs/contract/shop-rules.md, "Export states"). Several changes of one SKU follow one
    another. When somebody else creates the same product meanwhile, it is updated.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return _save(changes)
        except IntegrityError:
            continue
    return _save(changes)


def save_attributes(product: Product, **attributes: Any) -> None:
    """Save attributes of a product, None for those that go. Raises BridgeError."""
    [verdict] = save_products([ProductChange(product.sku, attributes=attributes)])
    if verdict.item_error:
        raise BridgeError(verdict.item_error.text)


def remove_product(sku: str) -> bool:
    """Delete a product with its websites, stock and places in the catalogue; tell if it was there.

    Orders keep their rows, with the SKU and the name they were sold under (their product becomes
    null), and so do the histories. OrderFlow has no call for it and is told nothing.
    """
    deleted, _ = Product.objects.filter(sku_key=sku).delete()
    return bool(deleted)


def mark_changed(product_ids: Iterable[int]) -> int:
    """Make these products Pending on all their websites, due now, with no attempts made.

    For changes that pass by the catalogue's own models. Returns how many website rows it concerns;
    of products that are not simple, none of them becomes due.
    """
    return int(Product.objects.filter(pk__in=set(product_ids)).mark_pending())


def refresh_export_status(product_ids: Iterable[int]) -> int:
    """Sum up the websites' rows on the products themselves: the worst status, the newest date.

    Only websites that export products count; without any, a product keeps what it had. Returns the
    number of products, and takes one statement.
    """
    products = Product.objects.filter(pk__in=set(product_ids))
    return int(
        products.write_export_state(
            status=Coalesce(worst_status(), F("orderflow_export_status")),
            date=Coalesce(newest_date(), F("orderflow_export_date")),
        )
    )


@transaction.atomic
def _save(changes: Sequence[ProductChange]) -> list[Verdict]:
    """Save in rounds: the first change of every SKU, then the second ones, and so on."""
    around = _surroundings(changes)
    verdicts: dict[int, Verdict] = {}
    left = list(range(len(changes)))
    while left:
        this_round: dict[str, int] = {}
        for place in left:
            this_round.setdefault(_key(changes[place]), place)
        known = read_known(this_round.keys(), lock=True, with_views=bool(around.siblings))
        places = sorted(this_round.values())
        verdicts |= zip(
            places, _save_round([changes[at] for at in places], known, around), strict=True
        )
        left = [place for place in left if place not in verdicts]
    return [verdicts[place] for place in range(len(changes))]


def _save_round(
    changes: Sequence[ProductChange], known: dict[str, Known], around: Surroundings
) -> list[Verdict]:
    return write([decide(change, known.get(_key(change)), around) for change in changes])


def _key(change: ProductChange) -> str:
    return sku_key(change.sku.strip())


def _surroundings(changes: Sequence[ProductChange]) -> Surroundings:
    around = read_surroundings(
        {pk for change in changes for pk in (*(change.website_ids or ()), *change.joins)},
        {pk for change in changes for pk in change.category_positions or ()},
    )
    has_views = any(change.store_id is not None for change in changes)
    return replace(around, siblings=siblings_of_views()) if has_views else around


def write(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Write what has been judged; return the verdicts with the ids of new products.

    Must run in the transaction that has read and locked the products. A change that OrderFlow must
    hear of makes its product Pending.
    """
    written = _create(verdicts)
    updated = [verdict for verdict in written if verdict.change is Change.UPDATED]
    if updated:
        _update(updated)
        _regroup(updated)
        _rehang(updated)
        write_view_values(
            {
                each.product_id: each.view_values
                for each in updated
                if each.product_id and each.view_values
            }
        )
    return written


def _create(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Create what is new, with its websites and categories.

    The rows are written past our managers: new products are Pending anyway.
    """
    new = [verdict for verdict in verdicts if verdict.change is Change.CREATED]
    made = {verdict.sku: Product(sku=verdict.sku, **verdict.columns) for verdict in new}
    insert_rows(list(made.values()))
    now = clock.now()
    insert_rows(
        [
            ProductWebsite(
                product_id=made[verdict.sku].pk,
                website_id=website_id,
                orderflow_due_at=now if made[verdict.sku].type_id == Product.Type.SIMPLE else None,
            )
            for verdict in new
            for website_id in sorted(verdict.website_ids or ())
        ]
    )
    insert_rows(
        [
            ProductCategory(product_id=made[verdict.sku].pk, category_id=pk, position=position)
            for verdict in new
            for pk, position in (verdict.category_positions or {}).items()
        ]
    )
    tell_of_changed(Product.objects.filter(pk__in=[each.pk for each in made.values()]))
    return [
        replace(verdict, product_id=made[verdict.sku].pk)
        if verdict.change is Change.CREATED
        else verdict
        for verdict in verdicts
    ]


def _update(verdicts: Sequence[Verdict]) -> None:
    """Write the changed columns in one statement per set of columns, and mark what is exported."""
    now = clock.now()
    by_columns: dict[tuple[str, ...], list[Product]] = {}
    for verdict in verdicts:
        columns = tuple(sorted(verdict.columns))
        row = Product(pk=verdict.product_id, updated_at=now, **verdict.columns)
        by_columns.setdefault(columns, []).append(row)
    for columns, rows in by_columns.items():
        update_rows(rows, *columns, "updated_at")
    told = _ids(each for each in verdicts if EXPORTED_FIELDS & each.columns.keys())
    if told:
        Product.objects.filter(pk__in=told).mark_pending()
    shown = _ids(each for each in verdicts if SHOWN_BY_CHILDREN & each.columns.keys())
    if shown:
        Product.objects.filter(pk__in=shown).announce_children()


def _ids(verdicts: Iterable[Verdict]) -> list[int]:
    return [verdict.product_id for verdict in verdicts if verdict.product_id is not None]


def _regroup(verdicts: Sequence[Verdict]) -> None:
    """Let products join and leave websites."""
    concerned = {
        verdict.product_id: verdict.website_ids
        for verdict in verdicts
        if verdict.website_ids is not None
    }
    if not concerned:
        return
    there = ProductWebsite.objects.filter(product__in=concerned.keys())
    rows = list(there.values_list("pk", "product_id", "website_id"))
    left = [pk for pk, product_id, website_id in rows if website_id not in concerned[product_id]]
    if left:
        ProductWebsite.objects.filter(pk__in=left).delete()
    known = {(product_id, website_id) for _, product_id, website_id in rows}
    ProductWebsite.objects.bulk_create(
        ProductWebsite(product_id=product_id, website_id=website_id, orderflow_due_at=clock.now())
        for product_id, website_ids in concerned.items()
        for website_id in sorted(website_ids)
        if product_id and (product_id, website_id) not in known
    )


def _rehang(verdicts: Sequence[Verdict]) -> None:
    """Put products into their categories; what OrderFlow gets names them, so it must hear."""
    concerned = {
        verdict.product_id: verdict.category_positions
        for verdict in verdicts
        if verdict.category_positions is not None
    }
    if not concerned:
        return
    ProductCategory._base_manager.filter(product__in=concerned.keys()).delete()
    insert_rows(
        [
            ProductCategory(product_id=product_id, category_id=pk, position=position)
            for product_id, positions in concerned.items()
            for pk, position in positions.items()
            if product_id
        ]
    )
    ProductCategory.objects.announce(pk for pk in concerned if pk)
