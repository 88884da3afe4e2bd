"""SKUs in OrderFlow's messages, in capitals, small letters and between: always the same product."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from lxml import etree

from exports.models import ExportLine
from imports.models import ImportLine
from imports.services import process_imports
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, PRODUCTS_VIEW
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.configuration.sections import ShipmentImport
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.sales.models import Order, Shipment
from tests.carts import make_sold
from tests.configuration.storing import store
from tests.factories import make_order, make_product, make_user
from tests.outbox.webhooks.shop import make_receiver
from tests.soapapi.posting import (
    LEGACY,
    PRODUCT_MARKER,
    PRODUCTS,
    call,
    despatch,
    legacy_call,
    legacy_login,
    post,
    result,
    stock,
)

pytestmark = pytest.mark.django_db

MUG = "Mug-Ünï"
LOUD, SOFT = MUG.upper(), MUG.lower()
RIGHTS = (ORDERFLOW_IMPORT, PRODUCTS_VIEW)


@pytest.fixture
def orderflow() -> User:
    """OrderFlow's user, who may read products."""
    return make_user("orderflow", password="Secret-12345", rights=RIGHTS)


@pytest.fixture
def mug() -> Product:
    """A mug on sale, ten at the default source."""
    return make_sold(MUG, 10, name="Mug", price=8)


def send_stock(client: Client, token: str, *lines: tuple[str, Any, Any]) -> list[ImportLine]:
    """Send a stock message of (SKU, quantity, sequence id) and let it be applied."""
    quantities = "".join(f"<item><sku>{sku}</sku><qty>{qty}</qty></item>" for sku, qty, _ in lines)
    sequences = "".join(f"<item><sku>{sku}</sku><seq>{seq}</seq></item>" for sku, _, seq in lines)
    return send(client, token, quantities, sequences)


def send(client: Client, token: str, quantities: str, sequences: str) -> list[ImportLine]:
    """Send a stock message of these items and let it be applied."""
    seen = ImportLine.objects.count()
    arguments = (
        f"<productQtys>{quantities}</productQtys><productSeqs>{sequences}</productSeqs>"
        f"<messageSeqId>{seen + 1}</messageSeqId>"
    )
    assert "Success" in result(post(client, stock(arguments, token=token)))
    process_imports(Entity.INVENTORY)
    return list(ImportLine.objects.order_by("id")[seen:])


def send_despatch(client: Client, token: str, order: Order, *lines: tuple[str, int]) -> ImportLine:
    """Send a despatch of (SKU, quantity) and let it be booked."""
    items = "".join(f"<item><sku>{sku}</sku><qty>{qty}</qty></item>" for sku, qty in lines)
    number = f"<orderIncrementId>{order.increment_id}</orderIncrementId>"
    arguments = f"{number}<skuQty>{items}</skuQty><messageSeqId>1</messageSeqId>"
    assert "Success" in result(post(client, despatch(arguments, token=token)))
    process_imports(Entity.SHIPMENT)
    return ImportLine.objects.latest("id")


def listen(product: Product) -> None:
    """Let the shop's own system be told of stock."""
    make_receiver(product.websites.get())


def quantity() -> Decimal:
    return SourceItem.objects.get(product__sku=MUG, source="default").quantity


def test_a_stock_message_in_capitals_is_applied_and_kept_under_the_products_spelling(
    client: Client, token: str, mug: Product
) -> None:
    [line] = send_stock(client, token, (LOUD, 4, 1))

    assert (line.result, line.reference, quantity()) == (Result.SUCCESS, MUG, 4)


def test_sequence_ids_are_compared_whatever_the_spelling(
    client: Client, token: str, mug: Product
) -> None:
    lines = send_stock(client, token, (LOUD, 4, 5), (SOFT, 6, 7), (MUG, 1, 6))
    later = send_stock(client, token, (SOFT, 9, 5), (LOUD, 9, 3), (MUG, 8, 8))

    assert [line.result for line in lines] == [Result.SUCCESS, Result.SUCCESS, Result.SUPERSEDED]
    assert [line.result for line in later] == [Result.DUPLICATE, Result.SUPERSEDED, Result.SUCCESS]
    assert {line.reference for line in (*lines, *later)} == {MUG}
    assert quantity() == 8


def test_quantities_find_their_sequence_ids_in_another_case(
    client: Client, token: str, mug: Product
) -> None:
    make_sold("Cup")

    [line] = send(
        client,
        token,
        f"<item><sku>{MUG}</sku><qty>3</qty></item>",
        f"<item><sku>cup</sku><seq>1</seq></item><item><sku>{LOUD}</sku><seq>2</seq></item>",
    )

    assert (line.sequence_id, quantity()) == (2, 3)


def test_failed_lines_of_a_product_bear_its_spelling_and_others_the_one_received(
    client: Client, token: str, mug: Product
) -> None:
    make_product("Set", type_id="bundle")

    lines = send_stock(client, token, (LOUD, "x", 1), ("SET", 1, 2), ("Nothing", 1, 3))

    assert [(line.reference, line.result) for line in lines] == [
        (MUG, Result.FAILURE), ("Set", Result.FAILURE), ("Nothing", Result.FAILURE),
    ]  # fmt: skip


def test_the_shops_own_system_is_told_of_stock_under_the_products_spelling(
    client: Client, token: str, mug: Product
) -> None:
    listen(mug)

    send_stock(client, token, (LOUD, 4, 1))
    send_stock(client, token, (SOFT, 3, 2))

    event = WebhookEvent.objects.get(kind="stock.changed")
    assert (event.reference, event.body.count(f'"{MUG}"')) == (MUG, 1)


def test_a_despatch_in_capitals_is_booked_and_the_rows_keep_the_skus_as_ordered(
    client: Client, token: str, mug: Product
) -> None:
    order = make_order(items=[(mug, 3)])
    order.items.update(sku=SOFT)

    line = send_despatch(client, token, order, (LOUD, 1), (MUG, 2))

    assert line.result == Result.SUCCESS, line.message
    assert [(item.sku, item.qty) for item in Shipment.objects.get().items.all()] == [(SOFT, 3)]


def test_a_sku_that_the_order_has_not_is_named_as_it_was_sent(
    client: Client, token: str, mug: Product
) -> None:
    store(ShipmentImport, wait_minutes=0)
    order = make_order(items=[(mug, 3)])

    line = send_despatch(client, token, order, ("CUP", 1))

    assert line.message.endswith('Order Item with SKU: "CUP" does not exist.')


def test_a_magento_1_stock_message_in_another_case_is_applied(client: Client, mug: Product) -> None:
    make_user("wms", password="Secret-12345", rights=[ORDERFLOW_IMPORT])
    session = result(post(client, legacy_login("wms", "Secret-12345"), LEGACY))
    arguments = (
        f"<sessionId>{session}</sessionId>"
        f"<skusQty><item><key>{LOUD}</key><value>2</value></item></skusQty>"
        f"<skusSeqId><item><key>{SOFT}</key><value>9</value></item></skusSeqId>"
        "<messageSeqId>1</messageSeqId>"
    )

    post(client, legacy_call("orderflowInventoryMultiUpdate", arguments), LEGACY)
    process_imports(Entity.INVENTORY)

    assert quantity() == 2


def test_orderflow_fetches_a_product_in_any_case_and_it_is_exported(
    client: Client, token: str, mug: Product
) -> None:
    answer = post(client, call(PRODUCTS, "Get", f"<sku>{LOUD}</sku>", token=token))

    mug.refresh_from_db()
    assert etree.fromstring(answer.content).findtext(".//sku") == MUG
    assert mug.orderflow_export_status == "Exported"
    assert ExportLine.objects.get().reference == MUG


def test_orderflow_marks_a_product_exported_in_any_case(
    client: Client, token: str, mug: Product
) -> None:
    post(client, call(PRODUCT_MARKER, "Export", f"<reference>{SOFT}</reference>", token=token))

    mug.refresh_from_db()
    assert (mug.orderflow_export_status, ExportLine.objects.get().reference) == ("Exported", MUG)
