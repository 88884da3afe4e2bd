"""The wire itself: kept-alive connections, time-outs, and what a broken line means."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.util import Retry

from orderflow_bridge.client.calls import (
    Around,
    Call,
    Credentials,
    Reply,
    TransportError,
    with_nothing,
)
from orderflow_bridge.client.limits import limits
from orderflow_bridge.client.lines import AddressNotAllowed, LineAdapter, NameTimedOut, basic_login
from orderflow_bridge.client.network import Network
from orderflow_bridge.client.said import phrased, said_by
from orderflow_bridge.version import VERSION

TOO_LONG = phrased("OrderFlow's answer is too long.")
LARGEST_ANSWER = 32 * 1024 * 1024
LARGEST_STREAM = 2 * 1024 * 1024 * 1024
KEPT_OF_STREAM = 64 * 1024
_CHUNK = 64 * 1024
_HEADERS = {
    "Accept": "application/xml",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"orderflow-bridge/{VERSION}",
}

_CUT_OFF = (RemoteDisconnected, IncompleteRead)
_PROXY_TROUBLES: dict[type[Exception], str] = {
    NameResolutionError: phrased("its name is unknown"),
    NewConnectionError: phrased("it refuses connections"),
    ConnectTimeoutError: phrased("it does not answer in time"),
    SSLError: phrased("its certificate is not accepted"),
}


@dataclass(frozen=True)
class Timeouts:
    """Seconds to wait: for each try to connect, for the next byte, and for the whole call."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0


class Transport:
    """Kept-alive connections to one OrderFlow instance. Threads may share it."""

    def __init__(
        self,
        credentials: Credentials,
        timeouts: Timeouts,
        *,
        pool_size: int,
        connect_retries: int,
        network: Network,
        around: Around = with_nothing,
    ) -> None:
        """Raises ValueError, with a sentence, when the network's certificates cannot be used."""
        self._timeouts = timeouts
        self._network = network
        self._around = around
        self._adapter = LineAdapter(network, pool_size=pool_size, retries=_retries(connect_retries))
        self._base = credentials.base
        login = basic_login(credentials.username, credentials.password)
        self._prepared = requests.Request(
            "POST", credentials.base, headers={**_HEADERS, "Authorization": login}
        ).prepare()

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()

    def exchange(self, call: Call) -> Reply:
        """Send a call and read its whole answer. Raises TransportError when there is none.

        It is over `total` seconds after it began, whatever the other side does: the name look-up,
        the connection, TLS, the headers and the body all count.
        """
        return self._exchange(call, self._timeouts.total, _read)

    def stream(self, call: Call, feed: Callable[[bytes, str], bool], seconds: float) -> Reply:
        """Send a call and hand its answer on as it arrives, with the content type it names.

        Nothing more is read once `feed` returns False. The answer of an error status is read as
        any other. Of a stream the reply holds the beginning. It is over `seconds` after it began.
        Raises TransportError; what was handed on until then is worth nothing.
        """

        def read(response: requests.Response, call: Call) -> bytes:
            if response.status_code >= 300:
                return _read(response, call)
            return _hand_on(response, call, feed)

        return self._exchange(call, seconds, read)

    def _exchange(
        self, call: Call, seconds: float, read: Callable[[requests.Response, Call], bytes]
    ) -> Reply:
        started = time.monotonic()
        deadline = started + seconds
        try:
            with (
                self._around(call.method, urlsplit(call.url).path) as headers,
                limits(deadline, self._network.reaches),
                self._adapter.send(
                    self._request(call, headers),
                    timeout=(self._timeouts.connect, self._timeouts.read),
                    stream=True,
                ) as response,
            ):
                body = read(response, call)
        except requests.ConnectTimeout as error:
            raise _no_connection(call, phrased("the connection timed out")) from error
        except NameTimedOut as error:
            raise _no_connection(call, phrased("the name look-up timed out")) from error
        except requests.exceptions.ProxyError as error:
            raise _no_connection(call, self._why_no_proxy(error)) from error
        except requests.exceptions.SSLError as error:
            raise _no_connection(call, phrased("TLS failed; check the certificate")) from error
        except (requests.Timeout, ReadTimeoutError, TimeoutError) as error:
            raise self._no_answer(call, seconds, time.monotonic() >= deadline) from error
        except AddressNotAllowed as error:
            raise TransportError(
                phrased("OrderFlow is not called: %(why)s", why=said_by(error)),
                call=call,
                was_sent=False,
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

    def _request(self, call: Call, headers: Mapping[str, str]) -> requests.PreparedRequest:
        """Return a call as requests sends it.

        All calls have base address and login in common, and what is added is encoded already. To
        prepare each call anew, as a session does, would take as long as sending it.
        """
        request = self._prepared.copy()
        request.method = call.method
        request.url = f"{request.url}{call.url.removeprefix(self._base)}"
        request.headers.update(headers)
        if call.body:
            request.headers["Content-Type"] = "application/xml"
            request.prepare_body(call.body, None)
        elif call.method == "GET":
            del request.headers["Content-Length"]
        return request

    def _no_answer(self, call: Call, total: float, is_over: bool) -> TransportError:
        text = phrased(
            "OrderFlow gave no answer within %(seconds)s seconds.",
            seconds=format(self._timeouts.read, "g"),
        )
        if is_over and total != self._timeouts.read:
            text = phrased(
                "OrderFlow's answer took longer than %(seconds)s seconds.",
                seconds=format(total, "g"),
            )
        return TransportError(text, call=call, was_sent=True)

    def _why_no_proxy(self, error: Exception) -> str:
        """Say what a proxy said; it was asked for a connection and sent nothing on."""
        cause = getattr(error.args[0], "reason", None) if error.args else None
        reason = getattr(cause, "original_error", None)
        said = str(reason).rstrip(".") if isinstance(reason, OSError) else phrased("it hung up")
        known = (text for kind, text in _PROXY_TROUBLES.items() if isinstance(reason, kind))
        detail = next(known, said)
        return phrased(
            "the proxy %(proxy)s does not let the call through (%(why)s)",
            proxy=self._network.proxy_name,
            why=detail,
        )


def _read(response: requests.Response, call: Call) -> bytes:
    """Read a body; give up at 32 MiB."""
    chunks, size = [], 0
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if size > LARGEST_ANSWER:
            raise TransportError(TOO_LONG, call=call, was_sent=True)
    return b"".join(chunks)


def _hand_on(response: requests.Response, call: Call, feed: Callable[[bytes, str], bool]) -> bytes:
    """Hand a body on piece by piece; return its beginning. Gives up at 2 GiB."""
    content_type = response.headers.get("Content-Type", "")
    kept, size = b"", 0
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        size += len(chunk)
        if size > LARGEST_STREAM:
            raise TransportError(TOO_LONG, call=call, was_sent=True)
        if len(kept) < KEPT_OF_STREAM:
            kept = (kept + chunk)[:KEPT_OF_STREAM]
        if not feed(chunk, content_type):
            break
    return kept


def _retries(connect: int) -> Retry:
    """Return how often a connection that cannot be made is tried again; nothing else is."""
    return Retry(
        total=connect, connect=connect, read=False, status=0, other=0, redirect=0,
        backoff_factor=0.2, allowed_methods=None, respect_retry_after_header=False,
    )  # fmt: skip


def _no_connection(call: Call, reason: str) -> TransportError:
    text = phrased("OrderFlow cannot be reached: %(why)s.", why=reason)
    return TransportError(text, call=call, was_sent=False)


def _broken(call: Call, error: Exception) -> TransportError:
    """Tell a connection that was never made from one that broke with the call on its way."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(cause, NameResolutionError):
        return _no_connection(call, phrased("the host name is unknown; check the Endpoint setting"))
    if isinstance(cause, NewConnectionError):
        return _no_connection(call, phrased("the connection was refused"))
    text = phrased("OrderFlow closed the connection before it had answered.")
    for each in _causes(error):
        if isinstance(each, DecodeError):
            text = phrased("OrderFlow's answer cannot be unpacked: it is not what its header says.")
        elif isinstance(each, HTTPException) and not isinstance(each, _CUT_OFF):
            text = phrased(
                "What answers there does not speak HTTP; check the port, and http:// or https://,"
                " of the Endpoint setting."
            )
    return TransportError(text, call=call, was_sent=True)


def _causes(error: object) -> Iterator[object]:
    """Yield an error and those it was made of."""
    yield error
    for each in getattr(error, "args", ()):
        if isinstance(each, Exception):
            yield from _causes(each)
