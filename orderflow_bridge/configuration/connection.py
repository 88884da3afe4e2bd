"""Trying the OrderFlow account of a scope, as it stands in the form: saved or not."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import structlog

from orderflow_bridge.client import SHORT, Credentials, Finding, State, Step, Timeouts, probe
from orderflow_bridge.configuration.columns import SecretColumn
from orderflow_bridge.configuration.forms import SectionForm
from orderflow_bridge.configuration.sections import Api

_NEEDED = ("endpoint", "username", "password", "organisation", "channel")

log = structlog.get_logger(__name__)


def try_connection(form: SectionForm, *, by: str) -> Iterator[Finding]:
    """Yield what each step of a connection test finds, beginning with the settings themselves.

    `form` is that of API Settings, bound to what was posted; a password left blank is the stored
    one. `by` is the user, for the log: it tells that there was a test, and never the password.
    """
    account, problem = _account(form)
    if problem or account is None:
        yield Finding(Step.SETTINGS, State.FAILED, problem)
        return
    yield Finding(Step.SETTINGS, State.PASSED, "All settings are filled in.")
    credentials = Credentials(
        endpoint=account.endpoint,
        username=account.username,
        password=account.password,
        organisation=account.organisation,
        channel=account.channel,
    )
    last = None
    for last in probe(credentials, _timeouts(account)):
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
    labels = {each.name: each.label for each in Api.settings()}
    for name in _NEEDED:
        if not getattr(account, name):
            return None, f"{labels[name]} is empty. Fill it in, then test again."
    if not _is_password_typed(form) and _server(account.endpoint) != _server(_saved(form)):
        # Else whoever may change this page could have the stored password sent wherever he likes.
        return None, (
            "The endpoint names another server than the one that is saved. Enter the password as"
            " well, or save first: the stored password is only sent to the saved server."
        )
    return account, ""


def _is_password_typed(form: SectionForm) -> bool:
    return any(
        isinstance(choice.setting.column, SecretColumn) and form.is_typed(choice)
        for choice in form.choices
    )


def _saved(form: SectionForm) -> str:
    saved = {choice.setting.name: choice.value for choice in form.choices}
    return str(saved["endpoint"])


def _server(endpoint: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(endpoint)
    return parts.scheme, parts.hostname, parts.port


def _timeouts(account: Api) -> Timeouts:
    """Return the configured time-outs, shortened: somebody sits there and waits."""
    return Timeouts(
        connect=min(account.connect_timeout, SHORT.connect),
        read=min(account.read_timeout, SHORT.read),
        total=min(account.total_timeout, SHORT.total),
    )
