"""The pages under Configuration: one form per section and scope."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from orderflow_bridge.configuration import selectors
from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.sections import (
    SECTIONS,
    Api,
    ExportMode,
    General,
    InventoryImport,
    OrderExport,
    ProductExport,
    ShipmentImport,
)
from orderflow_bridge.configuration.services import write_settings
from tests.factories import make_store, make_website

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


def address(section, website=None):
    name = f"admin:configuration_{section.model_name}_changelist"
    return reverse(name) + (f"?website={website.code}" if website else "")


def page_of(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def inherited(section, **values):
    """Return the form's data with every setting inherited but those that are given."""
    data = {f"inherit-{setting.name}": "on" for setting in section.settings()}
    for name, value in values.items():
        del data[f"inherit-{name}"]
        data[name] = value
    return data


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_with_its_guides_labels(admin, section):
    page = page_of(admin.get(address(section)))

    labels = [each.label.text for each in page.select(".configuration-label")]
    assert labels == [setting.label for setting in section.settings() if setting.is_shown]
    assert section.title in page.title.text


@pytest.mark.parametrize("section", SECTIONS)
def test_saving_a_page_as_it_opened_changes_nothing(admin, section):
    response = admin.post(address(section), inherited(section))

    assert response.status_code == 302
    assert not SettingValue.objects.exists()


def test_a_value_is_saved_with_magentos_message(admin):
    response = admin.post(
        address(InventoryImport), inherited(InventoryImport, batch_size="50"), follow=True
    )

    assert selectors.inventory_import().batch_size == 50
    assert "You saved the configuration." in response.content.decode()


def test_a_tick_goes_back_to_the_inherited_value(admin):
    write_settings(InventoryImport, {"batch_size": 50, "is_enabled": False})

    admin.post(address(InventoryImport), inherited(InventoryImport, is_enabled="0"))

    assert selectors.inventory_import().batch_size == 100
    assert selectors.inventory_import().is_enabled is False


def test_a_tick_shows_what_is_inherited(admin):
    website = make_website()
    write_settings(OrderExport, {"batch_size": 200})

    default = page_of(admin.get(address(OrderExport)))
    narrow = page_of(admin.get(address(OrderExport, website)))

    tick = "label[for=id_inherit-batch_size]"
    assert default.select_one(tick).text == "Use system value (100)"
    assert narrow.select_one(tick).text == "Use Default (200)"
    assert not default.select_one("#id_inherit-batch_size").has_attr("checked")
    assert narrow.select_one("#id_inherit-batch_size").has_attr("checked")


def test_a_website_is_saved_apart_from_default_config(admin):
    website = make_website()
    data = {
        "is_enabled": "0",
        "exportable_status": ["processing", "holded"],
        "min_order_datetime": "2026-07-01T08:00:00",
        "mode": "push",
    }
    others = {each.name for each in OrderExport.settings()} - data.keys()
    data |= {f"inherit-{name}": "on" for name in others}

    response = admin.post(address(OrderExport, website), data)

    assert response.url == address(OrderExport, website)
    found = selectors.order_export(website)
    assert (found.is_enabled, found.exportable_status) == (False, ("processing", "holded"))
    assert (found.mode, found.max_attempts) == (ExportMode.PUSH, 10)
    assert selectors.order_export() == OrderExport()


def test_a_website_shows_only_what_it_may_decide(admin):
    page = page_of(admin.get(address(OrderExport, make_website())))

    assert not page.select("[name=cron_expression]")
    assert page.select("[name=batch_size]")


def test_the_scope_switch_names_every_website(admin):
    website = make_website(name="UK Website")

    page = page_of(admin.get(address(OrderExport, website)))

    links = page.select(".configuration-scopes a")
    assert [link.text for link in links] == ["Default Config", "UK Website"]
    assert [link.get("aria-current") for link in links] == [None, "page"]


def test_a_global_section_has_no_page_per_website(admin):
    response = admin.get(address(ShipmentImport, make_website()))

    assert response.url == address(ShipmentImport)
    assert not page_of(admin.get(response.url)).select(".configuration-scopes")


def test_an_unknown_website_is_not_found(admin):
    assert admin.get(address(OrderExport) + "?website=nowhere").status_code == 404


def test_a_mistake_is_shown_beside_its_field_and_nothing_is_saved(admin):
    data = inherited(InventoryImport, batch_size="0", cron_expression="* * * *", is_enabled="0")

    page = page_of(admin.post(address(InventoryImport), data))

    errors = [error.text for error in page.select(".configuration-row .configuration-error")]
    assert errors == [
        "Unable to parse the cron expression. Five fields are needed (minute, hour, day of the"
        " month, month, day of the week), such as 0 2 * * *; here are 4.",
        "Enter a whole number from 1 to 2147483647.",
    ]
    assert page.select_one("[name=batch_size]")["value"] == "0"
    assert page.select_one("[name=active_quote_cutoff]")["value"] == "1"
    assert selectors.inventory_import().is_enabled is True


def test_an_empty_value_must_be_inherited_instead(admin):
    page = page_of(admin.post(address(Api), inherited(Api, channel="  ")))

    assert page.select_one(".configuration-row .configuration-error").text == "Enter a value."


def test_what_stands_behind_a_tick_is_not_judged(admin):
    data = {**inherited(InventoryImport), "batch_size": "nonsense"}

    assert admin.post(address(InventoryImport), data).status_code == 302


def test_the_password_is_write_only(admin):
    write_settings(Api, {"password": "top secret"})

    response = admin.get(address(Api))

    assert "top secret" not in response.content.decode()
    field = page_of(response).select_one("[name=password]")
    assert (field["type"], field.get("value")) == ("password", None)


def test_a_blank_password_keeps_the_old_one_and_a_new_one_replaces_it(admin):
    write_settings(Api, {"password": "old one"})

    admin.post(address(Api), inherited(Api, password="", username="wms"))
    kept = selectors.api()
    admin.post(address(Api), inherited(Api, password=" new one "))

    assert (kept.password, kept.username) == ("old one", "wms")
    assert selectors.api().password == " new one "


def test_a_cron_expression_is_explained_with_its_next_runs(admin):
    write_settings(General, {"timezone": "Europe/London"})
    write_settings(InventoryImport, {"cron_expression": "0 3 * * *"})

    page = page_of(admin.get(address(InventoryImport)))

    schedule = page.select_one(".configuration-schedule")
    assert "At 03:00. Next:" in schedule.text
    assert "(Europe/London)" in schedule.text
    assert [time.text[-5:] for time in schedule.select("time")] == ["03:00"] * 3


def test_a_time_is_entered_in_the_shops_zone(admin):
    write_settings(General, {"timezone": "Europe/London"})

    admin.post(
        address(OrderExport), inherited(OrderExport, min_order_datetime="2026-07-01T08:00:00")
    )

    earliest = selectors.order_export().min_order_datetime
    assert earliest.isoformat() == "2026-07-01T07:00:00+00:00"
    field = page_of(admin.get(address(OrderExport))).select_one("[name=min_order_datetime]")
    assert field["value"] == "2026-07-01T08:00:00"


def test_the_store_view_of_pushed_products_is_chosen(admin):
    store = make_store()

    admin.post(address(ProductExport), inherited(ProductExport, store_id=str(store.pk)))

    chosen = page_of(admin.get(address(ProductExport))).select_one("[name=store_id] [selected]")
    assert chosen["value"] == str(store.pk)
    assert selectors.product_export().store_id == store.pk


def test_the_changes_say_who_changed_what_and_what_it_was(admin):
    write_settings(Api, {"channel": "magento"})
    admin.post(address(Api), inherited(Api, channel="shop", password="top secret"))

    rows = page_of(admin.get(address(Api))).select(".configuration-changes tbody tr")

    told = [[cell.text for cell in row.select("td")][1:] for row in rows]
    assert told == [
        ["root", "Password", "******", "changed"],
        ["root", "Channel", "magento", "shop"],
        ["command line", "Channel", "(inherited)", "magento"],
    ]


def test_the_changes_of_one_scope_do_not_show_in_another(admin):
    write_settings(OrderExport, {"batch_size": 5}, website=make_website())

    page = page_of(admin.get(address(OrderExport)))

    assert "Nothing has been changed in this scope yet." in page.text


def test_whoever_may_only_view_sees_the_values_but_cannot_save(client):
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_orderexportsettings"))
    client.force_login(user)

    page = page_of(client.get(address(OrderExport)))
    refused = client.post(address(OrderExport), inherited(OrderExport, batch_size="1"))

    assert page.select_one("form.configuration-form > fieldset").has_attr("disabled")
    assert not page.select("form.configuration-form button")
    assert refused.status_code == 403
    assert not SettingValue.objects.exists()


def test_without_a_right_the_page_is_refused(client):
    user = User.objects.create_user("clerk")
    user.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(user)

    assert client.get(address(Api)).status_code == 403
    assert client.post(address(Api), inherited(Api, channel="x")).status_code == 403
    assert not SettingValue.objects.exists()


def test_a_post_without_csrf_token_is_refused(client):
    client.handler.enforce_csrf_checks = True
    client.force_login(User.objects.create_superuser("root"))

    response = client.post(address(Api), inherited(Api, channel="x"))

    assert response.status_code == 403
    assert not SettingValue.objects.exists()


def test_opening_a_page_takes_few_queries(admin, django_assert_max_num_queries):
    website = make_website()
    for size in range(1, 20):
        write_settings(OrderExport, {"batch_size": size}, website=website)
    admin.get(address(OrderExport, website))

    with django_assert_max_num_queries(14):
        admin.get(address(OrderExport, website))
