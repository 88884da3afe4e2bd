"""What a mapping adds to the products and orders that OrderFlow fetches: rows that say so.

A product gets them as custom attributes, an order as extension attributes (docs/extending.md).
"""

from django.utils import timezone

from exports.documents import NotExportable, order_answers, product_fields
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.client.documents import text_of
from orderflow_bridge.configuration.selectors import order_export, product_export
from orderflow_bridge.documents.records import AddedText, Document
from orderflow_bridge.mapping.rows import Part, Row
from orderflow_bridge.mapping.selectors import answered_keys, rows_of
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website


def with_answers(
    document: Document, entity: Product | Order, website: Website | None
) -> tuple[Document, str]:
    """Return a document with what the website's mapping adds, or as it was and why it cannot.

    Nothing is added, and nothing read, for a website without mappings.
    """
    if website is None:
        return document, ""
    try:
        if isinstance(entity, Product):
            return _product(document, entity, website), ""
        return _order(document, entity, website), ""
    except NotExportable as error:
        return document, str(error)


def _product(document: Document, product: Product, website: Website) -> Document:
    rows = _answered(Part.PRODUCT, website) if product_export(website).apply_mappings else {}
    if not rows:
        return document
    fields = product_fields(product, website)
    made = {key: text_of(fields[key]) for key in rows if key in fields}
    kept = [each for each in document["custom_attributes"] if each["attribute_code"] not in made]
    added = [{"attribute_code": key, "value": value} for key, value in made.items()]
    return Document(document, custom_attributes=[*kept, *added])


def _order(document: Document, order: Order, website: Website) -> Document:
    if not order_export(website).apply_mappings:
        return document
    rows = _answered(Part.SHIPMENT, website) | _answered(Part.ORDER, website)
    if not rows:
        return document
    fields = order_answers(order, now=timezone.now(), rows=rows_of(website.pk))
    # In the order in which the WSDL declares them.
    keys = [key for key in answered_keys() if key in rows and key in fields]
    made = {key: AddedText(text_of(fields[key])) for key in keys}
    extension = Document(document["extension_attributes"], **made)
    return Document(document, extension_attributes=extension)


def _answered(part: Part, website: Website) -> dict[str, Row]:
    return {row.key: row for row in rows_of(website.pk).get(part, ()) if row.in_answers}
