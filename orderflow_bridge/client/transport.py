"""The wire itself: kept-alive connections, time-outs, and what a broken line means."""

import time
from base64 import b64encode
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError, ReadTimeoutError
from urllib3.util import Retry

from orderflow_bridge.client.credentials import Credentials
from orderflow_bridge.client.exceptions import TransportError
from orderflow_bridge.client.reply import Call, Reply

LARGEST_ANSWER = 32 * 1024 * 1024
_CHUNK = 64 * 1024
_HEADERS = {
    "Accept": "application/xml",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": "orderflow-bridge",
}


@dataclass(frozen=True)
class Timeouts:
    """Seconds to wait: for the connection, for the next byte, and for the whole answer."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0


class Transport:
    """Kept-alive connections to one OrderFlow instance. Threads may share it."""

    def __init__(
        self, credentials: Credentials, timeouts: Timeouts, *, pool_size: int, connect_retries: int
    ) -> None:
        self._timeouts = timeouts
        self._adapter = _adapter(pool_size, connect_retries)
        self._base = credentials.base
        self._prepared = requests.Request(
            "POST", credentials.base, headers={**_HEADERS, "Authorization": _basic(credentials)}
        ).prepare()

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()

    def exchange(self, call: Call) -> Reply:
        """Send a call and read its whole answer. Raises TransportError when there is none."""
        started = time.monotonic()
        try:
            with self._adapter.send(
                self._request(call),
                timeout=(self._timeouts.connect, self._timeouts.read),
                stream=True,
            ) as response:
                body = self._read(response, call, deadline=started + self._timeouts.total)
        except requests.ConnectTimeout as error:
            raise _no_connection(call, "the connection timed out") from error
        except requests.exceptions.SSLError as error:
            raise _no_connection(call, "TLS failed; check the certificate") from error
        except (requests.Timeout, ReadTimeoutError) as error:
            raise TransportError(
                f"OrderFlow gave no answer within {self._timeouts.read:g} seconds.",
                call=call,
                was_sent=True,
            ) from error
        except (requests.RequestException, HTTPError) as error:
            raise _broken(call, error) from error
        return Reply(
            call=call,
            status=response.status_code,
            content_type=response.headers.get("Content-Type", ""),
            body=body,
            seconds=time.monotonic() - started,
            retry_after=response.headers.get("Retry-After", ""),
            location=response.headers.get("Location", ""),
        )

    def _request(self, call: Call) -> requests.PreparedRequest:
        """Return a call as requests sends it.

        All calls have base address and login in common, and what is added is encoded already. To
        prepare each call anew, as a session does, would take as long as sending it.
        """
        request = self._prepared.copy()
        request.method = call.method
        request.url = f"{request.url}{call.url.removeprefix(self._base)}"
        if call.body:
            request.headers["Content-Type"] = "application/xml"
            request.prepare_body(call.body, None)
        elif call.method == "GET":
            del request.headers["Content-Length"]
        return request

    def _read(self, response: requests.Response, call: Call, *, deadline: float) -> bytes:
        """Read a body that may drip; give up at the deadline or at 32 MiB."""
        chunks, size = [], 0
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST_ANSWER:
                raise TransportError("OrderFlow's answer is too long.", call=call, was_sent=True)
            if time.monotonic() > deadline:
                raise TransportError(
                    f"OrderFlow's answer took longer than {self._timeouts.total:g} seconds.",
                    call=call,
                    was_sent=True,
                )
        return b"".join(chunks)


def _basic(credentials: Credentials) -> str:
    """Return HTTP Basic in UTF-8; requests itself would garble anything beyond Latin-1."""
    pair = f"{credentials.username}:{credentials.password}".encode()
    return f"Basic {b64encode(pair).decode()}"


def _adapter(pool_size: int, connect_retries: int) -> HTTPAdapter:
    """Return what keeps `pool_size` connections. It knows no proxies, netrc logins or cookies."""
    retry = Retry(
        total=connect_retries, connect=connect_retries, read=False, status=0, other=0, redirect=0,
        backoff_factor=0.2, allowed_methods=None, respect_retry_after_header=False,
    )  # fmt: skip
    return HTTPAdapter(pool_maxsize=pool_size, pool_block=True, max_retries=retry)


def _no_connection(call: Call, reason: str) -> TransportError:
    return TransportError(f"OrderFlow cannot be reached: {reason}.", call=call, was_sent=False)


def _broken(call: Call, error: Exception) -> TransportError:
    """Tell a connection that was never made from one that broke with the call on its way."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(cause, NameResolutionError):
        return _no_connection(call, "the host name is unknown; check the Endpoint setting")
    if isinstance(cause, NewConnectionError):
        return _no_connection(call, "the connection was refused")
    return TransportError(
        "OrderFlow closed the connection before it had answered.", call=call, was_sent=True
    )
