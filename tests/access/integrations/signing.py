"""Integrations, and calls signed by a client that is not ours."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client
from oauthlib.oauth1 import (
    SIGNATURE_HMAC_SHA256,
    SIGNATURE_TYPE_AUTH_HEADER,
)
from oauthlib.oauth1 import Client as Signer

from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.integrations.services import activate, prepare

SHOP = "http://testserver"
PRODUCTS = f"{SHOP}/rest/V1/products?searchCriteria[pageSize]=1"
FORM = "application/x-www-form-urlencoded"


def make_integration(
    name: str = "ERP", *, rights: Iterable[str] = (), is_active: bool = True, **values: Any
) -> Integration:
    """Make an integration with these rights, named as Django does, active unless said otherwise."""
    integration = Integration(name=name, **values)
    prepare(integration)
    integration.save()
    for right in rights:
        app_label, _, codename = right.partition(".")
        integration.permissions.add(
            Permission.objects.get(content_type__app_label=app_label, codename=codename)
        )
    if is_active:
        activate(integration, store_base_url=f"{SHOP}/")
    return integration


def signer(integration: Integration, **values: Any) -> Signer:
    """Return oauthlib's client with the integration's credentials, unless others are given."""
    credentials: dict[str, Any] = {
        "client_key": integration.consumer_key,
        "client_secret": integration.consumer_secret,
        "resource_owner_key": integration.token,
        "resource_owner_secret": integration.token_secret,
        "signature_method": SIGNATURE_HMAC_SHA256,
        "signature_type": SIGNATURE_TYPE_AUTH_HEADER,
    }
    return Signer(**(credentials | values))


def at(moment: datetime) -> dict[str, Any]:
    """Return the timestamp of a moment, for `signer`."""
    return {"timestamp": str(int(moment.timestamp()))}


def call(
    integration: Integration,
    method: str = "GET",
    url: str = PRODUCTS,
    *,
    body: Any = None,
    content_type: str = "",
    client: Client | None = None,
    sent_to: str = "",
    environ: dict[str, Any] | None = None,
    **values: Any,
) -> Any:
    """Sign a call and send it through Django's test client; return the answer.

    `sent_to` is where it goes if that is not what was signed; `environ` is put into the request.
    """
    headers = {"Content-Type": content_type} if content_type else {}
    signed, headers, body = signer(integration, **values).sign(_encoded(url), method, body, headers)
    return send(
        method, sent_to or signed, headers, body, client=client, content_type=content_type,
        environ=environ,
    )  # fmt: skip


def send(
    method: str,
    url: str,
    headers: dict[str, str],
    body: Any,
    *,
    client: Client | None = None,
    content_type: str = "",
    environ: dict[str, Any] | None = None,
) -> Any:
    """Send a call as it was signed, once more if need be."""
    return (client or Client()).generic(
        method,
        url.removeprefix(SHOP),
        body or "",
        content_type or headers.get("Content-Type", "application/json"),
        headers={name: value for name, value in headers.items() if name != "Content-Type"},
        **(environ or {}),
    )


def refused(answer: Any, text: str, status: int = 401) -> None:
    """See that an answer refuses in these words."""
    assert (answer.status_code, answer.json()["message"]) == (status, text)
    assert answer["X-Error-Code"] == "oauth-refused"


def _encoded(url: str) -> str:
    """Spell the brackets of Magento's criteria as a browser does."""
    return url.replace("[", "%5B").replace("]", "%5D")
