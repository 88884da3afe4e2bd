"""Connections that keep to a call's limits, and the adapter by which `requests` uses them."""

import socket
from base64 import b64encode
from typing import Any
from urllib.parse import unquote, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3._base_connection import ProxyConfig
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util import Retry, parse_url

from orderflow_bridge.client.limits import (
    HurriedSocket,
    Limits,
    Place,
    current_limits,
    look_up,
    reach_of_literal,
)
from orderflow_bridge.client.network import Network
from orderflow_bridge.client.said import phrased


class AddressNotAllowed(HTTPError):
    """A host leads where calls must not go, or none may leave. The text is a sentence."""

    def __init__(self, host: str, why: str = "") -> None:
        super().__init__(
            why
            or phrased(
                "%(host)s leads to an address that the bridge may not call (BRIDGE_MAY_CALL).",
                host=host,
            )
        )


class NameTimedOut(HTTPError):
    """Nobody said in time which address a name has; to ask again at once would not help."""


def basic_login(name: str, password: str) -> str:
    """Return HTTP Basic in UTF-8; requests itself would garble anything beyond Latin-1."""
    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"


def allowed_places(host: str, port: int, limits: Limits, seconds: float) -> list[Place]:
    """Look a host up; return the places that may be called.

    Raises AddressNotAllowed, and what `look_up` raises.
    """
    found = look_up(host, port, seconds)
    allowed = [place for place in found if place.reach in limits.reaches]
    if not allowed:
        raise AddressNotAllowed(host)
    return allowed


class _Line(HTTPConnection):
    """A plain connection."""

    def _new_conn(self) -> socket.socket:
        """Look the host up and connect to the first allowed address that answers."""
        limits = current_limits()
        try:
            seconds = limits.left(self.timeout)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, str(error)) from error
        try:
            places = allowed_places(self._dns_host, self.port, limits, seconds)
        except TimeoutError as error:
            raise NameTimedOut(str(error)) from error
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, str(error)) from error
        try:
            return open_socket(places, self.timeout, self.socket_options)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, str(error)) from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error


class _EncryptedLine(_Line, HTTPSConnection):
    """A connection with TLS, which has to be agreed on within the time for connecting."""

    def connect(self) -> None:
        try:
            super().connect()
        except TimeoutError as error:
            self.close()
            raise ConnectTimeoutError(self, str(error)) from error


def open_socket(places: list[Place], seconds: float | None, options: Any = ()) -> socket.socket:
    """Connect to the first place that answers. Raises OSError."""
    for number, place in enumerate(places, start=1):
        line = HurriedSocket(place.family, socket.SOCK_STREAM)
        try:
            line.settimeout(seconds)
            for option in options or ():
                line.setsockopt(*option)
            line.connect(place.address)
        except OSError:
            line.close()
            if number == len(places):
                raise
        except BaseException:
            line.close()
            raise
        else:
            return line
    raise OSError("The host has no address.")


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Line


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _EncryptedLine


_POOLS = {"http": _Pool, "https": _EncryptedPool}


class LineAdapter(HTTPAdapter):
    """Kept-alive connections through one network. Whoever sends holds the call to its limits.

    It knows no netrc logins and no cookies. Raises ValueError for unusable CA certificates.
    """

    def __init__(self, network: Network, *, pool_size: int, retries: Retry | int = 0) -> None:
        self._network = network
        self._context = network.trust.context()
        super().__init__(pool_maxsize=pool_size, pool_block=True, max_retries=retries)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)
        _use_lines(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(
            proxy, **kwargs, ssl_context=self._context, proxy_ssl_context=self._context
        )
        if not known:
            _use_lines(manager)
        return manager

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """Return the proxy's login."""
        return proxy_login(proxy)

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Leave the trusted certificates as the network has them."""

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send as `requests` does, by the network's proxy if it has one.

        Where a proxy looks a name up, it decides where it leads; of an address it need not.
        """
        kwargs["proxies"] = {}
        host = urlsplit(str(request.url)).hostname or ""
        if why := self._network.leave.why_not(str(request.url)):
            raise AddressNotAllowed(host, why)
        if self._network.proxy:
            if reach_of_literal(host) not in current_limits().reaches:
                raise AddressNotAllowed(host)
            kwargs["proxies"] = {"all": self._network.proxy}
        return super().send(request, *args, **kwargs)


def encrypted_line(network: Network, host: str, port: int, seconds: float) -> HTTPSConnection:
    """Return a connection with TLS, to be opened by `connect()`, through the proxy if any.

    Raises AddressNotAllowed.
    """
    if why := network.leave.why_not(f"https://{f'[{host}]' if ':' in host else host}:{port}"):
        raise AddressNotAllowed(host, why)
    context = network.trust.context()
    if not network.proxy:
        return _EncryptedLine(host, port, timeout=seconds, ssl_context=context)
    proxy = parse_url(network.proxy)
    line = _EncryptedLine(
        str(proxy.host),
        proxy_port(network.proxy),
        timeout=seconds,
        ssl_context=context,
        proxy=proxy,
        proxy_config=ProxyConfig(context, False, None, None),
    )
    line.set_tunnel(host, port, proxy_login(network.proxy), scheme=str(proxy.scheme))
    return line


def proxy_port(proxy: str) -> int:
    """Return a proxy's port: the scheme's own unless its address names one."""
    parts = urlsplit(proxy)
    return parts.port or (443 if parts.scheme == "https" else 80)


def proxy_login(proxy: str) -> dict[str, str]:
    """Return the header that carries a proxy's login, if its address holds one."""
    parts = urlsplit(proxy)
    if parts.username is None:
        return {}
    login = basic_login(unquote(parts.username), unquote(parts.password or ""))
    return {"Proxy-Authorization": login}


def _use_lines(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = _POOLS
