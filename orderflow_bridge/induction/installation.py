"""The values of this installation that OrderFlow's administrator copies, website by website.

What is shown to somebody without a sign-in comes from here: there is no password, no token and no
certificate among these values, and of an address neither a login nor a query.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from orderflow_bridge.access.selectors import importing_users
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import Api, ProblemReports
from orderflow_bridge.configuration.selectors import api, problem_reports
from orderflow_bridge.induction.guide_steps import Value
from orderflow_bridge.stores.models import Store, Website
from orderflow_bridge.stores.selectors import default_store


@dataclass(frozen=True)
class Installed:
    """A value as it is here. Without one, `missing` says what to do, and `url` is where."""

    value: Value
    text: str
    missing: str = ""
    url: str = ""


def installed(value: Value, website: Website) -> Installed:
    """Return what a value is for a website; what is the same for everybody is its source."""
    account = api(website)
    settings = section_url(Api, website)
    match value.name:
        case "of_user":
            return _known(value, account.username, _("Enter the Username."), settings)
        case "organisation":
            return _known(value, account.organisation, _("Enter the Organisation."), settings)
        case "channel" | "primary":
            return _known(value, account.channel, _("Enter the Channel."), settings)
        case "soap_url":
            return _known(
                value, soap_url(website), _("Enter the Base URL."), section_url(ProblemReports)
            )
        case "soap_user":
            user = importing_users().first()
            name = user.get_username() if user else ""
            return _known(value, name, _("Make a user with the role OrderFlow Import."))
        case "scope":
            return Installed(value, scope_of(website))
        case _:
            return Installed(value, value.source)


def soap_url(website: Website) -> str:
    """Return the address that OrderFlow calls for a website; "" without a Base URL."""
    parts = urlsplit(problem_reports().base_url)
    if not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = f"{host}:{parts.port}" if parts.port else host
    return f"{parts.scheme}://{place}{parts.path.rstrip('/')}/soap/{_store_code(website)}"


def scope_of(website: Website) -> str:
    """Return how the SOAP properties are to be scoped: as far as this OrderFlow is shared."""
    account = api(website)
    server = _server(account.endpoint)
    others = [
        each
        for each in Website.objects.exclude(pk=website.pk)
        if server and _server(api(each).endpoint) == server
    ]
    if not others:
        return _("none: this shop alone uses the OrderFlow")
    if any(api(each).organisation == account.organisation for each in others):
        return _("channel %(channel)s") % {"channel": account.channel}
    return _("organisation %(organisation)s") % {"organisation": account.organisation}


def _known(value: Value, text: str, missing: str, url: str = "") -> Installed:
    return Installed(value, text) if text else Installed(value, "", missing, url)


def _store_code(website: Website) -> str:
    """Return the code of the store view that stands for a website in an address."""
    first = default_store()
    if first is not None and first.website_id == website.pk:
        return first.code
    active = Store.objects.filter(website=website, is_active=True)
    found = active.order_by("sort_order", "pk").first()
    return found.code if found else "default"


def _server(endpoint: str) -> str:
    """Return which server an endpoint is at, without a login."""
    parts = urlsplit(endpoint.strip())
    return f"{parts.hostname}:{parts.port}{parts.path.rstrip('/')}".casefold() if endpoint else ""
