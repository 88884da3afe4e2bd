"""Writing products, and where they stand with OrderFlow."""

from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from orderflow_bridge.catalog.changes import Known, ProductChange, Surroundings, Verdict, decide
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.selectors import newest_date, worst_status
from orderflow_bridge.catalog.writing import read_known, read_surroundings, write
from orderflow_bridge.common.skus import sku_key

_ATTEMPTS = 3


def check_products(changes: Sequence[ProductChange]) -> list[Verdict]:
    """Say what would become of each change, and write nothing.

    Several changes of one SKU are each compared with what is there now.
    """
    known = read_known({_key(change) for change in changes}, lock=False)
    around = _surroundings(changes)
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
        known = read_known(this_round.keys(), lock=True)
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
    return read_surroundings(
        {pk for change in changes for pk in (*(change.website_ids or ()), *change.joins)},
        {pk for change in changes for pk in change.category_positions or ()},
    )
