"""How calls to OrderFlow leave the house; and trying the account of a scope, saved or not."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import structlog
from django.utils.translation import gettext as _

from orderflow_bridge.client import (
    SHORT,
    Credentials,
    Finding,
    Network,
    State,
    Step,
    Timeouts,
    probe,
    said_by,
)
from orderflow_bridge.configuration.forms import SectionForm
from orderflow_bridge.configuration.outgoing import network_for
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.stored_secrets import unreadable_labels

_NEEDED = ("endpoint", "username", "password", "organisation", "channel")

log = structlog.get_logger(__name__)


def orderflow_network(account: Api) -> Network:
    """Return the network for the calls to an OrderFlow. Raises ValueError, with a sentence."""
    return network_for(
        account.endpoint,
        ca_certificates=account.ca_certificates,
        proxy=account.proxy,
        proxy_login=account.proxy_login,
    )


def try_connection(form: SectionForm, *, by: str) -> Iterator[Finding]:
    """Yield what each step of a connection test finds, beginning with the settings themselves.

    `form` is that of API Settings, bound to what was posted; a password left blank is the stored
    one. `by` is the user, for the log: it tells that there was a test, and never the password.
    """
    account, problem = _account(form)
    if problem or account is None:
        yield Finding(Step.SETTINGS, State.FAILED, problem)
        return
    yield from try_account(account, by=by)


def try_account(account: Api, *, by: str) -> Iterator[Finding]:
    """Yield what each step finds with this account; nothing follows a failure."""
    if problem := _lack(account):
        yield Finding(Step.SETTINGS, State.FAILED, problem)
        return
    try:
        network = orderflow_network(account)
        network.trust.context()
        credentials = Credentials(
            endpoint=account.endpoint,
            username=account.username,
            password=account.password,
            organisation=account.organisation,
            channel=account.channel,
        )
    except ValueError as error:
        yield Finding(Step.SETTINGS, State.FAILED, said_by(error))
        return
    if why := network.leave.why_not(account.endpoint):
        yield Finding(Step.SETTINGS, State.FAILED, why)
        return
    yield Finding(Step.SETTINGS, State.PASSED, _("All settings are filled in."))
    last = None
    for last in probe(credentials, _timeouts(account), network):
        yield last
    log.info(
        "connection_tested",
        by=by,
        endpoint=account.endpoint,
        step=last.step.value if last else "",
        state=last.state.value if last else "",
    )


def _account(form: SectionForm) -> tuple[Api | None, str]:
    """Return the account that the form describes; or none, and what to put right first."""
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        return None, f"{form.fields[name].label}: {errors[0]}"
    account = Api(**form.effective_values())
    if problem := _lack(account):
        return None, problem
    saved = Api(**{choice.setting.name: choice.value for choice in form.choices})
    typed = {choice.setting.name for choice in form.choices if form.is_typed(choice)}
    if "password" not in typed and _way(account) != _way(saved):
        # Else whoever may change this page could have the stored password sent wherever he likes.
        return None, _(
            "Endpoint, Proxy or CA Certificates lead to another server than the saved ones. Enter"
            " the password as well, or save first: the stored password is only sent to the saved"
            " server."
        )
    if account.proxy_login and "proxy_login" not in typed and account.proxy != saved.proxy:
        return None, _("Enter Proxy Login as well: the stored one is only sent to the saved proxy.")
    return account, ""


def _lack(account: Api) -> str:
    """Say what an account lacks; "" if nothing."""
    if unreadable := _unreadable(account):
        return unreadable
    labels = {each.name: each.label for each in Api.settings()}
    empty = (labels[name] for name in _NEEDED if not getattr(account, name))
    said = _("%(label)s is empty. Fill it in, then test again.")
    return next((said % {"label": label} for label in empty), "")


def _unreadable(account: Api) -> str:
    labels = unreadable_labels(account)
    if not labels:
        return ""
    return _(
        "%(secrets)s of this scope cannot be read, because the key has changed it was encrypted"
        " with. Give the former key in BRIDGE_SECRET_KEY_FALLBACKS or BRIDGE_SALT_KEY_FALLBACKS,"
        " or enter the secret again."
    ) % {"secrets": _(" and ").join(labels)}


def _way(account: Api) -> tuple[object, ...]:
    """Return what decides who hears the password: the server, and who may stand in between."""
    parts = urlsplit(account.endpoint)
    server = (parts.scheme, parts.hostname, parts.port)
    return (*server, account.proxy, "".join(account.ca_certificates.split()))


def _timeouts(account: Api) -> Timeouts:
    """Return the configured time-outs, shortened: somebody sits there and waits."""
    return Timeouts(
        connect=min(account.connect_timeout, SHORT.connect),
        read=min(account.read_timeout, SHORT.read),
        total=min(account.total_timeout, SHORT.total),
    )
