"""The stand-in's calls to the shop: tokens, native reads, and messages (docs/contract/soap.md)."""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import replace

import requests

from orderflow_bridge.sandbox.faults import LoginKind
from orderflow_bridge.sandbox.shop_messages import (
    SESSION_MARK,
    ShopMessage,
    element,
    legacy_call,
    legacy_text,
    magento_1,
    magento_2,
    magento_2_call,
    service_of,
)
from orderflow_bridge.sandbox.soap_answers import (
    Exchange,
    ShopRefused,
    ShopUnreachable,
    read_answer,
    text_of,
)

TIMEOUTS = (5, 30)
_TOKENS = "integrationAdminTokenServiceV1"
_ORDERS = "salesOrderRepositoryV1"
_PRODUCTS = "catalogProductRepositoryV1"
_LEGACY = "/index.php/api/v2_soap/"
_NOT_AUTHORISED = re.compile(r"authori[sz]ed|Session expired|Access denied", re.IGNORECASE)


class BridgeClient:
    """The bridge as OrderFlow sees it. Threads may share it."""

    def __init__(self, address: str, *, username: str, password: str) -> None:
        """`address` is the bridge's, without a path; user and password are its API user's."""
        self.address = address.rstrip("/")
        self._username = username
        self._password = password
        self._token = ""
        self._renews = True
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def refused(self, kind: LoginKind) -> "BridgeClient":
        """Return a client for one call, whose password or token the shop does not take."""
        other = copy(self)
        other._token = ""
        if kind is LoginKind.WRONG_PASSWORD:
            other._password = f"no {self._password}"
        else:
            other._token, other._renews = "0" * 32, False
        return other

    def product(self, sku: str) -> Exchange:
        """Fetch a product. Raises ShopRefused or ShopUnreachable, as all calls here do."""
        return self._native(_PRODUCTS, "Get", element("sku", sku))

    def order(self, entity_id: str) -> Exchange:
        """Fetch an order by the shop's id."""
        return self._native(_ORDERS, "Get", element("id", entity_id))

    def orders_numbered(self, increment_id: str) -> Exchange:
        """Look an order up by its number; a list does not count as a fetch."""
        criterion = (
            element("field", "increment_id") + element("value", increment_id)
            + element("conditionType", "eq")
        )  # fmt: skip
        filters = f"<item><filters><item>{criterion}</item></filters></item>"
        criteria = f"<searchCriteria><filterGroups>{filters}</filterGroups></searchCriteria>"
        return self._native(_ORDERS, "GetList", criteria)

    def deliver(self, shop_message: ShopMessage) -> Exchange:
        """Hand a message over in its dialect."""
        if shop_message.dialect == "M1":
            return self._deliver_legacy(shop_message)
        place = _place(service_of(shop_message))
        text = magento_2(shop_message, namespace=f"{self.address}{place}")
        return self._with_token(lambda: self._post(place, text))

    def _deliver_legacy(self, shop_message: ShopMessage) -> Exchange:
        """Log in, deliver, log out; what is shown names neither password nor session."""
        login = legacy_call(
            "login",
            legacy_text("username", self._username) + legacy_text("apiKey", self._password),
        )
        session = text_of(self._post(_LEGACY, login).result, "loginReturn")
        try:
            done = self._post(_LEGACY, magento_1(shop_message, session=session))
            return replace(done, sent=magento_1(shop_message, session=SESSION_MARK))
        except ShopRefused as error:
            error.exchange = replace(
                error.exchange, sent=magento_1(shop_message, session=SESSION_MARK)
            )
            raise
        finally:
            self._post(_LEGACY, legacy_call("endSession", legacy_text("sessionId", session)))

    def _native(self, service: str, method: str, inside: str) -> Exchange:
        text = self._envelope(service, method, inside)
        return self._with_token(lambda: self._post(_place(service), text))

    def _with_token(self, call: Callable[[], Exchange]) -> Exchange:
        """Make a call; when the token is refused, get a new one and try once more."""
        if not self._token:
            self._renew_token()
            return call()
        try:
            return call()
        except ShopRefused as error:
            if not self._renews or not _NOT_AUTHORISED.search(str(error)):
                raise
        self._renew_token()
        return call()

    def _renew_token(self) -> None:
        self._token = ""
        inside = element("username", self._username) + element("password", self._password)
        text = self._envelope(_TOKENS, "CreateAdminAccessToken", inside)
        exchange = self._post(_place(_TOKENS), text)
        self._token = text_of(exchange.result, "result")

    def _post(self, place: str, text: str) -> Exchange:
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        if self._token and place != _LEGACY:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            response = self._session.post(
                f"{self.address}{place}", data=text.encode(), headers=headers, timeout=TIMEOUTS
            )
        except requests.RequestException as error:
            raise ShopUnreachable(f"The shop cannot be reached: {type(error).__name__}.") from error
        return read_answer(place, text, response.status_code, response.content)

    def _envelope(self, service: str, method: str, inside: str) -> str:
        name = f"{service}{method}Request"
        return magento_2_call(name, inside, namespace=f"{self.address}{_place(service)}")


def _place(service: str) -> str:
    return f"/soap/default?services={service}"
