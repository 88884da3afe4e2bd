"""Our products and orders as OrderFlow's import documents (docs/contract/documents.md).

The tables say which of our values goes under which of OrderFlow's keys. Whatever has no value is
left out of the document; zero and "no" are values.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from django.utils import timezone

from exports.order_lines import document_lines, gift_fields, with_tax
from exports.outcomes import Fate, Outcome, Target
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.client.documents import OrderDocument, ProductDocument, Value
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.configuration.selectors import order_export, product_export
from orderflow_bridge.sales.models import Order, OrderAddress
from orderflow_bridge.stores.models import Website

# Our column → OrderFlow's key.
PRODUCT_COLUMNS = (
    ("name", "description"),
    ("barcode", "barcode"),
    ("weight", "weight"),
    ("weight_units", "weightUnits"),
    ("storage_types", "physicalStorageTypes"),
    ("price", "priceNet"),
    ("price", "priceGross"),
    ("tax_code", "taxCode"),
    ("length", "length"),
    ("width", "width"),
    ("height", "height"),
    ("area", "area"),
    ("volume", "volume"),
    ("type_id", "magentoType"),
)


# Attribute code → OrderFlow's key: what only some shops give their products.
PRODUCT_ATTRIBUTES = (("tax", "tax"), ("currency", "currency"))
ORDER_COLUMNS = (
    ("customer_note", "customerComment"),
    ("grand_total", "totalPriceGross"),
    ("tax_amount", "totalTax"),
    ("shipping_amount", "shippingPriceNet"),
    ("shipping_tax_amount", "shippingTax"),
    ("subtotal", "goodsPriceNet"),
    ("order_currency_code", "currency"),
    ("coupon_code", "promotionCode"),
    ("discount_description", "promotionDescription"),
)


# Name in the order's rarer fields → OrderFlow's key.
ORDER_EXTRAS = (
    ("currency_units", "currencyUnits"),
    ("tax_code", "taxCode"),
    ("shipping_tax_code", "shippingTaxCode"),
    ("goods_tax", "goodsTax"),
    ("goods_tax_code", "goodsTaxCode"),
)
SHIPMENT_COLUMNS = (
    ("customer_note", "deliveryInstruction"),
    ("shipping_method", "deliverySuggestionCode"),
    ("shipping_description", "deliverySuggestionName"),
)
ADDRESS_COLUMNS = (
    ("city", "addressLine5"),
    ("region", "addressLine6"),
    ("postcode", "postCode"),
    ("company", "companyName"),
    ("country_id", "countryCode"),
    ("telephone", "dayPhoneNumber"),
    ("fax", "fax"),  # as in the Magento 1 module: not OrderFlow's faxNumber, so a custom key
)
_STREET_LINES = 4
_NO_IMAGE = ("", "no_selection")
_PICTURED = (Product.Type.CONFIGURABLE, Product.Type.GROUPED, Product.Type.BUNDLE)


class NotExportable(BridgeError):
    """A product or an order cannot be written as an import document; the text says why."""


def product_document(product: Product, website: Website) -> ProductDocument:
    """Return a product as OrderFlow imports it, by the settings of a website.

    A disabled product is not sellable; whether it is in stock does not matter here, because
    OrderFlow holds the stock. Raises NotExportable when a picture has to be included and there is
    none. Reads nothing more if `category_links__category` and `parent_relations__parent` are
    prefetched.
    """
    fields: dict[str, Value] = {}
    settings = product_export(website)
    if settings.include_image_field:
        fields["imageReference"] = image_of(product, settings.placeholder_image)
    fields |= _scalars(product.custom_attributes, PRODUCT_ATTRIBUTES)
    fields["category"] = _category_of(product)
    fields["sellable"] = product.status == Product.Status.ENABLED
    fields |= {key: getattr(product, column) for column, key in PRODUCT_COLUMNS}
    return ProductDocument(product.sku, fields)


def order_document(order: Order, *, now: datetime | None = None) -> OrderDocument:
    """Return an order as OrderFlow imports it, by the settings of its website.

    `now` is the time of the export, in any zone; OrderFlow gets it in UTC. Raises NotExportable
    for an order without a shipping address or with nothing left to despatch. Reads nothing more if
    `payment` is selected along and `addresses`, `items` are prefetched.
    """
    addresses = {address.address_type: address for address in order.addresses.all()}
    delivery = addresses.get(OrderAddress.Type.SHIPPING)
    if delivery is None:
        raise NotExportable(f"Order {order.increment_id} has no shipping address.")
    discounted = order_export(order.website).calculate_discounts
    lines = document_lines(list(order.items.all()), discounted=discounted)
    if not lines:
        raise NotExportable(f"Order {order.increment_id} has nothing left to despatch.")
    return OrderDocument(
        order.increment_id,
        _order_fields(order, now or timezone.now()),
        delivery=_address_fields(delivery, order),
        invoice=_address_fields(addresses.get(OrderAddress.Type.BILLING) or delivery, order),
        lines=lines,
        shipment={key: getattr(order, column) for column, key in SHIPMENT_COLUMNS},
    )


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
