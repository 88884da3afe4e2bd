"""No row, however hostile, breaks a document, adds a line, or reaches what is not its entity's."""

import time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from exports.documents import NotExportable, order_document, product_document
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.client.documents import ProductOperation, orders_document, products_document
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.mapping.checking import check_row
from orderflow_bridge.mapping.rows import DEFINED, Part, Row, Use
from orderflow_bridge.mapping.system_rows import DECLARED_KEYS
from orderflow_bridge.mapping.transfer import clean
from orderflow_bridge.sales.models import Order
from tests.exports.documents import EXPORTED_AT, make_shipped_order
from tests.factories import make_product, make_website

pytestmark = pytest.mark.django_db

SECRETS = ("s3cret-password", "OTHER-ORDER", "Other Product", "pbkdf2", "SECRET_KEY")
HOSTILE = "a\r\nb=1\u2028c]]>]]&<x>\x01\x0b\x85{{ 7*7 }}{% if %}\ud7ff"
MOST_SECONDS = 2.0
MOST_CHARACTERS = 10_000
PREFIXES = {
    Part.PRODUCT: ("",),
    Part.ORDER: ("",),
    Part.ADDRESS: ("delivery", "invoice"),
    Part.ORDER_LINE: ("orderLine.1.",),
    Part.SHIPMENT: ("shipment.",),
}
_PATHS = st.sampled_from([
    "product.name", "product.hostile", "parent.name", "categories.name", "order.customer_note",
    "order.extra", "order.hostile", "order.website", "items.first.sku", "items.sku", "gift.message",
    "address.street", "item.name", "payment.extra", "system.description", "product._meta",
    "website", "order.store.website", "settings.SECRET_KEY", "product.objects", "items",
    "__class__", "a b",
])  # fmt: skip
_PIECES = st.sampled_from([
    "{{ ", " }}", "{% if ", " %}", "{% endif %}", "order.customer_note", "product.hostile", "items",
    "self", "request", "settings", "product.objects.all()", "''.__class__.__mro__", "|upper",
    "|join(', ', 'sku')", "|replace('a', 'aaaaaaaaaaaa')", " * 1000000000", " ** 9", "~ order.note",
    "\n", "\r\nshipment.site=1", "]]>", "=", "x", "{% for a in items %}", "[0]",
    "['__init__']", "1e999",
])  # fmt: skip
_TEXTS = st.one_of(
    st.lists(_PIECES, max_size=12).map("".join),
    st.lists(_PIECES, max_size=6).map(lambda pieces: "{{ " + "".join(pieces) + " }}"),
    _PATHS,
    _PATHS.map(lambda path: "{{ " + path + " }}"),
    st.text(max_size=60),
)
_KEYS = st.one_of(
    st.sampled_from([
        *dict.fromkeys(key for keys in DECLARED_KEYS.values() for key in keys), "custom_1",
        "orderLine", "orderLine1", "shipmentsite", "deliveryPostCode", "INVOICE", "quantity",
        "Product", "externalreference", "a=b", "a\nb", "orderLine.2.quantity", "x" * 65, "", "fax",
        "magentotype",
    ]),
    st.text(max_size=20),
)  # fmt: skip
_ROWS = st.builds(
    Row,
    st.sampled_from(Part),
    _KEYS,
    st.sampled_from(Use),
    value=_TEXTS,
    default=_TEXTS,
    decimals=st.none() | st.integers(-1, 9),
    yes=_TEXTS | st.just(""),
    no=_TEXTS | st.just(""),
    date=st.sampled_from(["", "%d.%m.%Y", "%99999999d", "%", "%Q", "\n"]),
    length=st.none() | st.integers(-1, 20_000),
    when=st.just("") | _TEXTS,
)


@pytest.fixture
def shop(request):
    """Make an order and a product full of hostile texts, and others that must not be seen."""
    website = make_website()
    write_settings(Api, {"password": "s3cret-password", "organisation": "acme"}, website=website)
    make_shipped_order(increment_id="OTHER-ORDER", items=[("C", 1)])
    make_product("C2", name="Other Product")
    given = {"hostile": HOSTILE, "list": [HOSTILE, 1], "object": {"a": HOSTILE}, "huge": 10**400}
    product = make_product("A", name=HOSTILE, custom_attributes=given, weight=Decimal("1.5"))
    order = make_shipped_order(customer_note=HOSTILE, extra=given, items=[(product, 2)])
    return website, Product.objects.get(pk=product.pk), Order.objects.get(pk=order.pk)


def lines_of(xml):
    """Return the lines of a document, which must hold one well-formed entity."""
    root = etree.fromstring(xml)
    assert [child.tag for child in root] == ["import"]
    assert len(root[0]) == 0
    return root[0].text.strip("\n").split("\n")


def document_lines(shop, row):
    """Return the lines of what is sent by this row, or the reason why it cannot be."""
    website, product, order = shop
    rows = {row.part: (row,)}
    try:
        if row.part is Part.PRODUCT:
            document = product_document(product, website, rows=rows)
            return lines_of(products_document([document], ProductOperation.MERGE)), ""
        return lines_of(orders_document([order_document(order, now=EXPORTED_AT, rows=rows)])), ""
    except NotExportable as error:
        return [], str(error)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(row=_ROWS)
@example(row=Row(Part.ORDER, "x", Use.FIELD, "order.huge", decimals=2))
@example(row=Row(Part.ORDER, "x", Use.FIELD, "order.object"))
@example(row=Row(Part.ORDER, "x", Use.FIELD, "order.list", length=3))
@example(row=Row(Part.PRODUCT, "x", Use.FIELD, "product.hostile"))
@example(row=Row(Part.PRODUCT, "weight", Use.TEMPLATE, "{{ product.hostile * 1000000000 }}"))
@example(row=Row(Part.SHIPMENT, "site", Use.TEMPLATE, "{{ order.customer_note }}\nstate=1"))
@example(row=Row(Part.ADDRESS, "addressLine1", Use.TEMPLATE, "{{ address.street }}"))
@example(row=Row(Part.ORDER_LINE, "promotionCode", Use.FIELD, "product.hostile"))
def test_a_row_changes_its_own_line_and_nothing_else(row, shop):
    began = time.process_time()
    base, _ = document_lines(shop, Row(row.part, "nothing"))
    if check_row(row).errors:
        return

    made, failure = document_lines(shop, row)

    if failure:
        assert "\n" not in failure
        assert f"The mapping of {row.key} ({row.part.label}) makes no value: " in failure
        return
    own = {f"{prefix}{_raised(row.key) if prefix in ('delivery', 'invoice') else row.key}"
           for prefix in PREFIXES[row.part]}  # fmt: skip
    changed = {line.partition("=")[0] for line in {*base} ^ {*made}}
    if row.key.startswith("addressLine"):  # the others move up when one is left out
        changed = {key for key in changed if "AddressLine" not in key}
    assert changed <= own
    written = [line for line in made if line.partition("=")[0] in own]
    assert len(written) <= len(own)
    text = "\n".join(made)
    assert not [secret for secret in SECRETS if secret in text]
    if row.use is Use.TEMPLATE:
        assert all(len(line) <= MOST_CHARACTERS + 100 for line in written)
    assert time.process_time() - began < MOST_SECONDS


def _raised(key):
    return key[:1].upper() + key[1:]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
_DEFINITIONS = st.one_of(
    _JSON,
    st.fixed_dictionaries(
        {"use": st.sampled_from(Use).map(str) | _JSON, "value": _TEXTS},
        optional=dict.fromkeys(sorted(DEFINED - {"use", "value"}), _JSON),
    ),
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(part=st.sampled_from(Part.values) | st.text(max_size=9), key=_KEYS, value=_DEFINITIONS)
@example(part="product", key="x", value={"use": "template", "value": "{{ product['\\0'] }}"})
@example(part="product", key="x", value={"use": "template", "value": "{{ product['\\ud800'] }}"})
def test_whatever_a_file_says_is_a_row_or_refused_in_words(part, key, value):
    try:
        taken = clean("", f"{part}/{key}", value, None)
    except ValidationError as error:
        taken = error.messages

    assert taken or (value is None and part in Part.values)
