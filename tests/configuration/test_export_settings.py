"""The settings of outgoing calls, retries and modes."""

import pytest
from django.core.exceptions import ValidationError

from orderflow_bridge.configuration.sections import Api, ExportMode, ProductExport
from orderflow_bridge.configuration.selectors import api, order_export, product_export
from orderflow_bridge.configuration.services import write_settings
from tests.factories import make_website

pytestmark = pytest.mark.django_db


def kind(section, name):
    """Return the kind of a setting."""
    return next(each.kind for each in section.settings() if each.name == name)


def test_calls_and_retries_have_safe_values_from_the_start():
    account, products = api(), product_export()

    assert (account.connect_timeout, account.read_timeout, account.total_timeout) == (5, 30, 60)
    assert (account.parallel_calls, account.breaker_threshold) == (8, 5)
    assert account.breaker_cooloff == 60
    assert (products.max_attempts, products.retry_minutes, products.stuck_minutes) == (10, 5, 120)
    assert order_export().mode == products.mode == ExportMode.NOTIFY


@pytest.mark.parametrize("text", ["push", "Push", " PUSH "])
def test_a_mode_is_read_by_its_name(text):
    assert kind(ProductExport, "mode").parse(text) is ExportMode.PUSH


def test_another_mode_is_refused():
    with pytest.raises(ValidationError, match="Enter one of: Notify, Push"):
        kind(ProductExport, "mode").parse("pull")


def test_a_website_has_a_mode_of_its_own():
    website = make_website()

    write_settings(ProductExport, {"mode": ExportMode.PUSH}, website=website)

    assert product_export(website).mode is ExportMode.PUSH
    assert product_export().mode is ExportMode.NOTIFY


@pytest.mark.parametrize(
    ("name", "value"),
    [("parallel_calls", 65), ("parallel_calls", 0), ("read_timeout", 601), ("breaker_cooloff", 0)],
)
def test_what_would_hurt_is_refused(name, value):
    with pytest.raises(ValidationError, match="Enter a whole number from 1 to"):
        write_settings(Api, {name: value})
