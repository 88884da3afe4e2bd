"""Several OrderFlow instances: the address called tells which of them has fetched a product."""

import pytest

from exports.fetching import fetch_product
from orderflow_bridge.configuration.sections import Api
from tests.exports.fetching import ORDERFLOW, announced_product, configure
from tests.factories import make_store, make_website

pytestmark = pytest.mark.django_db


def test_the_address_tells_which_of_several_instances_is_asking() -> None:
    first, second = make_store(make_website()), make_store(make_website())
    for store in (first, second):
        configure(Api, store.website, channel=store.code)
    product = announced_product(first.website, second.website)

    fetch_product("24-MB01", caller=ORDERFLOW, store_code=second.code)

    statuses = dict(product.website_links.values_list("website_id", "orderflow_export_status"))
    assert statuses == {first.website_id: "Queued", second.website_id: "Exported"}
    product.refresh_from_db()
    assert product.orderflow_export_status == "Queued"


@pytest.mark.parametrize("store_code", [None, "all", "no-such-store"])
def test_an_address_that_names_no_instance_marks_them_all(store_code: str | None) -> None:
    first, second = make_website(), make_website()
    configure(Api, second, channel="another")
    product = announced_product(first, second)

    fetch_product("24-MB01", caller=ORDERFLOW, store_code=store_code)

    assert set(product.website_links.values_list("orderflow_export_status", flat=True)) == {
        "Exported"
    }


def test_websites_of_one_instance_are_marked_together() -> None:
    first, second = make_store(make_website()), make_store(make_website())
    product = announced_product(first.website, second.website)

    fetch_product("24-MB01", caller=ORDERFLOW, store_code=second.code)

    assert product.website_links.filter(orderflow_export_status="Exported").count() == 2


def test_a_slash_at_the_end_of_the_endpoint_makes_no_other_instance() -> None:
    first, second = make_store(make_website()), make_store(make_website())
    configure(Api, first.website, endpoint="https://of.example/web")
    configure(Api, second.website, endpoint="https://of.example/web/")
    product = announced_product(first.website, second.website)

    fetch_product("24-MB01", caller=ORDERFLOW, store_code=second.code)

    assert set(product.website_links.values_list("orderflow_export_status", flat=True)) == {
        "Exported"
    }
