"""What a scope ends up with: its own value, else Default Config's, else the system value."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction

from orderflow_bridge.common.memory import Memory
from orderflow_bridge.configuration import selectors
from orderflow_bridge.configuration.models import SettingChange, SettingValue
from orderflow_bridge.configuration.sections import (
    SECTIONS,
    Adjustment,
    Api,
    InventoryImport,
    LogCleaning,
    OrderExport,
    WebServices,
)
from orderflow_bridge.configuration.selectors import Source, sections_read
from orderflow_bridge.configuration.services import write_settings
from tests.configuration.storing import store
from tests.factories import make_website

pytestmark = pytest.mark.django_db


def test_without_any_row_the_system_values_hold():
    assert selectors.inventory_import() == InventoryImport(
        is_enabled=True,
        cron_expression="* * * * *",
        batch_size=100,
        negative_qtys_enabled=False,
        adjust_inventory=Adjustment.NO,
        valid_unsent_order_statuses=(),
        active_quote_cutoff=1,
        unsent_order_cutoff=1,
        multi_source_enabled=False,
    )


def test_logs_are_cleaned_daily_and_kept_five_days_unless_configured():
    assert selectors.log_cleaning() == LogCleaning(
        is_enabled=True,
        cron_expression="0 2 * * *",
        export_duration=5,
        import_duration=5,
        request_duration=5,
        web_log_duration=5,
        xml_log_duration=5,
    )


def test_the_scopes_are_asked_field_by_field():
    website = make_website()
    write_settings(Api, {"endpoint": "https://one.example/", "channel": "magento"})
    write_settings(Api, {"channel": "uk"}, website=website)

    api = selectors.api(website)

    assert (api.endpoint, api.channel, api.username) == ("https://one.example/", "uk", "")


def test_a_websites_value_is_not_seen_by_others():
    write_settings(OrderExport, {"batch_size": 7}, website=make_website())

    assert selectors.order_export().batch_size == 100
    assert selectors.order_export(make_website()).batch_size == 100


def test_an_empty_list_of_its_own_is_not_inheritance():
    website = make_website()
    write_settings(OrderExport, {"exportable_status": ("processing",)})
    write_settings(OrderExport, {"exportable_status": ()}, website=website)

    assert selectors.order_export().exportable_status == ("processing",)
    assert selectors.order_export(website).exportable_status == ()


def test_values_keep_their_types():
    at = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
    write_settings(OrderExport, {"min_order_datetime": at, "exportable_status": ("a", "b")[:0]})
    write_settings(InventoryImport, {"adjust_inventory": Adjustment.UNSENT_ORDERS})

    assert selectors.order_export().min_order_datetime == at
    assert selectors.inventory_import().adjust_inventory is Adjustment.UNSENT_ORDERS


def test_none_takes_a_value_away_again():
    write_settings(InventoryImport, {"batch_size": 5})

    changed = write_settings(InventoryImport, {"batch_size": None})

    assert changed == ["batch_size"]
    assert selectors.inventory_import().batch_size == 100


def test_resolving_tells_where_each_value_comes_from():
    website = make_website()
    write_settings(OrderExport, {"is_enabled": False})
    write_settings(OrderExport, {"batch_size": 9}, website=website)

    found = {each.setting.name: each for each in selectors.resolve(OrderExport, website)}

    assert (found["batch_size"].value, found["batch_size"].source) == (9, Source.WEBSITE)
    assert (found["is_enabled"].value, found["is_enabled"].source) == (False, Source.DEFAULT)
    assert found["cron_expression"].source == Source.CODE


def test_a_global_setting_refuses_a_websites_value():
    with pytest.raises(ValidationError, match="no value per website"):
        write_settings(OrderExport, {"cron_expression": "0 * * * *"}, website=make_website())


def test_a_websites_value_that_got_into_a_global_setting_is_not_read():
    website = make_website()
    store(OrderExport, website, cron_expression="0 0 1 1 *")

    assert selectors.order_export(website).cron_expression == "* * * * *"


def test_a_scope_has_one_value_for_a_path():
    SettingValue.objects.create(path="a/b/c", value="1")

    with pytest.raises(IntegrityError), transaction.atomic():
        SettingValue.objects.create(path="a/b/c", value="2")


def test_a_website_has_one_value_beside_default_config():
    website = make_website()
    SettingValue.objects.create(path="a/b/c", value="1")
    SettingValue.objects.create(path="a/b/c", value="1", website=website)

    with pytest.raises(IntegrityError), transaction.atomic():
        SettingValue.objects.create(path="a/b/c", value="1", website=website)


def test_a_value_that_was_spoilt_from_outside_is_as_good_as_none(caplog):
    path = "orderflow_inventory_import/settings/batch_size"
    SettingValue.objects.create(path=path, value="many")

    assert selectors.inventory_import().batch_size == 100
    assert path in caplog.text
    write_settings(InventoryImport, {"batch_size": 5})
    assert selectors.inventory_import().batch_size == 5


def test_a_field_that_the_section_does_not_have_is_refused():
    with pytest.raises(KeyError, match="batch_seize"):
        write_settings(InventoryImport, {"batch_seize": 5})


def test_reading_again_within_five_seconds_asks_nothing(django_assert_num_queries):
    website = make_website()
    selectors.api(website)

    with django_assert_num_queries(0):
        selectors.api(website)


def test_a_section_is_read_with_one_query(django_assert_num_queries):
    website = make_website()

    with django_assert_num_queries(1):
        selectors.order_export(website)


def test_what_was_read_is_kept_for_its_seconds_only():
    now = [100.0]
    memory = Memory(seconds=5, clock=lambda: now[0])
    memory.keep("section", "values")

    now[0] = 104.9
    within = memory.get("section")
    now[0] = 105.0

    assert (within, memory.get("section")) == ("values", None)


def test_saving_and_deleting_are_seen_at_once():
    selectors.web_services()
    write_settings(WebServices, {"token_hours": 8})
    saved = selectors.web_services().token_hours
    write_settings(WebServices, {"token_hours": None})

    assert (saved, selectors.web_services().token_hours) == (8, 4)


@pytest.mark.django_db(transaction=True)
def test_what_was_read_before_the_commit_is_forgotten_with_it():
    with transaction.atomic():
        write_settings(WebServices, {"token_hours": 8})
        sections_read.keep((WebServices, None), "read by another thread meanwhile")

    assert selectors.web_services().token_hours == 8


@pytest.mark.django_db(transaction=True)
def test_a_missing_table_means_the_system_values():
    with connection.schema_editor() as editor:
        editor.delete_model(SettingValue)
    try:
        hours = selectors.web_services().token_hours
    finally:
        with connection.schema_editor() as editor:
            editor.create_model(SettingValue)

    assert hours == 4


def test_another_failure_of_the_database_is_not_taken_for_the_system_values():
    def fail(*_):
        raise OperationalError("database is locked")

    with connection.execute_wrapper(fail), pytest.raises(OperationalError, match="locked"):
        selectors.inventory_import()


def test_the_password_is_encrypted_in_the_database():
    write_settings(Api, {"password": "pässword, very secret"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM configuration_settingvalue")
        [stored] = cursor.fetchone()

    assert "secret" not in stored
    assert selectors.api().password == "pässword, very secret"


def test_the_password_is_not_in_the_history_nor_in_the_representation():
    write_settings(Api, {"password": "secret", "username": "wms"})

    found = SettingChange.objects.values_list("path", "before", "after")

    assert set(found) == {
        ("orderflow_api/settings/password", None, None),
        ("orderflow_api/settings/username", None, "wms"),
    }
    assert "secret" not in repr(selectors.api())


def test_every_setting_has_a_label_a_help_text_and_a_path_of_its_own():
    settings = [setting for section in SECTIONS for setting in section.settings()]

    assert all(setting.label and setting.help_text for setting in settings)
    assert len({setting.path for setting in settings}) == len(settings)
    assert all(setting.path.count("/") == 2 for setting in settings)


def test_deleting_a_website_takes_its_settings_along():
    website = make_website()
    write_settings(Api, {"channel": "uk"}, website=website)

    website.delete()

    assert not SettingValue.objects.exists()
