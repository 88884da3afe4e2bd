"""Posting events to one receiver, several at a time, signed. Here are threads, and so no database.

Signatures are those of the Standard Webhooks scheme, so that receivers can use ready-made
libraries. What is signed is `id.timestamp.body`: neither can be changed, nor an old message be sent
anew, by anybody who does not know the secret.
"""

import hmac
import time
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from queue import SimpleQueue
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import requests

from orderflow_bridge.client import (
    AddressNotAllowed,
    BreakerPolicy,
    LineAdapter,
    NameTimedOut,
    Network,
    ProcessMemory,
    limits,
)
from orderflow_bridge.configuration.outgoing import network_for
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.tracing import spans
from orderflow_bridge.version import VERSION

FAILURES_IN_A_ROW = 5
_BREAKER = BreakerPolicy(FAILURES_IN_A_ROW)
LONGEST_ANSWER = 4_000
_MOST_HEADERS = 50
_LONGEST_HEADER = 500
_CONNECT_SECONDS = 5.0
_PREFIX = "whsec_"


@dataclass(frozen=True)
class Posted:
    """What came of posting an event. No status means that there was no answer.

    `was_tried` is False for what was not posted: the receiver fails anyway, or time was up.
    `headers` are those sent, `seconds` is how long all of it took.
    """

    event: WebhookEvent
    status: int | None = None
    answer: str = ""
    error: str = ""
    was_tried: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has the event: it answered with a status of the 200s."""
        return self.status is not None and 200 <= self.status < 300


class Receiver:
    """A website's own system. Use it with `with`; threads share its connections."""

    def __init__(
        self,
        url: str,
        *secrets: str,
        timeout: float,
        parallel: int,
        until: float,
        network: Network | None = None,
    ) -> None:
        """Each of the `secrets` signs. `until` is when posting ends (time.monotonic): what has not
        begun by then is put off.

        Raises ValueError, with a sentence, when the network's certificates cannot be used.
        """
        self._network = network = network or network_for(url)
        self._until = until
        self._url = url
        self._secrets = secrets
        self._timeout = timeout
        self._parallel = parallel
        self._memory = ProcessMemory()
        self._session = requests.Session()
        self._session.trust_env = False
        adapter = LineAdapter(network, pool_size=parallel)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._session.close()

    @property
    def is_failing(self) -> bool:
        """Whether it has failed so often in a row that it is left alone for now."""
        return self._memory.read(self._url).opened_at is not None

    def post_all(self, events: Sequence[WebhookEvent]) -> Iterator[Posted]:
        """Post events, a few at a time; yield what came of each as soon as it is known."""
        arrived: SimpleQueue[Posted] = SimpleQueue()
        pool = ThreadPoolExecutor(self._parallel, thread_name_prefix="webhook")
        try:
            for event in events:
                pool.submit(lambda each: arrived.put(self._post(each)), event)
            for _ in events:
                yield arrived.get()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _post(self, event: WebhookEvent) -> Posted:
        """Post one event, unless the receiver fails; whatever goes wrong is in the outcome."""
        if self.is_failing or time.monotonic() > self._until:
            return Posted(event, was_tried=False)
        started = time.monotonic()
        headers: Mapping[str, str] = {}
        try:
            request = self._request(event)
            headers = request.headers
            posted = self._exchange(event, request)
        except AddressNotAllowed as error:
            posted = Posted(event, error=f"Not posted: {error}")
        except (requests.Timeout, NameTimedOut, TimeoutError):
            posted = Posted(event, error=f"No answer within {self._timeout:g} seconds.")
        except requests.ConnectionError:
            posted = Posted(event, error="The receiver cannot be reached, or it hung up.")
        except Exception as error:
            posted = Posted(event, error=f"It could not be posted: {type(error).__name__}.")
        self._memory.change(
            self._url, lambda found: _BREAKER.after_call(found, 0, is_failure=not posted.is_taken)
        )
        seconds = time.monotonic() - started
        return replace(posted, headers=_shown(headers), seconds=round(seconds, 3))

    def _request(self, event: WebhookEvent) -> requests.PreparedRequest:
        body = event.body.encode()
        headers = signed_headers(
            *self._secrets, event_id=event.event_id, timestamp=int(time.time()), body=body
        )
        headers |= {
            "Content-Type": "application/json",
            "User-Agent": f"orderflow-bridge/{VERSION}",
        }
        request = requests.Request("POST", self._url, headers=headers, data=body)
        return self._session.prepare_request(request)

    def _exchange(self, event: WebhookEvent, request: requests.PreparedRequest) -> Posted:
        deadline = time.monotonic() + self._timeout
        with (
            spans.span(f"webhook {event.kind}", parent=event.traceparent),
            spans.outgoing_call("POST", urlsplit(self._url).path) as trace_headers,
            limits(deadline, self._network.reaches),
        ):
            request.headers.update(trace_headers)
            with self._session.send(
                request,
                timeout=(min(_CONNECT_SECONDS, self._timeout), self._timeout),
                allow_redirects=False,
                stream=True,
            ) as response:
                answer = _beginning(response)
        posted = Posted(
            event, response.status_code, answer, answer_headers=_shown(response.headers)
        )
        if posted.is_taken:
            return posted
        error = f"The receiver answered {response.status_code} {response.reason or ''}".rstrip()
        return replace(posted, error=f"{error}.")


def signed_headers(*secrets: str, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a delivery. `timestamp` is in seconds since 1970.

    While a secret is being replaced both sign, with a blank between the signatures.
    """
    signatures = (
        signature(each, event_id=event_id, timestamp=timestamp, body=body) for each in secrets
    )
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def signature(secret: str, *, event_id: str, timestamp: int, body: bytes) -> str:
    """Return "v1," and HMAC-SHA256 in base64."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    return f"v1,{b64encode(hmac.digest(key_of(secret), signed, sha256)).decode()}"


def key_of(secret: str) -> bytes:
    """Return the key that a secret stands for: base64 after "whsec_", else the text itself."""
    if secret.startswith(_PREFIX):
        try:
            return b64decode(secret.removeprefix(_PREFIX), validate=True)
        except Error:
            pass
    return secret.encode()


def _beginning(response: requests.Response) -> str:
    """Return the first characters of an answer: the status counts, whatever becomes of the rest."""
    chunks: list[bytes] = []
    with suppress(Exception):
        while sum(map(len, chunks)) < LONGEST_ANSWER:
            chunk = response.raw.read1(LONGEST_ANSWER, decode_content=True)
            if not chunk:
                break
            chunks.append(chunk)
    text = b"".join(chunks).decode("utf-8", "replace").replace("\0", "\ufffd")
    return text[:LONGEST_ANSWER]


def _shown(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers as they are kept: not too many, none too long, no login of a proxy."""
    kept = [
        (name, str(value)[:_LONGEST_HEADER].replace("\0", "\ufffd"))
        for name, value in headers.items()
        if name.lower() not in ("proxy-authorization", "set-cookie")
    ]
    return dict(kept[:_MOST_HEADERS])
