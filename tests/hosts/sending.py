"""OrderFlow, as it sends: SOAP over TLS, each message under its number until it is answered."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import urllib3

from tests.hosts.installation import PASSWORD
from tests.restapi.shop import an_order
from tests.supervisor.servers import wait_until

ORDERED_SKU = "24-MB04"
SKUS = ("24-MB01", "24-MB02", "24-MB03")
_NAMESPACE = "http://schemas.xmlsoap.org/soap/envelope/"
_STOCK = "realtimeDespatchOrderFlowInventoryRequestManagementV1"
_DESPATCH = "realtimeDespatchOrderFlowShipmentRequestManagementV1"


class OrderFlow:
    """Sends stock figures for ever, and each order's despatch once."""

    numbers = itertools.count(1)  # of all messages of a test run

    def __init__(self, url: str) -> None:
        self.url = url
        self.orders: Iterator[str] = iter(())
        self.stock: set[int] = set()
        self.despatched: set[str] = set()
        self.repeated = 0
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        self.headers: dict[str, str] = {}
        self.headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "text/xml"}
        self._is_over = threading.Event()

    def place_orders(self, count: int) -> None:
        """Let a shop's customers order; what they ordered is then despatched while sending."""
        document = an_order({"sku": ORDERED_SKU, "qty_ordered": 1, "price": 32})
        self.orders = iter(
            [str(self._post("/rest/V1/orders", document)["increment_id"]) for _ in range(count)]
        )

    @contextmanager
    def sending(self, threads: int = 4) -> Iterator[None]:
        """Send messages as long as the block lasts; then wait until the last ones are answered."""
        workers = [threading.Thread(target=self._send_all) for _ in range(threads)]
        for worker in workers:
            worker.start()
        try:
            yield
        finally:
            self._is_over.set()
            for worker in workers:
                worker.join()

    def go_on(self, messages: int = 8) -> None:
        """Wait until so many more stock messages are acknowledged."""
        wanted = len(self.stock) + messages
        wait_until(lambda: len(self.stock) >= wanted, seconds=180)

    def _send_all(self) -> None:
        while not self._is_over.is_set():
            number = next(self.numbers)
            if self._deliver(_STOCK, stock_message(number, [(SKUS[number % 3], number)])):
                self.stock.add(number)
            order = next(self.orders, None)
            if order and self._deliver(_DESPATCH, despatch_message(number, order)):
                self.despatched.add(order)
            time.sleep(0.05)  # enough to be under way at any moment, not so many as to wait for

    def _deliver(self, service: str, message: str, patience: float = 90) -> bool:
        """Send a message until it is acknowledged; given up only by a test that fails."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if self.send(service, message):
                return True
            self.repeated += 1
            time.sleep(0.5)
        return False

    def send(self, service: str, message: str) -> bool:
        """Send a message once; whether it was acknowledged."""
        try:
            answer = requests.post(
                f"{self.url}/soap/default?services={service}", message.encode(),
                headers=self.headers, timeout=15, verify=False,
            )  # fmt: skip
        except requests.RequestException:
            return False
        return answer.status_code == 200 and b"Success" in answer.content

    def send_stock(self, number: int, figures: list[tuple[str, int]]) -> None:
        """Send a stock message that must be acknowledged."""
        assert self._deliver(_STOCK, stock_message(number, figures))

    def _token(self) -> str:
        login = {"username": "admin", "password": PASSWORD}
        return str(self._post("/rest/V1/integration/admin/token", login))

    def _post(self, path: str, values: Any) -> Any:
        headers = {"Authorization": self.headers.get("Authorization", "")}
        answer = requests.post(
            self.url + path, json=values, headers=headers, timeout=30, verify=False
        )
        answer.raise_for_status()
        return answer.json()


def stock_message(number: int, figures: list[tuple[str, int]]) -> str:
    """Return a stock message: each SKU's figure, which is its sequence id, too."""
    quantities = "".join(f"<item><sku>{sku}</sku><qty>{qty}</qty></item>" for sku, qty in figures)
    marks = "".join(f"<item><sku>{sku}</sku><seq>{qty}</seq></item>" for sku, qty in figures)
    return _envelope(
        f"{_STOCK}UpdateRequest",
        f"<productQtys>{quantities}</productQtys><productSeqs>{marks}</productSeqs>"
        f"<messageSeqId>{number}</messageSeqId>",
    )


def despatch_message(number: int, order: str) -> str:
    """Return a despatch message for all that is open of an order."""
    return _envelope(
        f"{_DESPATCH}CreateRequest",
        f"<orderIncrementId>{order}</orderIncrementId><comment>Shipment Created</comment>"
        "<email>0</email><includeComment>0</includeComment><courierName>Generic</courierName>"
        "<serviceName></serviceName><trackingNumber></trackingNumber>"
        f"<dateShipped>2026-11-30 12:00:00</dateShipped><messageSeqId>{number}</messageSeqId>",
    )


def _envelope(operation: str, content: str) -> str:
    return (
        f'<e:Envelope xmlns:e="{_NAMESPACE}"><e:Body><m:{operation} xmlns:m="urn:orderflow">'
        f"{content}</m:{operation}></e:Body></e:Envelope>"
    )
