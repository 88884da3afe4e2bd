"""Who is calling, when a proxy stands in front: the address the nearest trusted proxy has seen."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

from orderflow_bridge.http.web_threads import Application, Environ


def with_client_address(application: Application, *, proxies: int) -> Application:
    """Return a WSGI application that sees the caller's address as REMOTE_ADDR.

    `proxies` is how many proxies of our own a call passes. Each appends the address it was called
    from to X-Forwarded-For, so only that many entries, counted from the right, can be believed;
    what a caller has put there himself stands further left. 0 believes nothing.
    """

    def addressed(environ: Environ, start_response: Any) -> Iterable[bytes]:
        seen = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if 0 < proxies <= len(seen) and (address := _address(seen[-proxies])):
            environ["REMOTE_ADDR"] = address
        return application(environ, start_response)

    return addressed


def _address(entry: str) -> str:
    """Return the address of an entry, which may name a port: `192.0.2.7:443`, `[2001:db8::7]:443`.

    Returns "" for what is none: some proxies write `unknown`.
    """
    text = entry.strip()
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return str(ip_address(host))
    except ValueError:
        return ""
