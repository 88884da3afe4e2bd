"""An integration's secrets leave the database by its own page alone."""

import logging
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from oauthlib.oauth1 import SIGNATURE_TYPE_QUERY

from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.rights import PRODUCTS_VIEW
from orderflow_bridge.configuration.stored_secrets import stored_secrets
from orderflow_bridge.configuration.transfer.services import export_file
from orderflow_bridge.support.diagnostics import archive
from tests.access.integrations.signing import call, make_integration

# The client of the test, which writes what it signs. What the bridge calls of oauthlib lies deeper.
SIGNER = "oauthlib.oauth1.rfc5849"

pytestmark = pytest.mark.django_db


def secrets_of(integration: Integration) -> list[str]:
    """Return what nobody else may read."""
    return [
        integration.consumer_secret,
        integration.token or "-",
        integration.token_secret or "-",
    ]


def test_no_log_line_holds_any_even_if_the_call_shows_them_in_its_query(
    caplog: pytest.LogCaptureFixture,
) -> None:
    integration = make_integration(rights=[PRODUCTS_VIEW])

    with caplog.at_level(logging.DEBUG):
        accepted = call(integration, signature_type=SIGNATURE_TYPE_QUERY)
        refused = call(integration, signature_type=SIGNATURE_TYPE_QUERY, client_secret="0" * 32)

    assert (accepted.status_code, refused.status_code) == (200, 401)
    ours = [record for record in caplog.records if record.name != SIGNER]
    written = "".join(str(vars(record)) for record in ours)
    assert "oauth_nonce=***" in written
    assert [each for each in secrets_of(integration) if each in written] == []


def test_neither_the_diagnostics_nor_a_configuration_file_holds_any() -> None:
    integration = make_integration("Secret partner")

    with ZipFile(BytesIO(archive())) as file:
        packed = b"".join(map(file.read, file.namelist())).decode()
    carried = export_file(environment="", passphrase="a long passphrase")

    held = [*secrets_of(integration), integration.consumer_key, "Secret partner"]
    assert [each for each in held if each in packed + carried] == []


def test_they_get_a_new_key_with_the_settings_secrets(settings: Any) -> None:
    integration = make_integration()
    names = {str(secret) for secret in stored_secrets() if secret.is_readable}

    call_command("rotate-secrets")

    assert {
        "consumer secret of ERP",
        "access token of ERP",
        "access token secret of ERP",
    } <= names
    before = secrets_of(integration)
    integration.refresh_from_db()
    assert secrets_of(integration) == before
