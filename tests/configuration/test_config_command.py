"""`manage.py config list|get|set|unset PATH [VALUE] [--website CODE]`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from orderflow_bridge.configuration import selectors
from orderflow_bridge.configuration.sections import SECTIONS, Adjustment
from tests.factories import make_website

pytestmark = pytest.mark.django_db

ADJUST = "orderflow_inventory_import/settings/adjust_inventory"
BATCH = "orderflow_order_export/settings/batch_size"
PASSWORD = "orderflow_api/settings/password"


def config(*arguments: str) -> str:
    output = StringIO()
    call_command("config", *arguments, stdout=output)
    return output.getvalue()


def test_it_sets_and_gets_a_value_by_magentos_path():
    config("set", "orderflow_inventory_import/settings/batch_size", "50")

    assert selectors.inventory_import().batch_size == 50
    assert config("get", "orderflow_inventory_import/settings/batch_size") == "50\n"


def test_it_unsets_a_value():
    config("set", BATCH, "50")

    assert "is inherited: 100" in config("unset", BATCH)
    assert selectors.order_export().batch_size == 100


def test_it_sets_a_websites_value():
    website = make_website(code="uk")
    config("set", BATCH, "7", "--website", "uk")

    assert selectors.order_export(website).batch_size == 7
    assert config("get", BATCH) == "100\n"
    assert config("get", BATCH, "--website", "uk") == "7\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [("yes", True), ("1", True), ("TRUE", True), ("no", False), ("0", False), ("False", False)],
)
def test_it_reads_yes_and_no_in_many_ways(text, value):
    config("set", "orderflow_shipment_import/settings/is_enabled", text)

    assert selectors.shipment_import().is_enabled is value


@pytest.mark.parametrize("text", ["2", "Unsent Orders and Active Quotes"])
def test_it_reads_a_choice_by_number_or_label(text):
    config("set", ADJUST, text)

    assert selectors.inventory_import().adjust_inventory is Adjustment.UNSENT_ORDERS_AND_QUOTES


def test_it_reads_several_values_separated_by_commas():
    config("set", "orderflow_order_export/settings/exportable_status", "processing, complete")

    assert selectors.order_export().exportable_status == ("processing", "complete")


def test_a_status_that_no_order_has_had_is_taken_with_a_warning(capsys):
    config("set", "orderflow_order_export/settings/exportable_status", "processing,awaiting_wms")

    assert selectors.order_export().exportable_status == ("processing", "awaiting_wms")
    assert capsys.readouterr().err == (
        "“awaiting_wms” is no order status yet: check its spelling, or add it under Order"
        " Statuses.\n"
    )


def test_it_reads_a_date_in_the_shops_zone():
    config("set", "general/locale/timezone", "Europe/London")
    config("set", "orderflow_order_export/settings/min_order_datetime", "2026-07-01 08:00:00")

    earliest = selectors.order_export().min_order_datetime

    assert earliest.isoformat() == "2026-07-01T07:00:00+00:00"
    assert config("get", "orderflow_order_export/settings/min_order_datetime") == (
        "2026-07-01 08:00:00+01:00\n"
    )


def test_what_get_prints_can_be_set_again():
    config("set", "general/locale/timezone", "Europe/London")
    config("set", "orderflow_order_export/settings/min_order_datetime", "2026-10-25 01:30:00+00:00")
    config("set", ADJUST, "1")
    config("set", "orderflow_inventory_import/settings/valid_unsent_order_statuses", "holded,fraud")
    before = selectors.inventory_import(), selectors.order_export()

    for path in (
        ADJUST,
        "orderflow_order_export/settings/min_order_datetime",
        "orderflow_inventory_import/settings/valid_unsent_order_statuses",
        "orderflow_inventory_import/settings/is_enabled",
    ):
        config("set", path, config("get", path).strip())

    assert (selectors.inventory_import(), selectors.order_export()) == before


def test_list_shows_every_setting_with_its_value_and_source():
    make_website(code="uk")
    config("set", "orderflow_order_export/settings/is_enabled", "no")
    config("set", BATCH, "7", "--website", "uk")

    lines = config("list", "--website", "uk").splitlines()
    shown = {line.split()[0]: line.split()[1:] for line in lines}

    settings = [setting for section in SECTIONS for setting in section.settings()]
    assert len(lines) == 1 + len(settings)
    assert shown[BATCH] == ["website", "7", "website"]
    assert shown["orderflow_order_export/settings/is_enabled"][1:] == ["No", "Default", "Config"]
    assert shown["orderflow_shipment_import/settings/batch_size"][1:] == ["100", "system", "value"]


def test_list_can_be_narrowed_to_a_section():
    lines = config("list", "orderflow_shipment_import").splitlines()

    assert len(lines) == 9


def test_the_password_is_never_shown():
    config("set", PASSWORD, "top secret")

    assert config("get", PASSWORD) == "******\n"
    assert "top secret" not in config("list")
    assert selectors.api().password == "top secret"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("set", BATCH, "0"), "Batch Size: Enter a whole number from 1 to 2147483647."),
        (("set", BATCH, "many"), "Batch Size: Enter a whole number of at least 1."),
        (("set", BATCH, ""), "Batch Size: Enter a whole number of at least 1."),
        (("set", BATCH), "Give a value, or use “unset” to go back to the inherited one."),
        (
            ("set", "orderflow_shipment_import/settings/is_enabled", "maybe"),
            "Enabled: Enter yes or no.",
        ),
        (
            ("set", "orderflow_order_export/settings/cron_expression", "* * * *"),
            "Cron Expression: Unable to parse the cron expression. Five fields are needed (minute,"
            " hour, day of the month, month, day of the week), such as 0 2 * * *; here are 4.",
        ),
        (
            ("set", "orderflow_order_export/settings/cron_expression", "@daily", "--website", "uk"),
            "Cron Expression: This setting is global: it has no value per website.",
        ),
        (
            ("set", "orderflow_order_export/settings/min_order_datetime", "2026-02-30"),
            "Earliest Order To Export: Enter a date and time such as 2026-03-01 08:00:00.",
        ),
        (("get", BATCH, "--website", "de"), "There is no website “de”. Known are: uk."),
        (
            ("get", "orderflow_api/settings/endpiont"),
            "There is no setting “orderflow_api/settings/endpiont”. "
            "Did you mean: orderflow_api/settings/endpoint",
        ),
        (("list", "nonsense"), "There is no setting “nonsense”. “config list” shows them all."),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(arguments, sentence):
    make_website(code="uk")

    with pytest.raises(CommandError) as refusal:
        config(*arguments)

    assert str(refusal.value).startswith(sentence)
    assert refusal.value.returncode == 1
