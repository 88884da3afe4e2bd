"""Writing where products stand with OrderFlow."""

from collections.abc import Iterable

from django.db.models import F
from django.db.models.functions import Coalesce

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.selectors import newest_date, worst_status


def mark_changed(product_ids: Iterable[int]) -> int:
    """Make these products Pending on all their websites, due now, with no attempts made.

    For changes that pass by the catalogue's own models. Returns how many website rows it concerns;
    of products that are not simple, none of them becomes due (reference.md F79).
    """
    return int(Product.objects.filter(pk__in=set(product_ids)).mark_pending())


def refresh_export_status(product_ids: Iterable[int]) -> int:
    """Sum up the websites' rows on the products themselves: the worst status, the newest date.

    Only websites that export products count; without any, a product keeps what it had. Returns the
    number of products, and takes one statement.
    """
    products = Product.objects.filter(pk__in=set(product_ids))
    return int(
        products.write_standing(
            status=Coalesce(worst_status(), F("orderflow_export_status")),
            date=Coalesce(newest_date(), F("orderflow_export_date")),
        )
    )
