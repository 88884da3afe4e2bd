"""Two people who save the first value of something at the same moment: the second one is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from orderflow_bridge.catalog.models import StoreValue
from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.mapping.models import ChangedRow
from orderflow_bridge.stores.models import Website
from tests.admin.test_changed_meanwhile import SETTINGS, AtSettings
from tests.admin.test_changed_pages import PATHS, TITLE
from tests.admin.test_two_people import both_click, count
from tests.factories import make_product, make_store, make_user, make_website

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent transactions"),
    pytest.mark.django_db(transaction=True),
]

SAVED = "(this form was taken)"


def both_save(address: str, *dropped: str, **typed: str) -> list[str]:
    """Let two people open a form and save it at the same moment; return what each one reads.

    Each types a value of his own where it says NAME.
    """
    people = [AtSettings(name) for name in ("ann", "bob")]
    together = Barrier(2)
    for person in people:
        person.open(address)
        for name in dropped:
            person.typed.pop(name)

    def save(person: AtSettings, name: str) -> str:
        together.wait(timeout=30)
        values: dict[str, Any] = {key: text.replace("NAME", name) for key, text in typed.items()}
        try:
            return SAVED if person.save(**values) else person.text
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        return list(both.map(save, people, ("anns", "bobs")))


def told_once(texts: list[str]) -> bool:
    """Tell whether one has saved, and the other has read who was faster."""
    return [count(texts, lambda text: text == SAVED), count(texts, is_told)] == [1, 1]


def is_told(text: str) -> bool:
    """Tell whether a page says that somebody else was faster."""
    return TITLE in text


def test_a_settings_first_value():
    texts = both_save(SETTINGS, "inherit-username", username="NAME")

    assert told_once(texts)
    assert SettingValue.objects.filter(path__endswith="username").count() == 1


def test_a_websites_first_value():
    site = make_website(code="site")

    texts = both_save(f"{SETTINGS}?website={site.code}", "inherit-username", username="NAME")

    assert told_once(texts)
    assert SettingValue.objects.get(website=site).value in ("anns", "bobs")


def test_a_setting_that_two_programs_write_has_the_later_value():
    together = Barrier(2)

    def write(name: str) -> list[str]:
        together.wait(timeout=30)
        try:
            return write_settings(Api, {"username": name})
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(write, ("anns", "bobs"))) == [["username"], ["username"]]
    assert SettingValue.objects.count() == 1


def test_a_mappings_first_row():
    texts = both_save(PATHS["row"], "inherit", use="constant", value="NAME", save="1")

    assert told_once(texts)
    assert ChangedRow.objects.count() == 1


def test_a_row_that_two_people_add():
    row = {"key": "colour_code", "use": "constant", "value": "red", "save": "1"}

    texts = both_click("/admin/mapping/changedrow/row/?part=product", row)

    assert count(texts, lambda text: "There is already a row for colour_code." in text) == 1
    assert ChangedRow.objects.count() == 1


def test_a_views_first_value():
    base = make_website(code="base", is_default=True)
    view = [make_store(base, code=code) for code in ("en", "de")][1]
    product = make_product("BAG", name="Bag")

    address = f"/admin/catalog/product/{product.pk}/store-views/?store={view.pk}"
    texts = both_save(address, "default-name", name="NAME")

    assert told_once(texts)
    assert StoreValue.objects.count() == 1


def test_a_record_that_two_people_add():
    assert make_user("eve").pk
    form = {"code": "site", "name": "Site", "sort_order": "0"}

    texts = both_click("/admin/stores/website/add/", form)

    assert Website.objects.filter(code="site").count() == 1
    assert count(texts, lambda text: "already exists" in text) == 1
