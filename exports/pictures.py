"""Include Image Field when OrderFlow is only told: what has no picture is not announced."""

from collections.abc import Sequence

from exports.documents import NotExportable, image_of
from exports.outcomes import Fate, Outcome, Target
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.configuration.selectors import product_export
from orderflow_bridge.stores.models import Website


def without_picture(targets: Sequence[Target], website: Website) -> list[Outcome]:
    """Return the failures of those products that have to bring a picture and have none.

    `website` is the one whose settings count, as for pushed documents. Two statements, or none.
    """
    settings = product_export(website)
    if not settings.include_image_field:
        return []
    ids = [target.entity_id for target in targets]
    products = Product.objects.prefetch_related("parent_relations__parent").in_bulk(ids)
    outcomes = []
    for target in targets:
        try:
            if target.entity_id in products:
                image_of(products[target.entity_id], settings.placeholder_image)
        except NotExportable as error:
            outcomes.append(Outcome(target, Fate.FAILED, str(error)))
    return outcomes
