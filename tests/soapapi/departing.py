"""Messages to the SOAP endpoint in both dialects, and the jobs that apply them."""

from io import StringIO
from typing import Any
from xml.sax.saxutils import escape

from django.core.management import call_command
from django.test import Client

from imports.models import ImportLine
from orderflow_bridge.common.choices import Entity
from tests.soapapi.posting import LEGACY, despatch, legacy_call, post, result, stock

MAGENTO_2, MAGENTO_1 = "Magento 2", "Magento 1"
DIALECTS = (MAGENTO_2, MAGENTO_1)
_JOBS = {
    Entity.SHIPMENT: "orderflow_import_shipment_update",
    Entity.INVENTORY: "orderflow_import_inventory_update",
}


def despatched(
    client: Client,
    token: str,
    order: str,
    *items: tuple[str, Any],
    number: int = 38,
    dialect: str = MAGENTO_2,
    **texts: str,
) -> ImportLine:
    """Send a despatch of these SKUs and quantities, run the job, and return its history line.

    `texts` are further arguments by their names on the wire.
    """
    others = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in texts.items())
    tail = f"{others}<messageSeqId>{number}</messageSeqId>"
    head = f"<orderIncrementId>{escape(order)}</orderIncrementId>"
    if dialect == MAGENTO_2:
        units = [f"<item><sku>{escape(sku)}</sku><qty>{qty}</qty></item>" for sku, qty in items]
        body = despatch(f"{head}<skuQty>{''.join(units)}</skuQty>{tail}", token=token)
        answer = post(client, body)
    else:
        pairs = [f"<item><key>{escape(sku)}</key><value>{qty}</value></item>" for sku, qty in items]
        session = f"<sessionId>{token}</sessionId>"
        body = legacy_call(
            "orderflowShipmentCreate", f"{session}{head}<skuQty>{''.join(pairs)}</skuQty>{tail}"
        )
        answer = post(client, body, LEGACY)
    assert result(answer) == f"Success - Message {number} Received"
    return _line_of(Entity.SHIPMENT)


def counted(
    client: Client,
    token: str,
    sku: str,
    quantity: str,
    *,
    number: int = 71,
    dialect: str = MAGENTO_2,
    last_order_exported: str = "",
) -> ImportLine:
    """Send a figure, run the job, and return its history line.

    The Magento 1 dialect has no place for `last_order_exported`.
    """
    if dialect == MAGENTO_2:
        exported = f"<lastOrderExported>{escape(last_order_exported)}</lastOrderExported>"
        arguments = (
            f"<productQtys><item><sku>{sku}</sku><qty>{quantity}</qty></item></productQtys>"
            f"<productSeqs><item><sku>{sku}</sku><seq>{number}</seq>{exported}</item></productSeqs>"
            f"<messageSeqId>{number}</messageSeqId>"
        )
        answer = post(client, stock(arguments, token=token))
    else:
        pair = "<item><key>{}</key><value>{}</value></item>"
        body = legacy_call(
            "orderflowInventoryMultiUpdate",
            f"<sessionId>{token}</sessionId><skusQty>{pair.format(sku, quantity)}</skusQty>"
            f"<skusSeqId>{pair.format(sku, number)}</skusSeqId>"
            f"<messageSeqId>{number}</messageSeqId>",
        )
        answer = post(client, body, LEGACY)
    assert result(answer) == f"Success - Message {number} Received"
    return _line_of(Entity.INVENTORY)


def run_job(entity: Entity) -> None:
    """Run the import's job once, as the scheduler does."""
    call_command("jobs", "run", _JOBS[entity], stdout=StringIO())


def _line_of(entity: Entity) -> ImportLine:
    run_job(entity)
    return ImportLine.objects.select_related("parent").latest("pk")
