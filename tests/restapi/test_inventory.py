"""Sources, stocks and links by REST."""

import pytest

from orderflow_bridge.access.rights import (
    SALABLE_QUANTITIES,
    SOURCE_ITEMS,
    SOURCES_EDIT,
    SOURCES_VIEW,
    STOCK_LINKS_VIEW,
    STOCKS_DELETE,
    STOCKS_EDIT,
    STOCKS_LINK,
    STOCKS_VIEW,
)
from orderflow_bridge.inventory.models import Source, Stock
from tests.factories import (
    make_source,
    make_source_item,
    make_stock,
    make_website,
)
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """Return a client that may do everything with stock."""
    return Shop(
        SALABLE_QUANTITIES,
        SOURCE_ITEMS,
        SOURCES_EDIT,
        SOURCES_VIEW,
        STOCKS_DELETE,
        STOCKS_EDIT,
        STOCK_LINKS_VIEW,
        STOCKS_LINK,
        STOCKS_VIEW,
    )


def test_a_source_is_made_read_and_changed(shop):
    source = {
        "source_code": "leeds",
        "name": "Leeds",
        "enabled": True,
        "country_id": "GB",
        "postcode": "LS1 4AB",
        "city": "Leeds",
        "latitude": 53.8,
    }

    made = shop.post("inventory/sources", {"source": source})
    changed = shop.put("inventory/sources/leeds", {"source": {"name": "Leeds North"}})
    _, found = shop.get("inventory/sources/leeds")
    _, listed = shop.get("inventory/sources?searchCriteria")

    assert made == changed == (200, [])
    assert found == {
        **source,
        "name": "Leeds North",
        "use_default_carrier_config": True,
        "carrier_links": [],
    }
    assert [each["source_code"] for each in listed["items"]] == ["default", "leeds"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"name": "X", "country_id": "GB", "postcode": "1"}, '"%field" can not be empty.'),
        ({"source_code": "x"}, '"%field" can not be empty.'),
        (
            {"source_code": "a/b", "name": "X", "country_id": "GB", "postcode": "1"},
            "The code may have letters, digits, dots, dashes and underscores only.",
        ),
        ({"source_code": "default", "enabled": False}, "Default source can not be disabled."),
        (
            {"source_code": "x", "name": "n" * 256, "country_id": "GB", "postcode": "1"},
            '"%field" is longer than %longest characters.',
        ),
    ],
)
def test_a_source_that_cannot_be_is_refused(shop, source, said):
    status, answer = shop.post("inventory/sources", {"source": source})

    assert status == 400
    assert said in [error["message"] for error in answer["errors"]]
    assert Source.objects.count() == 1


def test_an_unknown_source_or_stock_is_not_found(shop):
    assert shop.get("inventory/sources/mars")[0] == 404
    assert shop.get("inventory/stocks/99")[0] == 404
    assert shop.put("inventory/stocks/99", {"stock": {"name": "X"}})[0] == 404
    assert shop.delete("inventory/stocks/99")[0] == 404
    assert shop.get("inventory/stocks/abc")[0] == 400


def test_a_stock_is_made_read_changed_and_deleted(shop):
    make_website(code="uk")
    channels = {"sales_channels": [{"type": "website", "code": "uk"}]}

    status, stock_id = shop.post(
        "inventory/stocks", {"stock": {"name": "UK", "extension_attributes": channels}}
    )
    _, found = shop.get(f"inventory/stocks/{stock_id}")
    refused, _ = shop.delete(f"inventory/stocks/{stock_id}")
    shop.put(
        f"inventory/stocks/{stock_id}",
        {"stock": {"name": "Britain", "extension_attributes": {"sales_channels": []}}},
    )
    _, listed = shop.get("inventory/stocks?searchCriteria")
    deleted = shop.delete(f"inventory/stocks/{stock_id}")

    assert status == 200
    assert found == {"stock_id": stock_id, "name": "UK", "extension_attributes": channels}
    assert refused == 400, "somebody sells from it"
    assert {each["name"] for each in listed["items"]} == {"Default Stock", "Britain"}
    assert deleted == (200, [])
    assert Stock.objects.count() == 1


def test_the_default_stock_stays(shop):
    default = Stock.objects.get()

    status, answer = shop.delete(f"inventory/stocks/{default.pk}")

    assert (status, answer["message"]) == (400, "Default Stock could not be deleted.")


def test_a_website_sells_from_one_stock_only(shop):
    website = make_website(code="uk")
    old = make_stock("Old", websites=[website])

    shop.post(
        "inventory/stocks",
        {
            "stock": {
                "name": "New",
                "extension_attributes": {"sales_channels": [{"type": "website", "code": "uk"}]},
            }
        },
    )

    assert not old.websites.exists()
    _, found = shop.get("inventory/stock-resolver/website/uk")
    assert found["name"] == "New"


@pytest.mark.parametrize(
    "stock",
    [
        {"name": ""},
        {"name": "Default Stock"},
        {
            "name": "X",
            "extension_attributes": {"sales_channels": [{"type": "website", "code": "mars"}]},
        },
    ],
)
def test_a_stock_that_cannot_be_is_refused(shop, stock):
    assert shop.post("inventory/stocks", {"stock": stock})[0] == 400
    assert Stock.objects.count() == 1


def test_links_are_made_changed_read_and_deleted(shop):
    make_source("leeds")
    link = {"stock_id": make_stock("North", sources=[]).pk, "source_code": "leeds", "priority": 2}

    made = shop.post("inventory/stock-source-links", {"links": [link]})
    shop.post("inventory/stock-source-links", {"links": [{**link, "priority": 5}]})
    _, found = shop.get(
        "inventory/stock-source-links?searchCriteria[filterGroups][0][filters][0][field]=source_code"
        "&searchCriteria[filterGroups][0][filters][0][value]=leeds"
    )
    deleted = shop.post("inventory/stock-source-links-delete", {"links": [link]})
    _, left = shop.get("inventory/stock-source-links?searchCriteria")

    assert made == deleted == (200, [])
    assert found["items"] == [{**link, "priority": 5}]
    assert [each["source_code"] for each in left["items"]] == ["default"]


@pytest.mark.parametrize(
    "link",
    [
        {"stock_id": 99, "source_code": "default"},
        {"stock_id": 1, "source_code": "mars"},
        {"source_code": "default"},
    ],
)
def test_a_link_that_cannot_be_is_refused(shop, link):
    assert shop.post("inventory/stock-source-links", {"links": [link]})[0] == 400


_PROTECTED = "link related to Default Source or Default Stock"


@pytest.mark.parametrize(
    ("stock", "source_code"), [("Default Stock", "leeds"), ("North", "default")]
)
def test_the_default_stock_draws_from_the_default_source_alone(shop, stock, source_code):
    make_source("leeds")
    make_stock("North", sources=[])
    link = {"stock_id": Stock.objects.get(name=stock).pk, "source_code": source_code, "priority": 1}

    made = shop.post("inventory/stock-source-links", {"links": [link]})
    deleted = shop.post("inventory/stock-source-links-delete", {"links": [link]})

    errors = [{"message": f"Can not save {_PROTECTED}"}]
    assert made == (400, {"message": "Validation Failed", "errors": errors})
    assert deleted == (400, {"message": f"Can not delete {_PROTECTED}"})


def test_the_default_stock_keeps_its_source(shop):
    link = {"stock_id": Stock.objects.get().pk, "source_code": "default", "priority": 1}

    assert shop.post("inventory/stock-source-links", {"links": [link]}) == (200, [])
    assert shop.post("inventory/stock-source-links-delete", {"links": [link]})[0] == 400
    _, left = shop.get("inventory/stock-source-links?searchCriteria")
    assert left["items"] == [link]


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize("field", ["country_id", "postcode", "name"])
def test_a_source_needs_a_place(shop, field, blank):
    source = {"source_code": "x", "name": "X", "country_id": "GB", "postcode": "LS1"}

    refused = shop.post("inventory/sources", {"source": {**source, field: blank}})
    made = shop.post("inventory/sources", {"source": source})
    emptied = shop.put("inventory/sources/x", {"source": {field: blank}})

    error = {"message": '"%field" can not be empty.', "parameters": {"field": field}}
    assert made[0] == 200
    assert refused == emptied == (400, {"message": "Validation Failed", "errors": [error]})


@pytest.mark.parametrize(
    ("path", "message", "value"),
    [
        ("inventory/sources/mars", 'Source with code "%value" does not exist.', "mars"),
        ("inventory/stocks/99", 'Stock with id "%value" does not exist.', 99),
        ("inventory/is-product-salable/A/99", 'Stock with id "%value" does not exist.', 99),
    ],
)
def test_what_does_not_exist_is_named_beside_the_text(shop, path, message, value):
    make_source_item("A", 1)

    assert shop.get(path) == (404, {"message": message, "parameters": {"value": value}})
