"""Our products and orders as OrderFlow's import documents (docs/contract/documents.md).

Which of our values goes under which of OrderFlow's keys is the mapping's to say: its system rows
(mapping/system_rows.py), and those that a shop has changed. Whatever has no value is left out of
the document; zero and "no" are values.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from django.utils import timezone

from exports.order_lines import document_lines, gift_fields, with_tax
from exports.outcomes import Fate, Outcome, Target
from exports.plugin_values import with_line_values, with_order_values, with_product_values
from orderflow_bridge.carriers.selectors import delivery_terms
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.store_values import in_view
from orderflow_bridge.client.documents import OrderDocument, OrderLine, ProductDocument, Value
from orderflow_bridge.common.exceptions import BridgeError, PluginFailed
from orderflow_bridge.configuration.selectors import order_export, product_export
from orderflow_bridge.mapping.applying import MappingFailed, apply_rows
from orderflow_bridge.mapping.rows import Part, Row
from orderflow_bridge.mapping.selectors import NO_ROWS, Rows, order_lookups, rows_of
from orderflow_bridge.mapping.system_rows import column_table
from orderflow_bridge.mapping.values import (
    Roots,
    address_roots,
    line_roots,
    order_roots,
    product_roots,
)
from orderflow_bridge.sales.models import Order, OrderAddress, OrderItem
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import view_by_id

# (our column, OrderFlow's key), and attributes and rarer fields by name: what the mapping declares.
PRODUCT_COLUMNS = column_table(Part.PRODUCT)
PRODUCT_ATTRIBUTES = column_table(Part.PRODUCT, is_rare=True)
ORDER_COLUMNS = column_table(Part.ORDER)
ORDER_EXTRAS = column_table(Part.ORDER, is_rare=True)
SHIPMENT_COLUMNS = column_table(Part.SHIPMENT)
ADDRESS_COLUMNS = column_table(Part.ADDRESS)
_STREET_LINES = 4
_NO_IMAGE = ("", "no_selection")
_PICTURED = (Product.Type.CONFIGURABLE, Product.Type.GROUPED, Product.Type.BUNDLE)


class NotExportable(BridgeError):
    """A product or an order cannot be written as an import document; the text says why."""


def product_document(
    product: Product, website: Website, *, rows: Rows | None = None
) -> ProductDocument:
    """Return a product as OrderFlow imports it, by the settings of a website.

    `rows` are tried in place of the website's mapping. Raises NotExportable when a picture has to
    be included and there is none, and when a row of the mapping makes no value. Reads nothing more
    if `category_links__category` and `parent_relations__parent` are prefetched.
    """
    fields = product_fields(product, website, rows=rows)
    with _failing_with_plugins():
        return ProductDocument(product.sku, with_product_values(product, website, fields))


def product_fields(
    product: Product, website: Website, *, rows: Rows | None = None
) -> dict[str, Value]:
    """Return a product's values by OrderFlow's key, as `product_document` does.

    A disabled product is not sellable; whether it is in stock does not matter here, because
    OrderFlow holds the stock.
    """
    fields: dict[str, Value] = {}
    settings = product_export(website)
    if settings.include_image_field:
        fields["imageReference"] = image_of(product, settings.placeholder_image)
    fields |= _scalars(product.custom_attributes, PRODUCT_ATTRIBUTES)
    fields["category"] = _category_of(product)
    fields["sellable"] = product.status == Product.Status.ENABLED
    fields |= {key: getattr(product, column) for column, key in PRODUCT_COLUMNS}
    if rows is None:
        rows = rows_of(website.pk) if settings.apply_mappings else NO_ROWS
    if own := rows.get(Part.PRODUCT):
        return _mapped(f"Product {product.sku}", own, fields, product_roots(product, website))
    return fields


def products_for(products: Sequence[Product], website: Website) -> list[Product]:
    """Return products as the website's *Store ID* shows them, without one by default values."""
    view = view_by_id(product_export(website).store_id)
    return in_view(products, view.pk if view else None)


def order_document(
    order: Order, *, now: datetime | None = None, rows: Rows | None = None
) -> OrderDocument:
    """Return an order as OrderFlow imports it, by the settings of its website.

    `now` is the time of the export, in any zone; OrderFlow gets it in UTC. `rows` are tried in
    place of the website's mapping. Raises NotExportable for an order without a shipping address or
    with nothing left to despatch, and when a row of the mapping makes no value. Reads nothing more
    if `payment` is selected along, and `addresses`, `items` and the mapping's `order_lookups` are
    prefetched.
    """
    addresses = {address.address_type: address for address in order.addresses.all()}
    delivery = addresses.get(OrderAddress.Type.SHIPPING)
    if delivery is None:
        raise NotExportable(f"Order {order.increment_id} has no shipping address.")
    settings = order_export(order.website)
    rows = _order_rows(order.website) if rows is None else rows
    mapped = _OrderMapping(order, rows)
    lines: Sequence[OrderLine] = document_lines(
        list(order.items.all()),
        discounted=settings.calculate_discounts,
        mapped=mapped.line if Part.ORDER_LINE in rows else None,
    )
    if not lines:
        raise NotExportable(f"Order {order.increment_id} has nothing left to despatch.")
    fields: Mapping[str, Value] = mapped.fields(
        Part.ORDER, _order_fields(order, now or timezone.now())
    )
    with _failing_with_plugins():
        fields = with_order_values(order, order.website, fields)
        lines = with_line_values(order, order.website, lines)
    billing = addresses.get(OrderAddress.Type.BILLING) or delivery
    return OrderDocument(
        order.increment_id,
        fields,
        delivery=mapped.address(delivery, _address_fields(delivery, order)),
        invoice=mapped.address(billing, _address_fields(billing, order)),
        lines=lines,
        shipment=mapped.fields(Part.SHIPMENT, _shipment_fields(order)),
    )


@contextmanager
def _failing_with_plugins() -> Iterator[None]:
    """Have what a plugin fails over fail alone, with the plugin's name."""
    try:
        yield
    except PluginFailed as error:
        raise NotExportable(str(error)) from error


def mapping_lookups(website: Website) -> list[str]:
    """Return what a website's mapping asks for beyond what documents read of many orders."""
    return order_lookups(_order_rows(website))


def order_answers(order: Order, *, now: datetime, rows: Rows) -> dict[str, Value]:
    """Return the values of an order and its shipment part by OrderFlow's key, by these rows.

    For what OrderFlow fetches: nothing is asked of addresses and lines. Raises NotExportable.
    """
    mapped = _OrderMapping(order, rows)
    return {
        **mapped.fields(Part.SHIPMENT, _shipment_fields(order)),
        **mapped.fields(Part.ORDER, _order_fields(order, now)),
    }


def _order_rows(website: Website) -> Rows:
    return rows_of(website.pk) if order_export(website).apply_mappings else NO_ROWS


class _OrderMapping:
    """An order's changed rows at work: each part's values, or NotExportable."""

    def __init__(self, order: Order, rows: Rows) -> None:
        self.name = f"Order {order.increment_id}"
        self.rows = rows
        self.roots = order_roots(order) if rows else {}

    def fields(self, part: Part, system: dict[str, Value]) -> dict[str, Value]:
        """Return the values of the order itself, or of its shipment part."""
        own = self.rows.get(part)
        return _mapped(self.name, own, system, self.roots) if own else system

    def address(self, address: OrderAddress, system: dict[str, Value]) -> dict[str, Value]:
        """Return the values of one of its addresses."""
        own = self.rows.get(Part.ADDRESS)
        if not own:
            return system
        return _mapped(self.name, own, system, address_roots(address, self.roots))

    def line(
        self, row: OrderItem, parent: OrderItem | None, system: dict[str, Value]
    ) -> dict[str, Value]:
        """Return the values of one of its lines."""
        roots = line_roots(row, parent, self.roots)
        return _mapped(self.name, self.rows[Part.ORDER_LINE], system, roots)


def _mapped(
    name: str, rows: Sequence[Row], system: dict[str, Value], roots: Roots
) -> dict[str, Value]:
    try:
        return apply_rows(rows, system, roots)
    except MappingFailed as error:
        raise NotExportable(f"{name} cannot be written. {error}") from error


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


def _order_fields(order: Order, now: datetime) -> dict[str, Value]:
    payment = getattr(order, "payment", None)
    goods_tax = order.tax_amount - order.shipping_tax_amount
    return {
        **{key: getattr(order, column) for column, key in ORDER_COLUMNS},
        **_scalars(order.extra, ORDER_EXTRAS),
        "paymentGatewayIdentifier": str(payment) if payment else None,
        "totalPriceNet": order.grand_total - order.tax_amount,
        "goodsPriceGross": with_tax(order.subtotal_incl_tax, order.subtotal, goods_tax),
        "shippingPriceGross": with_tax(
            order.shipping_incl_tax, order.shipping_amount, order.shipping_tax_amount
        ),
        "exported": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "status": order.status,
        **gift_fields(order.extra),
    }


def _shipment_fields(order: Order) -> dict[str, Value]:
    terms = delivery_terms(order.website, order.shipping_method, ordered_at=order.created_at)
    return {**{key: getattr(order, column) for column, key in SHIPMENT_COLUMNS}, **terms}


def _address_fields(address: OrderAddress, order: Order) -> dict[str, Value]:
    """Return an address; street lines beyond the fourth are joined to it, none is lost."""
    street = [line.strip() for line in address.street.splitlines() if line.strip()]
    if len(street) > _STREET_LINES:
        street[_STREET_LINES - 1 :] = [", ".join(street[_STREET_LINES - 1 :])]
    fields: dict[str, Value] = {
        f"addressLine{number}": line for number, line in enumerate(street, start=1)
    }
    values = {key: getattr(address, column) for column, key in ADDRESS_COLUMNS}
    # A custom key is written even when it is empty.
    fields |= {key: value for key, value in values.items() if value}
    fields["contactName"] = f"{address.firstname} {address.lastname}".strip()
    fields["emailAddress"] = address.email or order.customer_email
    return fields


def image_of(product: Product, placeholder: str) -> str:
    """Return the product's picture, else its parent's, else the shop's default one.

    Raises NotExportable when there is none.
    """
    parents = sorted(product.parent_relations.all(), key=lambda relation: relation.pk)
    inherited = (
        relation.parent.image for relation in parents if relation.parent.type_id in _PICTURED
    )
    image: str
    for image in (product.image, *inherited, placeholder):
        if image not in _NO_IMAGE:
            return image
    raise NotExportable(
        f"Product {product.sku} has no image, and no default image is set. Give it one, set"
        " the Default Image, or turn Include Image Field off."
    )


def _category_of(product: Product) -> str | None:
    links = sorted(product.category_links.all(), key=lambda link: (link.position, link.pk))
    return links[0].category.name if links else None


def _scalars(values: object, table: Iterable[tuple[str, str]]) -> dict[str, Value]:
    """Return the table's simple values from a JSON object; lists and objects have no place."""
    found = values if isinstance(values, Mapping) else {}
    return {
        key: found[name]
        for name, key in table
        if isinstance(found.get(name), str | int | float | bool)
    }
