"""Writing values of store views, and telling OrderFlow's instances that get to see them."""

from collections.abc import Mapping

from orderflow_bridge.catalog.models import ProductWebsite, StoreValue
from orderflow_bridge.catalog.view_changes import ViewValues
from orderflow_bridge.configuration.selectors import product_export
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import store_views


def write_view_values(wanted: Mapping[int, ViewValues]) -> None:
    """Write values of store views by product id; None takes one away. Must run in a transaction.

    A number of statements by the views and attributes concerned, whatever the number of products.
    """
    if not wanted:
        return
    rows, gone = [], dict[tuple[int, str], list[int]]()
    for product_id, values in sorted(wanted.items()):
        for (store_id, code), value in values.items():
            if value is None:
                gone.setdefault((store_id, code), []).append(product_id)
            else:
                rows.append(
                    StoreValue(
                        product_id=product_id, store_id=store_id, attribute=code, value=value
                    )
                )
    for (store_id, code), ids in gone.items():
        StoreValue.objects.filter(store=store_id, attribute=code, product__any_of=ids).delete()
    StoreValue.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=("product", "store", "attribute"),
        update_fields=("value",),
    )
    _announce(wanted)


def _announce(wanted: Mapping[int, ViewValues]) -> None:
    """Make products Pending where what OrderFlow gets of them shows a view's values.

    That is on the view's website, whose instance may call at its address; on the websites that name
    the view as *Store ID*; and everywhere if it is the default view, which an address without a
    store stands for.
    """
    views = store_views()
    by_view: dict[int, set[int]] = {}
    for product_id, values in wanted.items():
        for store_id, _ in values:
            by_view.setdefault(store_id, set()).add(product_id)
    websites_of = {each.pk: {each.website_id} for each in views}
    for website in Website.objects.all():
        websites_of.setdefault(product_export(website).store_id or 0, set()).add(website.pk)
    rows: set[int] = set()
    for store_id, product_ids in by_view.items():
        links = ProductWebsite.objects.filter(product__any_of=product_ids)
        if not views or store_id != views[0].pk:
            links = links.filter(website__in=websites_of.get(store_id, ()))
        rows.update(links.values_list("pk", flat=True))
    ProductWebsite.objects.announce(rows)


def siblings_of_views() -> dict[int, frozenset[int]]:
    """Return the views of each view's website, itself among them, by the view's id: one query."""
    views = store_views()
    return {
        each.pk: frozenset(other.pk for other in views if other.website_id == each.website_id)
        for each in views
    }
