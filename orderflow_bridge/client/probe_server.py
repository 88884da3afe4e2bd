"""Finding a server (or the proxy), connecting, and agreeing on encryption: no word of HTTP yet."""

import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

from urllib3.exceptions import HTTPError

from orderflow_bridge.client.calls import Credentials
from orderflow_bridge.client.findings import Finding, State, Step, failed, passed
from orderflow_bridge.client.limits import Place, limits
from orderflow_bridge.client.lines import (
    AddressNotAllowed,
    allowed_places,
    encrypted_line,
    open_socket,
    proxy_port,
)
from orderflow_bridge.client.network import SETTING, Network
from orderflow_bridge.client.transport import Timeouts

_UNENCRYPTED = "The endpoint begins with http://, so login and data travel unencrypted."


@dataclass(frozen=True)
class _Gate:
    """What the bridge itself connects to: OrderFlow, or the proxy that leads to it."""

    host: str
    port: int
    proxy: str = ""
    source: str = ""

    @property
    def name(self) -> str:
        return f"The proxy {self.host}" if self.proxy else self.host

    @property
    def role(self) -> str:
        return "the proxy" if self.proxy else "OrderFlow"

    @property
    def setting(self) -> str:
        if not self.proxy:
            return "Endpoint"
        return "Proxy" if self.source == SETTING else "HTTP(S)_PROXY of the environment"

    def found_at(self, place: Place, host: str) -> str:
        address = place.address[0]
        if not self.proxy:
            return f"{host} is {address}."
        return f"The proxy {self.proxy} ({self.source}) is {address}; it looks {host} up itself."


def try_server(credentials: Credentials, timeouts: Timeouts, network: Network) -> Iterator[Finding]:
    """Yield what the name, the connection and TLS come to; nothing follows a failure."""
    parts = urlsplit(credentials.endpoint)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    gate = _gate(network, host, port)
    places, finding = _look_up(gate, host, timeouts, network)
    yield finding
    if places:
        yield (line := _connect(gate, places, timeouts, network))
        if line.state is State.PASSED and parts.scheme == "https":
            yield _encryption(host, port, timeouts, network)
        elif line.state is State.PASSED:
            yield Finding(Step.TLS, State.SKIPPED, _UNENCRYPTED)


def _gate(network: Network, host: str, port: int) -> _Gate:
    if not network.proxy:
        return _Gate(host, port)
    proxy = urlsplit(network.proxy)
    return _Gate(
        proxy.hostname or "", proxy_port(network.proxy), network.proxy_name, network.proxy_source
    )


def _look_up(
    gate: _Gate, host: str, timeouts: Timeouts, network: Network
) -> tuple[list[Place], Finding]:
    try:
        with limits(time.monotonic() + timeouts.total, network.reaches) as until:
            places = allowed_places(gate.host, gate.port, until, timeouts.connect)
    except AddressNotAllowed as error:
        return [], failed(Step.NAME, f"{error} Check {gate.setting}.")
    except (OSError, UnicodeError):
        text = f"The name {gate.host} is not known. Check the spelling in {gate.setting}"
        return [], failed(Step.NAME, f"{text}, and the DNS.")
    return places, passed(Step.NAME, gate.found_at(places[0], host))


def _connect(gate: _Gate, places: list[Place], timeouts: Timeouts, network: Network) -> Finding:
    try:
        with limits(time.monotonic() + timeouts.total, network.reaches):
            open_socket(places, timeouts.connect).close()
    except TimeoutError:
        text = (
            f"{gate.name} did not answer on port {gate.port} within {timeouts.connect:g} seconds."
            f" Check the port in {gate.setting}, and that no firewall stands between the bridge and"
            f" {gate.role}."
        )
    except ConnectionRefusedError:
        text = (
            f"{gate.name} refuses connections on port {gate.port}. Check the port in"
            f" {gate.setting}, and that {gate.role} is running."
        )
    except OSError as error:
        text = (
            f"{gate.name} cannot be reached on port {gate.port}: {error.strerror or error}. Check"
            f" the network and {gate.setting}."
        )
    else:
        return passed(Step.LINE, f"{gate.name} accepts connections on port {gate.port}.")
    return failed(Step.LINE, text)


def _encryption(host: str, port: int, timeouts: Timeouts, network: Network) -> Finding:
    """Agree on encryption with OrderFlow, through the proxy if there is one."""
    trusted = network.trust.name
    try:
        with (
            limits(time.monotonic() + timeouts.total, network.reaches),
            closing(encrypted_line(network, host, port, timeouts.connect)) as line,
        ):
            line.connect()
            version = line.sock.version()  # type: ignore[union-attr]
    except ssl.SSLCertVerificationError as error:
        return failed(
            Step.TLS,
            f"The certificate of {host} is not accepted: {error.verify_message or error}. Trusted"
            f" are {trusted}. If your own authority has issued it, name that in CA Certificates;"
            " else have it renewed or corrected.",
        )
    except (OSError, HTTPError) as error:  # also the parent of every other TLS error
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
        if str(error).startswith("Tunnel"):
            text = (
                f"The proxy {network.proxy_name} does not let the call through: {reason}. Check"
                " Proxy and Proxy Login, and that it lets through to this port."
            )
        else:
            text = (
                f"No encrypted connection could be made: {reason}. Check that port and https:// in"
                " Endpoint belong together."
            )
        return failed(Step.TLS, text)
    return passed(
        Step.TLS, f"The certificate of {host} is good ({version}). Trusted are {trusted}."
    )
