"""A list opens as its user left it, and the way back from a record leads to it as it was."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from orderflow_bridge.console.saved_views.models import SavedView
from tests.admin.samples import make_operator
from tests.factories import make_product, make_website

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/product/"
HERE = {"HTTP_REFERER": f"http://testserver{LIST}?q=x"}
LEFT = "status=1&cols=sku&cols=name&o=-sku&per_page=50&view=default"


@pytest.fixture
def anna(db: None) -> Client:
    client = Client()
    client.force_login(make_operator("anna", "view"))
    return client


def opened(client: Client) -> dict[str, list[str]]:
    """Return what the bare list leads to."""
    answer = client.get(LIST)
    return parse_qs(urlsplit(answer["Location"]).query) if answer.status_code == 302 else {}


def test_a_list_opens_with_the_filters_columns_order_and_page_size_it_was_left_with(anna):
    anna.get(f"{LIST}?{LEFT}", **HERE)

    assert opened(anna) == parse_qs(LEFT)


def test_what_was_searched_and_the_page_are_not_remembered(anna):
    anna.get(f"{LIST}?q=bag&p=2&status=1", **HERE)

    assert opened(anna) == {"status": ["1"], "view": ["default"]}


def test_each_user_has_his_own(anna):
    other = Client()
    other.force_login(make_operator("bert", "view"))
    anna.get(f"{LIST}?{LEFT}", **HERE)

    assert opened(other) == {}


def test_a_link_from_another_page_shows_a_state_and_does_not_change_what_is_remembered(anna):
    anna.get(f"{LIST}?status=1", **HERE)
    anna.get(f"{LIST}?status=2", HTTP_REFERER="http://testserver/admin/")

    assert opened(anna)["status"] == ["1"]


def test_clearing_a_list_is_remembered_too(anna):
    make_product("24-1")
    anna.get(f"{LIST}?status=1", **HERE)
    page = anna.get(f"{LIST}?status=1").context["cl"]
    anna.get(f"{LIST}{page.clear_url}", **HERE)

    assert opened(anna) == {}
    assert anna.get(LIST).status_code == 200


def test_a_form_of_the_list_that_asks_for_nothing_is_not_led_back(anna):
    make_product("24-1")
    grid = anna.get(f"{LIST}?status=1").context["cl"]

    for kept in (grid.kept_by_filters, grid.kept_by_search, grid.kept_by_columns):
        assert ("view", "default") in kept


def test_a_default_view_comes_before_what_was_left(anna):
    anna.get(f"{LIST}?status=1", **HERE)
    view = SavedView.objects.create(
        user_id=anna.session["_auth_user_id"],
        grid="catalog.product",
        name="Bags",
        is_default=True,
        state={
            "filters": {"sku": ["24"]},
            "columns": [],
            "sort": "",
            "page_size": "",
            "search": "",
        },
    )

    assert opened(anna) == {"sku": ["24"], "view": [str(view.pk)]}


def test_a_view_that_was_changed_is_opened_under_its_name(anna):
    anna.get(f"{LIST}?status=1&view=7", **HERE)

    assert opened(anna)["view"] == ["7"]


def test_the_menu_of_views_does_not_show_what_is_remembered(anna):
    make_product("24-1")
    anna.get(f"{LIST}?status=1", **HERE)

    soup = BeautifulSoup(anna.get(f"{LIST}?view=default").content, "html.parser")

    assert [each.get_text() for each in soup.select(".bridge-views a")] == ["Default View"]


def test_back_and_the_breadcrumb_lead_to_the_list_as_it_was(anna):
    make_product("24-1")
    state = "?q=24&status=1&view=default"
    row = BeautifulSoup(anna.get(f"{LIST}{state}").content, "html.parser").select_one(
        ".bridge-row-link"
    )

    record = BeautifulSoup(anna.get(row["href"]).content, "html.parser")
    back = {each["href"] for each in record.select("h1 a, a.bridge-button")}

    assert f"{LIST}{state}" in back
    assert record.select_one("h1").get_text(" ", strip=True).split()[:3] == [
        "Catalog", "chevron_right", "Products",
    ]  # fmt: skip
    assert record.select_one("h1 a")["href"] == f"{LIST}{state}"


@pytest.mark.parametrize(
    ("path", "group", "name"),
    [
        ("/admin/inventory/sourceitem/", "Inventory", "Stock"),
        ("/admin/scheduler/jobrun/", "System", "Job Runs"),
        ("/admin/auth/user/", "System", "Users"),
        ("/admin/exports/productexport/", "OrderFlow Exports", "Product Exports"),
        ("/admin/exports/endpointstate/", "OrderFlow Exports", "Endpoints"),
        ("/admin/imports/waitingsku/", "OrderFlow Imports", "Waiting SKUs"),
        ("/admin/imports/skualias/", "OrderFlow Imports", "SKU Aliases"),
    ],
)
def test_a_list_has_one_name_in_menu_title_and_breadcrumb(admin_client, path, group, name):
    soup = BeautifulSoup(admin_client.get(path).content, "html.parser")

    assert soup.title.get_text().strip().startswith(name)
    assert [each.get_text(strip=True) for each in soup.select("h1 .truncate")] == [group, name]


def test_all_headings_are_written_as_titles_in_a_list_and_in_its_file(admin_client):
    make_website()
    heads = ["Name", "Code", "Is Default", "Sort Order"]
    soup = BeautifulSoup(admin_client.get("/admin/stores/website/").content, "html.parser")
    file = admin_client.get("/admin/stores/website/download/csv/").getvalue().decode("utf-8-sig")

    assert [each.get_text(strip=True) for each in soup.select("th[data-column] .text")] == heads
    assert file.splitlines()[0].split(";" if ";" in file else ",") == heads
