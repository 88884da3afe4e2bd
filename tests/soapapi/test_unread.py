"""What of a call is not understood is not acknowledged.

PHP would drop it, and ship the whole order. The forms of lists are in test_lists.py; here is what
stands beside them, or where a list is missing.
"""

import pytest
from django.test import Client

from orderflow_bridge.access.rights import PRODUCTS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_product, make_user, make_website
from tests.soapapi.posting import (
    LEGACY,
    NUMBER,
    PRODUCTS,
    QUANTITY,
    SEQUENCE,
    SHIPMENT,
    call,
    despatch,
    envelope,
    fault,
    legacy_call,
    post,
    refused,
    result,
    stock,
)

_ORDER = "<orderIncrementId>5</orderIncrementId><messageSeqId>71</messageSeqId>"
_LINES = "<skuQty><item><sku>A</sku><qty>1</qty></item></skuQty>"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("<skuqty>A=1</skuqty>", '"skuqty" is not known here. Is "skuQty" meant?'),
        ("<sku_qty>A</sku_qty>", '"sku_qty" is not known here. Is "skuQty" meant?'),
        ("<DateShipped>2026-11-01</DateShipped>", '"DateShipped" is not known here. Is'),
        ("<tracking-number>T</tracking-number>", '"?" is not known here. Is "trackingNumber"'),
        ("<Email>0</Email>", '"Email" is not known here. Is "email" meant?'),
        ('<trackingNumber value="T"/>', '"trackingNumber" has an attribute "value". Values have'),
        (
            "<lines><line><product>A</product></line></lines>",
            '"lines" is not known here, yet it may',
        ),
        ('<lines><line product="A" count="1"/></lines>', '"lines" is not known here, yet it may'),
        ("<parcel><Sku>A</Sku></parcel>", '"parcel" is not known here, yet it holds lines.'),
        (
            f"{_LINES}<parcels><parcel>T</parcel></parcels>",
            '"parcels" is not known here, yet it may',
        ),
        (f"{_LINES} A=1", f'"{SHIPMENT}CreateRequest" holds a text beside its arguments.'),
    ],
)
def test_a_despatch_with_more_than_its_arguments_is_refused(
    client: Client, token: str, arguments: str, reason: str
) -> None:
    answer = refused(post(client, despatch(_ORDER + arguments, token=token)))

    assert answer.startswith(reason)


@pytest.mark.parametrize(
    "arguments",
    [
        "<SkuQty><Item><Key>A</Key><Value>1</Value></Item></SkuQty>",
        "<skuqty>A=1</skuqty>",
        "<lines><line><product>A</product></line></lines>",
        '<skuQty key="A" value="1"/>',
        "<TrackingNumber>T</TrackingNumber>",
    ],
)
def test_magento_1s_despatch_too(client: Client, token: str, arguments: str) -> None:
    session = f"<sessionId>{token}</sessionId>"
    message = legacy_call("orderflowShipmentCreate", session + _ORDER + arguments)

    assert refused(post(client, message, LEGACY))


@pytest.mark.parametrize(
    "more",
    [
        "<website>main</website>",
        "<credentials><sessionId>x</sessionId></credentials>",
        '<comment xml:lang="en"/>',
        '<skuQty xsi:nil="true" id="nothing"/>',
    ],
)
def test_what_can_be_no_line_is_passed_over(client: Client, token: str, more: str) -> None:
    assert result(post(client, despatch(_ORDER + more, token=token)))

    [stored] = Request.objects.get().lines
    assert (stored["orderIncrementId"], stored["skuQtys"], stored["tracks"]) == ("5", [], [])


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (
            envelope(
                f"<n:{SHIPMENT}CreateRequest xmlns:n='x'>{_ORDER}</n:{SHIPMENT}CreateRequest>A=1"
            ),
            "Invalid XML: the SOAP body holds a text beside the call",
        ),
        (
            envelope(
                f"<n:{SHIPMENT}CreateRequest xmlns:n='x'>{_ORDER}</n:{SHIPMENT}CreateRequest>"
            ).replace(b"</e:Body>", b"</e:Body><skuQty><item/></skuQty>"),
            "Invalid XML: the SOAP envelope holds more than a header and a body",
        ),
    ],
)
def test_an_envelope_holds_the_call_and_nothing_beside_it(
    client: Client, token: str, message: bytes, reason: str
) -> None:
    assert refused(post(client, message, bearer=token)) == reason


def test_a_stock_message_does_not_lose_a_misspelt_time(client: Client, token: str) -> None:
    misspelt = SEQUENCE.replace("</seq>", "</seq><LastOrderExported>2026-01-01</LastOrderExported>")

    answer = refused(post(client, stock(QUANTITY + misspelt + NUMBER, token=token)))

    assert answer == '"LastOrderExported" is not known here. Is "lastOrderExported" meant?'


_FILTER = "<item><filters><item><field>sku</field><value>A</value></item></filters></item>"


@pytest.mark.parametrize(
    "criteria",
    [
        f"<filter_groups>{_FILTER}</filter_groups>",
        f"<FilterGroups>{_FILTER}</FilterGroups>",
        f"<groups>{_FILTER}</groups>",
        f"<filterGroups>{_FILTER.replace('filters', 'Filters')}</filterGroups>",
        f"<filterGroups>{_FILTER.replace('value>', 'Value>')}</filterGroups>",
        f"<filterGroups>{_FILTER.replace('>A<', '><item>A</item><')}</filterGroups>",
        '<filterGroups field="sku"/>',
        '<filterGroups><item><filters field="sku"/></item></filterGroups>',
        "sku=A",
        "<PageSize>1</PageSize>",
    ],
)
def test_a_search_of_which_something_would_be_lost_is_refused(
    client: Client, db: None, criteria: str
) -> None:
    key = grant_token(make_user("reader", rights=[PRODUCTS_VIEW]))
    search = f"<searchCriteria>{criteria}</searchCriteria>"

    assert fault(post(client, call(PRODUCTS, "GetList", search, token=key)))


def test_a_fetch_with_a_misspelt_argument_is_refused(client: Client, db: None) -> None:
    make_product("A").website_links.create(website=make_website())
    key = grant_token(make_user("reader", rights=[PRODUCTS_VIEW]))
    arguments = "<sku>A</sku><StoreId>1</StoreId>"

    answer = fault(post(client, call(PRODUCTS, "Get", arguments, token=key)))

    assert answer[1] == '"StoreId" is not known here. Is "storeId" meant?'
