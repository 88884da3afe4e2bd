"""The wire itself: one session per OrderFlow instance, time-outs, and what a broken line means."""

import time
from base64 import b64encode
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError, ReadTimeoutError
from urllib3.util import Retry

from orderflow_bridge.client.credentials import Credentials
from orderflow_bridge.client.exceptions import TransportError
from orderflow_bridge.client.reply import Call, Reply

LARGEST_ANSWER = 32 * 1024 * 1024
_CHUNK = 64 * 1024


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
        self._session = _session(credentials, pool_size, connect_retries)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def exchange(self, call: Call) -> Reply:
        """Send a call and read its whole answer. Raises TransportError when there is none."""
        started = time.monotonic()
        headers = {"Content-Type": "application/xml"} if call.body else {}
        try:
            with self._session.request(
                call.method,
                call.url,
                data=call.body or None,
                headers=headers,
                timeout=(self._timeouts.connect, self._timeouts.read),
                allow_redirects=False,
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


class _Basic(AuthBase):
    """HTTP Basic in UTF-8; requests itself would garble anything beyond Latin-1."""

    def __init__(self, credentials: Credentials) -> None:
        pair = f"{credentials.username}:{credentials.password}".encode()
        self._header = f"Basic {b64encode(pair).decode()}"

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["Authorization"] = self._header
        return prepared


def _session(credentials: Credentials, pool_size: int, connect_retries: int) -> requests.Session:
    """Return a session that keeps `pool_size` connections; proxy and netrc logins are ignored."""
    retry = Retry(
        total=connect_retries, connect=connect_retries, read=False, status=0, other=0, redirect=0,
        backoff_factor=0.2, allowed_methods=None, respect_retry_after_header=False,
    )  # fmt: skip
    session = requests.Session()
    session.trust_env = False
    session.auth = _Basic(credentials)
    session.headers.update({"Accept": "application/xml", "User-Agent": "orderflow-bridge"})
    adapter = HTTPAdapter(pool_maxsize=pool_size, pool_block=True, max_retries=retry)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


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
