"""What callers may get wrong, or write in their own way, without being refused."""

import pytest
from django.test import Client
from lxml import etree

from orderflow_bridge.request_queue.models import Request
from tests.soapapi.posting import (
    INVENTORY,
    NS11,
    NS12,
    NUMBER,
    QUANTITY,
    SEQUENCE,
    despatch,
    envelope,
    fault,
    post,
    refused,
    result,
    stock,
)

RECEIVED = "Success - Message 71 Received"
LINE = ["24-MB01", "90", None, "507", None]


def _lines() -> list[object]:
    return list(Request.objects.get().lines)


@pytest.mark.parametrize(
    "address",
    [
        "/soap/default",
        "/soap/default/",
        "/index.php/soap/default",
        "/soap/all",
        "/soap/some-store_2",
        "/soap",
        f"/soap/default?services={INVENTORY}",
        f"/soap/default?services=integrationAdminTokenServiceV1,{INVENTORY}",
        f"/soap/default?services=integrationAdminTokenServiceV1%2C{INVENTORY}",
    ],
)
def test_every_spelling_of_the_address_is_served(client: Client, token: str, address: str) -> None:
    assert result(post(client, stock(token=token), address)) == RECEIVED


@pytest.mark.parametrize(
    "namespace",
    [
        "http://elsewhere/soap/default?services=" + INVENTORY,
        "https://shop/soap/default?services=a%2Cb",
        "urn:something",
        "[property:api.magento2.soap.base.url]?services=x",
    ],
)
def test_the_callers_namespace_is_echoed(client: Client, token: str, namespace: str) -> None:
    call = stock(token=token).replace(
        f"http://shop/soap/default?services={INVENTORY}".encode(), namespace.encode()
    )

    response = post(client, call)

    assert result(response) == RECEIVED
    assert f'xmlns:ns1="{namespace}"'.encode() in response.content


def test_a_caller_without_namespace_gets_the_address(client: Client, token: str) -> None:
    call = envelope(
        f"<{INVENTORY}UpdateRequest><sessionId>{token}</sessionId>{QUANTITY}{SEQUENCE}{NUMBER}"
        f"</{INVENTORY}UpdateRequest>"
    )

    response = post(client, call)

    assert result(response) == RECEIVED
    assert etree.fromstring(response.content)[0][0].tag == (
        f"{{http://testserver/soap/default?services={INVENTORY}}}{INVENTORY}UpdateResponse"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        NUMBER + SEQUENCE + QUANTITY,
        f"<unknown><deep>1</deep></unknown>{QUANTITY}{SEQUENCE}{NUMBER}<email>1</email>",
        "<n:productQtys><n:item><n:sku>24-MB01</n:sku><n:qty>90</n:qty></n:item></n:productQtys>"
        "<n:productSeqs><n:item><n:sku>24-MB01</n:sku><n:seq>507</n:seq></n:item></n:productSeqs>"
        "<n:messageSeqId>71</n:messageSeqId>",
        "<productQtys><item><qty>90</qty><colour>red</colour><sku>24-MB01</sku></item>"
        f"<other/></productQtys>{SEQUENCE}{NUMBER}",
        f"{QUANTITY.replace('<qty>', '<source xsi:nil=' + chr(34) + 'true' + chr(34) + '/><qty>')}"
        f"{SEQUENCE}{NUMBER}",
        f"{QUANTITY.replace('<qty>', '<source></source><qty>')}{SEQUENCE}{NUMBER}",
        "<productQtys><item><sku><![CDATA[24-MB01]]></sku><qty>9<!-- ninety -->0</qty></item>"
        f"</productQtys>{SEQUENCE}{NUMBER}",
        f"{QUANTITY}{SEQUENCE}<messageSeqId>\n  71\n</messageSeqId>",
        f"{QUANTITY}{SEQUENCE}<messageSeqId>0071</messageSeqId>",
        f"{QUANTITY}{SEQUENCE}<messageSeqId> +71 </messageSeqId>",
        f"{QUANTITY}{SEQUENCE}<messageSeqId>{'0' * 30}71</messageSeqId>",
    ],
)
def test_arguments_are_read_however_they_are_written(
    client: Client, token: str, arguments: str
) -> None:
    assert result(post(client, stock(arguments, token=token))) == RECEIVED
    assert _lines() == [LINE]


def test_items_may_hide_among_many(client: Client, token: str) -> None:
    items = "".join(f"<item><sku>S{n}</sku><qty>{n}</qty></item>" for n in range(300))
    odd = "<item><qty>1</qty><sku>ODD</sku></item><item/>"

    result(
        post(
            client,
            stock(f"<productQtys>{items}{odd}</productQtys><productSeqs/>{NUMBER}", token=token),
        )
    )

    lines = _lines()
    assert len(lines) == 302
    assert lines[299] == ["S299", "299", None, None, None]
    assert lines[300:] == [["ODD", "1", None, None, None], [None] * 5]


def test_a_bad_line_does_not_refuse_its_message(client: Client, token: str) -> None:
    quantities = (
        "<item><sku>A</sku><qty>abc</qty></item><item><sku/><qty>1</qty></item>"
        "<item><sku>C</sku></item>"
    )
    sequences = "<item><sku>A</sku><seq>NaN</seq></item>"

    response = post(
        client,
        stock(
            f"<productQtys>{quantities}</productQtys><productSeqs>{sequences}</productSeqs>{NUMBER}",
            token=token,
        ),
    )

    assert result(response) == RECEIVED
    assert _lines() == [
        ["A", "abc", None, "NaN", None],
        [None, "1", None, None, None],
        ["C", None, None, None, None],
    ]


@pytest.mark.parametrize(
    "disguise",
    [
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: b" \r\n\t" + body,
        lambda body: b"\xef\xbb\xbf\n" + b'<?xml version="1.0" encoding="UTF-8"?>' + body,
        lambda body: b'<?xml version="1.0"?><!-- from OrderFlow --><?php x?>' + body,
        lambda body: b'<?xml version="1.0" encoding="ISO-8859-1"?>' + body,
        lambda body: ('<?xml version="1.0" encoding="UTF-16"?>' + body.decode()).encode("utf-16"),
        lambda body: body + b"\n\n",
    ],
)
def test_what_stands_around_the_envelope_does_not_matter(
    client: Client, token: str, disguise: object
) -> None:
    assert callable(disguise)

    assert result(post(client, disguise(stock(token=token)))) == RECEIVED


@pytest.mark.parametrize(
    "content_type",
    [
        "application/soap+xml",
        "application/x-www-form-urlencoded",
        "text/xml; charset=bogus",
        "multipart/related; boundary=x",
        "nonsense",
        "",
    ],
)
def test_the_content_type_is_ignored(client: Client, token: str, content_type: str) -> None:
    response = post(client, stock(token=token), content_type=content_type)

    assert result(response) == RECEIVED
    assert response["Content-Type"] == "text/xml; charset=utf-8"


def test_the_soap_action_is_ignored(client: Client, token: str) -> None:
    assert result(post(client, stock(token=token), HTTP_SOAPACTION='"other"')) == RECEIVED


@pytest.mark.parametrize("version", [NS11, NS12])
def test_headers_are_passed_over(client: Client, token: str, version: str) -> None:
    header = (
        '<e:Header><w:Security xmlns:w="urn:wsse" e:mustUnderstand="0"><w:x/></w:Security>'
        "</e:Header>"
    )

    assert result(post(client, stock(token=token, version=version, header=header))) == RECEIVED


@pytest.mark.parametrize(("version", "yes"), [(NS11, "1"), (NS12, "true"), (NS12, "1")])
def test_a_header_that_must_be_understood_refuses(
    client: Client, token: str, version: str, yes: str
) -> None:
    header = f'<e:Header><a:b xmlns:a="urn:a" e:mustUnderstand="{yes}"/></e:Header>'

    response = post(client, stock(token=token, version=version, header=header))

    assert fault(response)[0].endswith(":MustUnderstand")
    assert refused(response) == "A header that must be understood is not."


@pytest.mark.parametrize(
    ("version", "receiver"),
    [
        (NS11, 'e:actor="http://other"'),
        (NS11, 'e:actor="urn:relay"'),
        (NS12, 'e:role="http://other"'),
        (NS12, 'e:role="http://www.w3.org/2003/05/soap-envelope/role/none"'),
    ],
)
def test_a_header_for_somebody_else_is_passed_over(
    client: Client, token: str, version: str, receiver: str
) -> None:
    header = f'<e:Header><a:b xmlns:a="urn:a" e:mustUnderstand="1" {receiver}/></e:Header>'

    assert result(post(client, stock(token=token, version=version, header=header))) == RECEIVED


@pytest.mark.parametrize(
    ("version", "receiver"),
    [
        (NS11, 'e:actor=""'),
        (NS11, 'e:actor="http://schemas.xmlsoap.org/soap/actor/next"'),
        (NS11, 'e:role="http://other"'),
        (NS12, 'e:role="http://www.w3.org/2003/05/soap-envelope/role/next"'),
        (NS12, 'e:role="http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver"'),
        (NS12, 'e:actor="http://other"'),
    ],
)
def test_a_header_for_whoever_receives_it_must_be_understood(
    client: Client, token: str, version: str, receiver: str
) -> None:
    header = f'<e:Header><a:b xmlns:a="urn:a" e:mustUnderstand="1" {receiver}/></e:Header>'

    response = post(client, stock(token=token, version=version, header=header))

    assert refused(response) == "A header that must be understood is not."


@pytest.mark.parametrize(
    "place",
    [
        lambda session: stock(QUANTITY + session + SEQUENCE + NUMBER),
        lambda session: stock(QUANTITY + SEQUENCE + NUMBER + session),
        lambda session: stock(header=f"<e:Header>{session}</e:Header>"),
        lambda session: stock(f"<credentials>{session}</credentials>{QUANTITY}{SEQUENCE}{NUMBER}"),
        lambda session: stock(
            QUANTITY + SEQUENCE + NUMBER + session.replace("sessionId", "n:sessionId")
        ),
    ],
)
def test_the_session_id_may_stand_anywhere(client: Client, token: str, place: object) -> None:
    assert callable(place)

    assert result(post(client, place(f"<sessionId> {token} </sessionId>"))) == RECEIVED


def test_a_despatch_without_id_leaves_a_gap_in_the_answer(client: Client, token: str) -> None:
    order = "<orderIncrementId>000000005</orderIncrementId>"

    assert result(post(client, despatch(order, token=token))) == "Success - Message  Received"
    assert Request.objects.get().message_id == ""


def test_tracks_and_sources_of_a_despatch_are_kept(client: Client, token: str) -> None:
    response = post(
        client,
        despatch(
            "<messageSeqId>A-7</messageSeqId><orderIncrementId>5</orderIncrementId>"
            "<skuQty><item><sku>X</sku><qty>2</qty><source>eu</source></item></skuQty>"
            "<tracks><item><trackingNumber>T1</trackingNumber></item><item/>"
            "<item><trackingNumber>T2</trackingNumber></item></tracks>",
            token=token,
        ),
    )

    assert result(response) == "Success - Message A-7 Received"
    (stored,) = Request.objects.get().lines
    assert stored["skuQtys"] == [{"sku": "X", "qty": "2", "source": "eu"}]
    assert stored["tracks"] == [
        {"trackingNumber": "T1"},
        {"trackingNumber": None},
        {"trackingNumber": "T2"},
    ]
