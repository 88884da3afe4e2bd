"""A signed call as OAuth 1.0a sees it: its parameters, wherever they stand, and what was signed.

Nothing is looked up here. A caller signs the address that he knows, which may be a proxy's: every
address by which the call may have been made is tried. None can be believed too easily, since who
lacks the secrets cannot sign for any.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from oauthlib.oauth1.rfc5849.utils import parse_authorization_header, unescape

from orderflow_bridge.configuration.selectors import problem_reports

SIGNATURE = "oauth_signature"
_SCHEME = "oauth "
_FORM = "application/x-www-form-urlencoded"
_MOST_PARAMETERS = 1_000
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class SignedRequest:
    """`oauth` are OAuth's own parameters, `signed` all that count in the signature.

    `method` is HTTP's, `urls` are the addresses that may have been signed, without their queries.
    """

    method: str
    urls: tuple[str, ...]
    oauth: Mapping[str, str]
    signed: Pairs


def signed_request(request: HttpRequest) -> SignedRequest | None:
    """Return a call as it was signed, None if it is not signed at all.

    The parameters stand in the header, or in a form, or in the query. Raises ValueError if they
    cannot be read. The body must be bounded before: a form is read whole.
    """
    header = request.META.get("HTTP_AUTHORIZATION", "")
    query = request.META.get("QUERY_STRING", "")
    if header.lower().startswith(_SCHEME):
        own = [
            (name, unescape(value))
            for name, value in parse_authorization_header(header)
            if name != "realm"
        ]
        return _signed(request, own, [*_pairs(query), *_form(request)], is_apart=True)
    if header:
        return None
    if SIGNATURE in query:
        pairs = _pairs(query)
        return _signed(request, pairs, _form(request))
    form = _form(request)
    return _signed(request, form, _pairs(query)) if _names(form, SIGNATURE) else None


def unsigned_request(request: HttpRequest) -> SignedRequest:
    """Return a call that nobody has signed, for whoever says what is missing."""
    return SignedRequest(request.method or "", (), {}, [])


def _signed(
    request: HttpRequest, own: Pairs, others: Pairs, *, is_apart: bool = False
) -> SignedRequest | None:
    """`own` hold OAuth's parameters, among others unless they stand apart in the header."""
    if not is_apart and not _names(own, SIGNATURE):
        return None
    protocol = [(name, value) for name, value in own if name.startswith("oauth_")]
    oauth = dict(protocol)
    if len(oauth) != len(protocol):
        raise ValueError("a parameter of OAuth is given twice")
    signed = [pair for pair in [*own, *others] if pair[0] != SIGNATURE]
    return SignedRequest(request.method or "", tuple(dict.fromkeys(_urls(request))), oauth, signed)


def _pairs(text: str) -> Pairs:
    return parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)


def _form(request: HttpRequest) -> Pairs:
    if not request.META.get("CONTENT_TYPE", "").lower().startswith(_FORM):
        return []
    return _pairs(request.body.decode("utf-8", "replace"))


def _names(pairs: Sequence[tuple[str, str]], wanted: str) -> bool:
    return any(name == wanted for name, _ in pairs)


def _urls(request: HttpRequest) -> Iterator[str]:
    """Yield the public Base URL, what the nearest proxy says it was called by, what we were.

    The path is the caller's own spelling where the server keeps it (`RAW_URI`).
    """
    raw = request.META.get("RAW_URI") or request.get_full_path()
    path = raw.partition("?")[0]
    if base := problem_reports().base_url:
        yield base.partition("?")[0].rstrip("/") + path
    if settings.BRIDGE_PROXIES and (host := _last(request, "HTTP_X_FORWARDED_HOST")):
        scheme = _last(request, "HTTP_X_FORWARDED_PROTO") or request.scheme
        yield f"{scheme}://{host}{path}"
    try:
        host = request.get_host()
    except DisallowedHost:
        return
    yield f"{request.scheme}://{host}{path}"
    if settings.BRIDGE_PROXIES and (scheme := _last(request, "HTTP_X_FORWARDED_PROTO")):
        yield f"{scheme}://{host}{path}"


def _last(request: HttpRequest, header: str) -> str:
    """Return what the nearest proxy has written: the last of several."""
    return str(request.META.get(header, "")).rpartition(",")[2].strip()
