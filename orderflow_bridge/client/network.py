"""How calls leave the house: which certificates are trusted, by which proxy, and how far.

A setting decides; without one the usual environment variables do, as they do for every other
program on the machine.
"""

import os
import ssl
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

import certifi
from requests.utils import get_environ_proxies, prepend_scheme_if_needed, select_proxy
from urllib3.util.ssl_ import create_urllib3_context

from orderflow_bridge.client.leave import ANYBODY, Leave
from orderflow_bridge.client.limits import USUAL, HurriedSSLSocket, Reach, reach_of_literal
from orderflow_bridge.client.said import phrased

DIRECT = "direct"
SETTING = phrased("setting Proxy")
PEM = "-----BEGIN"
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Trust:
    """CA certificates: a file or folder, or the text itself; `name` is what a person calls them."""

    name: str
    path: str = ""
    text: str = field(default="", repr=False)

    @classmethod
    def chosen(cls, setting: str = "") -> Self:
        """Return what the setting names, else the environment, else the well-known authorities."""
        if setting.lstrip().startswith(PEM):
            return cls(phrased("those in the setting CA Certificates"), text=setting)
        if setting:
            return cls(phrased("%(path)s (setting CA Certificates)", path=setting), path=setting)
        for variable in CA_VARIABLES:
            if path := os.environ.get(variable):
                return cls(f"{path} ({variable})", path=path)
        return cls(phrased("the well-known authorities"), path=certifi.where())

    def context(self) -> ssl.SSLContext:
        """Return a context for connections. Raises ValueError if the certificates are unusable."""
        context = create_urllib3_context()
        context.sslsocket_class = HurriedSSLSocket
        try:
            if self.text:
                context.load_verify_locations(cadata=self.text)
            elif Path(self.path).is_dir():
                context.load_verify_locations(capath=self.path)
            else:
                context.load_verify_locations(cafile=self.path)
        except (OSError, ValueError) as error:
            why: str = phrased("there is no certificate in PEM form in it")
            if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
                why = error.strerror or str(error)
            raise ValueError(
                phrased(
                    "CA certificates cannot be read: %(name)s: %(why)s.", name=self.name, why=why
                )
            ) from error
        return context


@dataclass(frozen=True)
class Network:
    """What the calls to one address have in common. `proxy` is a URL with its login, or ""."""

    trust: Trust = field(default_factory=Trust.chosen)
    proxy: str = field(default="", repr=False)
    reaches: frozenset[Reach] = USUAL
    proxy_source: str = ""
    leave: Leave = ANYBODY

    @classmethod
    def chosen(
        cls,
        url: str,
        *,
        ca_certificates: str = "",
        proxy: str = "",
        proxy_login: str = "",
        reaches: frozenset[Reach] = USUAL,
        leave: Leave = ANYBODY,
    ) -> Self:
        """Return the network for an address, by settings (may be "") and environment.

        `proxy` may be "direct": no proxy, whatever the environment says. `proxy_login` is
        "name:password". Raises ValueError, with a sentence, for a proxy that is none.
        """
        source: str = SETTING
        if not proxy:
            proxy, source = _proxy_of_environment(url), phrased("environment")
            proxy_login = ""
        if proxy in ("", DIRECT):
            return cls(Trust.chosen(ca_certificates), "", reaches, leave=leave)
        check_proxy(proxy)
        if proxy_login:
            name, _, password = proxy_login.partition(":")
            scheme, _, rest = proxy.partition("://")
            proxy = f"{scheme}://{quote(name, safe='')}:{quote(password, safe='')}@{rest}"
        return cls(Trust.chosen(ca_certificates), proxy, reaches, source, leave)

    @cached_property
    def proxy_name(self) -> str:
        """The proxy as it is shown: without its login."""
        parts = urlsplit(self.proxy)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if self.proxy else ""


def check_proxy(url: str) -> None:
    """Raise ValueError, with a sentence, unless this is the address of an HTTP proxy."""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or parts.path.strip("/") or parts.query or parts.fragment:
        shown = url.rpartition("@")[2]
        raise ValueError(
            f"“{shown}” is not the address of an HTTP proxy, such as http://proxy.example:3128."
        )


def _proxy_of_environment(url: str) -> str:
    """Return what HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY say.

    This machine itself is called directly, or a proxy would break every rehearsal on loopback.
    """
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return ""
    if reach_of_literal(host) is Reach.LOOPBACK:
        return ""
    found = select_proxy(url, get_environ_proxies(url, no_proxy=None))
    return prepend_scheme_if_needed(found, "http").rstrip("/") if found else ""  # type: ignore[no-untyped-call]
