"""Websites, stores and store views by REST."""

import pytest

from orderflow_bridge.access.rights import STORES
from orderflow_bridge.configuration.sections import General
from orderflow_bridge.configuration.services import write_settings
from tests.factories import make_store, make_website
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["websites", "storeViews", "storeGroups"])
def test_the_admin_scope_is_listed_first(name: str) -> None:
    make_store()

    _, answer = Shop(STORES).get(f"store/{name}")

    assert answer[0]["id"] == 0
    assert len(answer) > 1


def test_a_website_names_its_default_store() -> None:
    store = make_store(make_website(code="base", name="Main"))

    _, answer = Shop(STORES).get("store/websites")

    assert answer[-1] == {
        "id": store.website_id,
        "code": "base",
        "name": "Main",
        "default_group_id": store.group_id,
    }


def test_store_configs_tell_addresses_and_time_zone() -> None:
    write_settings(General, {"timezone": "Europe/London"})
    store = make_store(code="uk")

    _, [answer] = Shop(STORES).get("store/storeConfigs", **{"storeCodes[]": "uk"})

    assert (answer["id"], answer["code"], answer["timezone"]) == (store.pk, "uk", "Europe/London")
    assert answer["base_url"] == "http://testserver/"
    assert answer["secure_base_media_url"] == "http://testserver/media/"
    assert answer["locale"] == "en_GB"


def test_without_codes_all_active_store_views_are_told() -> None:
    make_store(code="uk")
    make_store(code="closed", is_active=False)

    _, answer = Shop(STORES).get("store/storeConfigs")

    assert "uk" in [entry["code"] for entry in answer]
    assert "closed" not in [entry["code"] for entry in answer]
