"""Posting a body to any address once, within a time, and saying why there was no answer."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import requests
from urllib3.exceptions import NameResolutionError, NewConnectionError

from orderflow_bridge.client.limits import limits
from orderflow_bridge.client.lines import AddressNotAllowed, LineAdapter, NameTimedOut
from orderflow_bridge.client.network import Network

CONNECT_SECONDS = 5.0
LONGEST_ANSWER = 64 * 1024


class NotAnswered(Exception):
    """There was no answer; the text is a sentence that says why."""


@dataclass(frozen=True)
class Posted:
    """An answer: its status, where it redirects to, and the beginning of its text."""

    status: int
    location: str
    text: str


def post_once(
    url: str, body: bytes, headers: Mapping[str, str], *, network: Network, seconds: float
) -> Posted:
    """Post a body and return the answer; redirections are not followed. Raises NotAnswered."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            adapter = LineAdapter(network, pool_size=1)
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            with (
                limits(time.monotonic() + seconds, network.reaches),
                session.post(
                    url,
                    data=body,
                    headers=dict(headers),
                    timeout=(CONNECT_SECONDS, seconds),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                location = response.headers.get("Location", "")
                return Posted(response.status_code, location, _beginning(response))
    except AddressNotAllowed as error:
        raise NotAnswered(f"It is not called: {error}") from error
    except (requests.Timeout, NameTimedOut, TimeoutError) as error:
        raise NotAnswered(f"There was no answer within {seconds:g} seconds.") from error
    except requests.exceptions.SSLError as error:
        raise NotAnswered("TLS failed: its certificate is not accepted.") from error
    except requests.RequestException as error:
        raise NotAnswered(_why_broken(error)) from error


def _beginning(response: requests.Response) -> str:
    chunks: list[bytes] = []
    with suppress(requests.RequestException):
        for chunk in response.iter_content(8_192):
            chunks.append(chunk)
            if sum(map(len, chunks)) >= LONGEST_ANSWER:
                break
    return b"".join(chunks).decode("utf-8", "replace")


def _why_broken(error: requests.RequestException) -> str:
    cause = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(cause, NameResolutionError):
        return "Its name is unknown."
    if isinstance(cause, NewConnectionError):
        return "It refuses connections."
    return "It hung up before it had answered."
