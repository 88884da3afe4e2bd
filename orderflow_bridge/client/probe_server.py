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
from orderflow_bridge.client.said import phrased, said_by
from orderflow_bridge.client.transport import Timeouts

_UNENCRYPTED = phrased("The endpoint begins with http://, so login and data travel unencrypted.")


@dataclass(frozen=True)
class _Gate:
    """What the bridge itself connects to: OrderFlow, or the proxy that leads to it."""

    host: str
    port: int
    proxy: str = ""
    source: str = ""

    @property
    def name(self) -> str:
        return phrased("The proxy %(host)s", host=self.host) if self.proxy else self.host

    @property
    def role(self) -> str:
        return phrased("the proxy") if self.proxy else "OrderFlow"

    @property
    def setting(self) -> str:
        if not self.proxy:
            return phrased("Endpoint")
        if self.source == SETTING:
            return phrased("Proxy")
        return phrased("HTTP(S)_PROXY of the environment")

    def found_at(self, place: Place, host: str) -> str:
        address = place.address[0]
        if not self.proxy:
            return phrased("%(host)s is %(address)s.", host=host, address=address)
        return phrased(
            "The proxy %(proxy)s (%(source)s) is %(address)s; it looks %(host)s up itself.",
            proxy=self.proxy,
            source=self.source,
            address=address,
            host=host,
        )


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
        text = phrased("%(why)s Check %(setting)s.", why=said_by(error), setting=gate.setting)
        return [], failed(Step.NAME, text)
    except (OSError, UnicodeError):
        text = phrased(
            "The name %(host)s is not known. Check the spelling in %(setting)s, and the DNS.",
            host=gate.host,
            setting=gate.setting,
        )
        return [], failed(Step.NAME, text)
    return places, passed(Step.NAME, gate.found_at(places[0], host))


def _connect(gate: _Gate, places: list[Place], timeouts: Timeouts, network: Network) -> Finding:
    try:
        with limits(time.monotonic() + timeouts.total, network.reaches):
            open_socket(places, timeouts.connect).close()
    except TimeoutError:
        text = phrased(
            "%(server)s did not answer on port %(port)s within %(seconds)s seconds. Check the port"
            " in %(setting)s, and that no firewall stands between the bridge and %(role)s.",
            server=gate.name,
            port=gate.port,
            seconds=format(timeouts.connect, "g"),
            setting=gate.setting,
            role=gate.role,
        )
    except ConnectionRefusedError:
        text = phrased(
            "%(server)s refuses connections on port %(port)s. Check the port in %(setting)s, and"
            " that %(role)s is running.",
            server=gate.name,
            port=gate.port,
            setting=gate.setting,
            role=gate.role,
        )
    except OSError as error:
        text = phrased(
            "%(server)s cannot be reached on port %(port)s: %(why)s. Check the network and"
            " %(setting)s.",
            server=gate.name,
            port=gate.port,
            why=error.strerror or error,
            setting=gate.setting,
        )
    else:
        good = phrased(
            "%(server)s accepts connections on port %(port)s.", server=gate.name, port=gate.port
        )
        return passed(Step.LINE, good)
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
            phrased(
                "The certificate of %(host)s is not accepted: %(why)s. Trusted are %(trusted)s. If"
                " your own authority has issued it, name that in CA Certificates; else have it"
                " renewed or corrected.",
                host=host,
                why=error.verify_message or error,
                trusted=trusted,
            ),
        )
    except (OSError, HTTPError) as error:  # also the parent of every other TLS error
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
        if str(error).startswith("Tunnel"):
            text = phrased(
                "The proxy %(proxy)s does not let the call through: %(why)s. Check Proxy and Proxy"
                " Login, and that it lets through to this port.",
                proxy=network.proxy_name,
                why=reason,
            )
        else:
            text = phrased(
                "No encrypted connection could be made: %(why)s. Check that port and https:// in"
                " Endpoint belong together.",
                why=reason,
            )
        return failed(Step.TLS, text)
    text = phrased(
        "The certificate of %(host)s is good (%(version)s). Trusted are %(trusted)s.",
        host=host,
        version=version,
        trusted=trusted,
    )
    return passed(Step.TLS, text)
