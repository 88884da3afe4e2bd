"""zeep, the best known Python client, reads our WSDLs and calls every operation through them."""

from datetime import date
from typing import Any

import pytest
import requests
import zeep
from django.contrib.auth.models import User
from pytest_django.live_server_helper import LiveServer
from requests.adapters import HTTPAdapter
from zeep.exceptions import Fault
from zeep.transports import Transport

from orderflow_bridge.request_queue.models import Request
from tests.soapapi.posting import INVENTORY, MESSAGES, SHIPMENT, TOKEN_SERVICE

pytestmark = pytest.mark.django_db(transaction=True)

VERSIONS = [pytest.param("11", id="SOAP 1.1"), pytest.param("", id="SOAP 1.2")]


class OneShot(HTTPAdapter):
    """Takes a new connection for every call: a kept one would keep the database, too."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Send a request and forget its connection."""
        request.headers["Connection"] = "close"
        response = super().send(request, *args, **kwargs)
        _ = response.content
        self.close()
        return response


class Offline(Transport):
    """Knows the one schema that zeep would fetch from the web, as far as arrays need it."""

    def load(self, url: str) -> bytes:
        """Return a document."""
        if url == "http://schemas.xmlsoap.org/soap/encoding/":
            return (MESSAGES / "soap_encoding.xsd").read_bytes()
        content: bytes = super().load(url)
        return content


class Wire:
    """Clients of the live server."""

    def __init__(self, live_server: LiveServer) -> None:
        self.url = live_server.url

    def client(self, *services: str, token: str = "") -> zeep.Client:
        """Return a client of Magento 2 services, logged in by a token if there is one."""
        query = "%2C".join(services)
        return self._read(f"{self.url}/soap/default?wsdl&services={query}", token)

    def legacy_client(self, dialect: str = "") -> zeep.Client:
        """Return a client of Magento 1's operations; `dialect` goes into the query."""
        return self._read(f"{self.url}/index.php/api/v2_soap/?wsdl=1{dialect}")

    def _read(self, url: str, token: str = "") -> zeep.Client:
        session = requests.Session()
        session.mount("http://", OneShot())
        if token:
            session.headers["Authorization"] = f"Bearer {token}"
        return zeep.Client(url, transport=Offline(session=session))


@pytest.fixture
def wire(live_server: LiveServer) -> Wire:
    """The way to the live server."""
    return Wire(live_server)


def _port(client: zeep.Client, service: str, version: str) -> Any:
    return client.bind(f"{service}Service", f"{service}Port{version}")


@pytest.mark.parametrize("version", VERSIONS)
def test_zeep_logs_in_and_calls_every_operation(wire: Wire, orderflow: User, version: str) -> None:
    login = _port(wire.client(TOKEN_SERVICE), TOKEN_SERVICE, version)
    token = login.integrationAdminTokenServiceV1CreateAdminAccessToken("orderflow", "Secret-12345")
    client = wire.client(INVENTORY, SHIPMENT, token=token)

    stock = _port(client, INVENTORY, version)
    despatch = _port(client, SHIPMENT, version)

    assert (
        stock.realtimeDespatchOrderFlowInventoryRequestManagementV1Update(
            productQtys={"item": [{"sku": "24-MB01", "qty": "90", "source": "eu"}]},
            productSeqs={"item": [{"sku": "24-MB01", "seq": "507"}]},
            messageSeqId=71,
        )
        == "Success - Message 71 Received"
    )
    assert (
        despatch.realtimeDespatchOrderFlowShipmentRequestManagementV1Create(
            orderIncrementId="000000005",
            skuQty={"item": [{"sku": "24-MB01", "qty": "1"}]},
            tracks={"item": [{"trackingNumber": "T-1"}]},
            email="1",
            messageSeqId="38",
        )
        == "Success - Message 38 Received"
    )
    lines = [request.lines for request in Request.objects.order_by("id")]
    assert lines[0] == [["24-MB01", "90", "eu", "507", None]]
    assert lines[1][0]["tracks"] == [{"trackingNumber": "T-1"}]


@pytest.mark.parametrize("service", [TOKEN_SERVICE, INVENTORY, SHIPMENT])
def test_zeep_reads_the_wsdl_of_each_service(wire: Wire, service: str) -> None:
    client = wire.client(service)

    assert list(client.wsdl.services) == [f"{service}Service"]
    assert set(client.wsdl.services[f"{service}Service"].ports) == {
        f"{service}Port",
        f"{service}Port11",
    }


@pytest.mark.parametrize(
    ("version", "code"),
    [
        pytest.param("11", "SOAP-ENV:Client", id="SOAP 1.1"),
        pytest.param("", "env:Sender", id="SOAP 1.2"),
    ],
)
def test_zeep_reads_our_faults(wire: Wire, transactional_db: None, version: str, code: str) -> None:
    stock = _port(wire.client(INVENTORY), INVENTORY, version)

    with pytest.raises(Fault) as refusal:
        stock.realtimeDespatchOrderFlowInventoryRequestManagementV1Update(
            productQtys={}, productSeqs={}, messageSeqId=1
        )

    assert refusal.value.code == code
    assert refusal.value.message == "The consumer isn't authorized to access %resources."


def test_zeep_calls_every_operation_of_magento_1(wire: Wire, orderflow: User) -> None:
    client = wire.legacy_client()
    service = client.service

    session = service.login("orderflow", "Secret-12345")

    assert (
        service.orderflowInventoryMultiUpdate(
            session,
            _encoded(client, "skuQty", {"key": "hdd000", "value": 3}),
            _encoded(client, "skuSeq", {"key": "hdd000", "value": 10}),
            4,
        )
        == "Success - Message 4 Received"
    )
    assert (
        service.orderflowShipmentCreate(
            sessionId=session,
            orderIncrementId="000000005",
            skuQty=_encoded(client, "skuQty", {"key": "24-MB01", "value": 1}),
            comment="",
            email=1,
            includeComment=0,
            courierName="DPD",
            serviceName="Next day",
            trackingNumber="T-1",
            dateShipped=date(2017, 3, 22),
            messageSeqId=39,
        )
        == "Success - Message 39 Received"
    )
    assert service.endSession(session) is True
    _check_magento_1_lines()


def test_zeep_calls_every_operation_of_magento_1_in_ws_i(wire: Wire, orderflow: User) -> None:
    service = wire.legacy_client("&wsi=1").service

    session = service.login(username="orderflow", apiKey="Secret-12345")

    assert (
        service.orderflowInventoryMultiUpdate(
            sessionId=session,
            skusQty={"complexObjectArray": [{"key": "hdd000", "value": 3}]},
            skusSeqId={"complexObjectArray": [{"key": "hdd000", "value": 10}]},
            messageSeqId=4,
        )
        == "Success - Message 4 Received"
    )
    assert (
        service.orderflowShipmentCreate(
            sessionId=session,
            orderIncrementId="000000005",
            skuQty={"complexObjectArray": [{"key": "24-MB01", "value": 1}]},
            comment="",
            email=1,
            includeComment=0,
            courierName="DPD",
            serviceName="Next day",
            trackingNumber="T-1",
            dateShipped=date(2017, 3, 22),
            messageSeqId=39,
        )
        == "Success - Message 39 Received"
    )
    assert service.endSession(sessionId=session) is True
    _check_magento_1_lines()


def _encoded(client: zeep.Client, item: str, members: dict[str, Any]) -> Any:
    """Return an encoded array of one item."""
    kind = client.get_type(f"{{urn:Magento}}{item}")
    array = client.get_type(f"{{urn:Magento}}{item}Array")
    return array([zeep.AnyObject(zeep.xsd.Element("item", kind), kind(**members))])


def _check_magento_1_lines() -> None:
    stock, despatch = (request.lines for request in Request.objects.order_by("id"))
    assert stock == [["hdd000", "3", None, "10", None]]
    assert despatch[0]["skuQtys"] == [{"sku": "24-MB01", "qty": "1", "source": None}]
    assert (despatch[0]["dateShipped"], despatch[0]["sequenceId"]) == ("2017-03-22", "39")
