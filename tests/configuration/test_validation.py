"""What the settings accept, and the sentences with which they refuse the rest."""

import pytest
from django.core.exceptions import ValidationError

from orderflow_bridge.configuration.sections import (
    Api,
    Email,
    General,
    InventoryImport,
    LogCleaning,
    ProductExport,
    WebServices,
)
from orderflow_bridge.configuration.services import write_settings
from tests.factories import make_store

pytestmark = pytest.mark.django_db

ENDPOINT = (
    "Enter the full address, beginning with https:// or http://, "
    "for example https://demo.orderflow-wms.co.uk/web/."
)
COUNT = "Enter a whole number from 1 to 2147483647."


@pytest.mark.parametrize(
    ("section", "name", "value", "sentence"),
    [
        (Api, "endpoint", "demo.orderflow-wms.co.uk/web/", ENDPOINT),
        (Api, "endpoint", "ftp://demo.example/", ENDPOINT),
        (Api, "endpoint", "javascript:alert(1)", ENDPOINT),
        (Api, "endpoint", "https:///web/", ENDPOINT),
        (Api, "endpoint", "https://demo.example:99999/", ENDPOINT),
        (Api, "endpoint", "https://demo .example/", ENDPOINT),
        (
            Api,
            "endpoint",
            "https://user:secret@demo.example/web/",
            "Give the address only: no login in it, and nothing behind the path.",
        ),
        (Api, "username", "", "Enter a value."),
        (Email, "admin_email", "somebody", "Enter a valid email address."),
        (InventoryImport, "batch_size", 0, COUNT),
        (InventoryImport, "batch_size", -1, COUNT),
        (InventoryImport, "batch_size", 2_147_483_648, COUNT),
        (InventoryImport, "unsent_order_cutoff", "", "Enter a whole number of at least 1."),
        (InventoryImport, "active_quote_cutoff", "1.5", "Enter a whole number of at least 1."),
        (InventoryImport, "adjust_inventory", 3, "Select one of the answers."),
        (
            InventoryImport,
            "cron_expression",
            "0 0 31 2 *",
            "Unable to parse the cron expression. No day or time is ever like that.",
        ),
        (LogCleaning, "import_duration", 7, "Select one of the answers."),
        (LogCleaning, "import_duration", 0, "Select one of the answers."),
        (
            General,
            "timezone",
            "London",
            "“London” is not a time zone. Use a name such as Europe/London or UTC.",
        ),
        (
            WebServices,
            "anonymous_addresses",
            ("10.0.0.0/8", "10.0.0.1/8"),
            "“10.0.0.1/8” is not an IP address or network. "
            "Use 192.0.2.10 or 192.0.2.0/24, separated by commas.",
        ),
        (ProductExport, "store_id", 4711, "There is no store view number 4711."),
    ],
)
def test_a_bad_value_is_refused_in_a_sentence(section, name, value, sentence):
    with pytest.raises(ValidationError) as refusal:
        write_settings(section, {name: value})

    assert refusal.value.message_dict == {name: [sentence]}


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        (Api, "endpoint", "https://demo.orderflow-wms.co.uk/web/"),
        (Api, "endpoint", "http://localhost:8080"),
        (Api, "endpoint", "http://[::1]:8080/web/"),
        (Email, "admin_email", "ops@example.com"),
        (InventoryImport, "batch_size", 1),
        (InventoryImport, "cron_expression", "@hourly"),
        (LogCleaning, "request_duration", 30),
        (General, "timezone", "America/New_York"),
        (WebServices, "anonymous_addresses", ("192.0.2.10", "2001:db8::/32")),
    ],
)
def test_a_good_value_is_kept_as_given(section, name, value):
    assert write_settings(section, {name: value}) == [name]


def test_a_store_view_that_exists_is_accepted():
    store = make_store()

    assert write_settings(ProductExport, {"store_id": store.pk}) == ["store_id"]


def test_nothing_is_saved_when_one_of_several_values_is_bad():
    with pytest.raises(ValidationError):
        write_settings(InventoryImport, {"is_enabled": False, "batch_size": 0})

    assert write_settings(InventoryImport, {"is_enabled": True}) == ["is_enabled"]
