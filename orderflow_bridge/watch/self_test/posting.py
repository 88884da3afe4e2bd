"""Posting a stock message to the bridge's own public address, as OrderFlow does."""

import re
from html import unescape
from xml.sax.saxutils import escape

from orderflow_bridge.client import NotAnswered, post_once
from orderflow_bridge.common.choices import SELF_TEST
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.configuration.outgoing import network_for

SECONDS = 20.0
# OrderFlow numbers its messages from 1 on.
MESSAGE_ID = "0"
_SERVICE = "realtimeDespatchOrderFlowInventoryRequestManagementV1"
_ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
<n:{service}UpdateRequest xmlns:n="{address}">
<productQtys><item><sku>{sku}</sku><qty>0</qty><source>{source}</source></item></productQtys>
<productSeqs><item><sku>{sku}</sku><seq>{sequence}</seq></item></productSeqs>
<messageSeqId>{message}</messageSeqId>
</n:{service}UpdateRequest>
</e:Body></e:Envelope>
"""
_TAKEN = f"Success - Message {MESSAGE_ID} Received"
_FAULT = re.compile(r"<(?:\w+:)?(?:faultstring|Text)\b[^>]*>([^<]{1,500})<")


class NotTaken(BridgeError):
    """The address did not take the message; `is_refused` tells that it did not accept the login."""

    def __init__(self, text: str, *, is_refused: bool = False) -> None:
        super().__init__(text)
        self.is_refused = is_refused


def post_stock(base_url: str, token: str, *, source_code: str, sequence_id: int) -> None:
    """Post that no unit of the self-test's SKU is there, with this sequence id.

    Goes out as any call does: name look-up, TLS, and whatever proxies stand between. Raises
    NotTaken with a sentence.
    """
    address = f"{base_url.rstrip('/')}/soap/default?services={_SERVICE}"
    body = _ENVELOPE.format(
        service=_SERVICE,
        address=escape(address),
        sku=SELF_TEST,
        source=escape(source_code),
        sequence=sequence_id,
        message=MESSAGE_ID,
    )
    headers = {
        "Content-Type": "text/xml; charset=utf-8",
        "Authorization": f"Bearer {token}",
        "User-Agent": SELF_TEST,
    }
    try:
        network = network_for(address)
        answer = post_once(address, body.encode(), headers, network=network, seconds=SECONDS)
    except (NotAnswered, ValueError) as error:  # a ValueError: the environment's proxy
        raise NotTaken(str(error)) from error
    if answer.status == 200 and _TAKEN in answer.text:
        return
    if 300 <= answer.status < 400:
        raise NotTaken(f"It redirects ({answer.status}) to {answer.location or 'nowhere'}.")
    if said := _FAULT.search(answer.text):
        text = " ".join(unescape(said[1]).split())
        raise NotTaken(f"It answered: {text}", is_refused="authori" in text)
    raise NotTaken(
        f"What answered there ({answer.status}) is not the bridge.",
        is_refused=answer.status in (401, 403),
    )
