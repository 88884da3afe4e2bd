"""Submitting a message without HTTP: one that was received before, or that somebody has written.

The way is that of every message, from the parser to the operation; only the caller is known
already. For `orderflow_bridge.repairs`.
"""

from django.http import HttpRequest

from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.common.exceptions import MessageRefused
from orderflow_bridge.configuration.selectors import web_services
from soapapi.application import MAGENTO, answer_legacy
from soapapi.calls import Call
from soapapi.envelope import open_envelope, version_of
from soapapi.inventory import SERVICE as INVENTORY
from soapapi.reading import read
from soapapi.refusals import Refusal
from soapapi.shipments import SERVICE as SHIPMENT
from soapapi.wsi import DESPATCH as WSI_DESPATCH
from soapapi.wsi import STOCK as WSI_STOCK

_MAGENTO = frozenset({f"{INVENTORY}UpdateRequest", f"{SHIPMENT}CreateRequest"})
_LEGACY = frozenset(
    {"orderflowInventoryMultiUpdate", "orderflowShipmentCreate", WSI_STOCK, WSI_DESPATCH}
)
NOT_A_MESSAGE = "Only stock and despatch messages can be submitted again."


def submit(body: bytes, *, caller: Caller, http: HttpRequest) -> None:
    """Put a stock or despatch message into the queue, as its endpoint does.

    `caller` needs the right "OrderFlow Import"; `http` is the request of whoever submits. Raises
    MessageRefused with the endpoint's own text.
    """
    limits = web_services()
    try:
        root = read(body, limits)
        envelope = open_envelope(root, version_of(root))
        operation = envelope.operation
        if operation not in _MAGENTO | _LEGACY:
            raise MessageRefused(NOT_A_MESSAGE)
        is_legacy = operation in _LEGACY
        call = Call(http, body, limits, envelope, is_legacy, caller, is_admitted=True)
        (answer_legacy if is_legacy else MAGENTO.answer)(call)
    except Refusal as refusal:
        raise MessageRefused(refusal.in_words()) from None
