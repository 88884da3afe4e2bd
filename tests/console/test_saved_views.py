"""Saved views: each user's own, with a default one that opens by itself."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client

from orderflow_bridge.console.saved_views.models import SavedView
from orderflow_bridge.console.saved_views.services import MOST_VIEWS
from tests.admin.samples import make_operator
from tests.factories import make_product

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/product/"
SAVE = "/admin/views/save/"
STATE = "status=1&status=2&sku=24&q=bag&cols=sku&cols=name&o=-sku&per_page=50"


@pytest.fixture
def anna(db: None) -> Client:
    client = Client()
    client.force_login(make_operator("anna", "view"))
    return client


@pytest.fixture
def bert(db: None) -> Client:
    client = Client()
    client.force_login(make_operator("bert", "view"))
    return client


def save(client: Client, name: str, query: str = STATE, **values: str):
    data = {"grid": "catalog.product", "name": name, "query": query, **values}
    return client.post(SAVE, data)


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_view_keeps_filters_search_columns_order_and_page_size(anna):
    answer = save(anna, "Bags", f"{STATE}&p=3&after=9&view=4")

    view = SavedView.objects.get()
    assert (view.user.username, view.grid, view.name) == ("anna", "catalog.product", "Bags")
    assert view.state == {
        "filters": {"status": ["1", "2"], "sku": ["24"]},
        "search": "bag",
        "columns": ["sku", "name"],
        "sort": "-sku",
        "page_size": "50",
    }
    opened = parse_qs(urlsplit(answer.url).query)
    assert opened == {**parse_qs(STATE), "view": [str(view.pk)]}


def test_the_list_shows_what_the_view_keeps(anna):
    for sku in ("24-1", "24-2", "25-1"):
        make_product(sku, name=f"Bag {sku}")
    address = save(anna, "Bags").url

    grid = anna.get(address).context["cl"]

    assert [row.sku for row in grid.result_list] == ["24-2", "24-1"]
    assert grid.list_display[-2:] == ["sku", "name"]
    assert grid.list_per_page == 50


def test_the_default_view_opens_with_the_bare_list_and_no_other_user_sees_it(anna, bert):
    make_product("24-1")
    save(anna, "Bags", is_default="on")
    view = SavedView.objects.get()

    mine, yours = anna.get(LIST), bert.get(LIST)

    assert mine.status_code == 302
    assert parse_qs(urlsplit(mine.url).query)["view"] == [str(view.pk)]
    assert yours.status_code == 200
    assert "Bags" not in yours.content.decode()


def test_the_usual_view_stays_within_reach(anna):
    make_product("24-1")
    save(anna, "Bags", is_default="on")

    text = anna.get(f"{LIST}?view=default").content.decode()

    assert 'href="?view=default"' in text
    assert "Bags" in text


def test_a_list_has_one_default_view(anna):
    save(anna, "First", is_default="on")
    save(anna, "Second", is_default="on")

    assert list(SavedView.objects.filter(is_default=True).values_list("name", flat=True)) == [
        "Second"
    ]


def test_a_view_can_be_made_the_default_one_and_no_longer_be_it(anna):
    save(anna, "Bags")
    view = SavedView.objects.get()

    anna.post(f"/admin/views/{view.pk}/default/", {"is_default": "1"})
    now = SavedView.objects.get().is_default
    anna.post(f"/admin/views/{view.pk}/default/", {"is_default": "0"})

    assert (now, SavedView.objects.get().is_default) == (True, False)


def test_saving_under_the_same_name_changes_the_view(anna):
    save(anna, "Bags", "status=1")
    save(anna, "Bags", "status=2")

    assert SavedView.objects.get().state["filters"] == {"status": ["2"]}


def test_the_menu_says_when_what_is_shown_is_no_longer_the_view(anna):
    make_product("24-1")
    address = save(anna, "Bags").url

    assert "Bags (changed)" not in anna.get(address).content.decode()
    assert "Bags (changed)" in anna.get(address.replace("sku=24", "sku=25")).content.decode()


def test_views_of_others_can_be_neither_deleted_nor_made_default(anna, bert):
    save(anna, "Bags")
    view = SavedView.objects.get()

    assert bert.post(f"/admin/views/{view.pk}/delete/").status_code == 404
    assert bert.post(f"/admin/views/{view.pk}/default/", {"is_default": "1"}).status_code == 404
    assert SavedView.objects.get().is_default is False


def test_a_view_is_deleted_with_a_word(anna):
    save(anna, "Bags")

    answer = anna.post(f"/admin/views/{SavedView.objects.get().pk}/delete/")

    assert texts(answer)[-1] == "The view “Bags” has been deleted."
    assert not SavedView.objects.exists()


def test_nothing_is_changed_by_opening_an_address(anna):
    save(anna, "Bags")
    pk = SavedView.objects.get().pk

    addresses = (SAVE, f"/admin/views/{pk}/delete/", f"/admin/views/{pk}/default/")
    assert {anna.get(address).status_code for address in addresses} == {405}
    assert SavedView.objects.exists()


def test_a_post_without_the_pages_token_is_refused():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_operator("anna", "view"))

    assert save(client, "Bags").status_code == 403


def test_a_stranger_is_sent_to_the_login():
    assert "/login/" in save(Client(), "Bags").url
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("", STATE, "Give the view a name."),
        ("x" * 61, STATE, "at most 60 characters"),
        ("Long", "q=" + "x" * 4_000, "at most 4000 characters"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_words(anna, name, query, said):
    assert said in texts(save(anna, name, query))[0]
    assert not SavedView.objects.exists()


def test_views_of_a_list_are_only_for_those_who_may_see_it():
    client = Client()
    clerk = make_operator("clerk")
    clerk.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(clerk)

    assert save(client, "Bags").status_code == 403
    assert not SavedView.objects.exists()


def test_a_list_that_does_not_exist_has_no_views(anna):
    assert anna.post(SAVE, {"grid": "no.list", "name": "x", "query": ""}).status_code == 404


def test_a_user_has_a_limited_number_of_views_of_a_list(anna):
    user = User.objects.get(username="anna")
    SavedView.objects.bulk_create(
        SavedView(user=user, grid="catalog.product", name=str(number), state={})
        for number in range(MOST_VIEWS)
    )

    answer = save(anna, "One more")

    assert "at most 30 views" in texts(answer)[0]
    assert SavedView.objects.count() == MOST_VIEWS


def test_a_view_with_columns_and_filters_that_are_gone_still_opens(anna):
    make_product("24-1")
    address = save(anna, "Old", "cols=gone&o=-gone&status=99").url

    assert anna.get(address).status_code == 200
