"""Export on a long list: a job with a page, a message with a link, a list of one's own files."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import OperationalError, connection
from django.test import Client

from orderflow_bridge.file_transfer.models import ListExport
from tests.admin.samples import make_nobody
from tests.factories import make_address, make_order, make_product

pytestmark = pytest.mark.django_db

LIST = "/admin/file_transfer/listexport/"
PRODUCTS = "/admin/catalog/product/"
MAKE = f"{LIST}make/catalog.product/csv/"
Status = ListExport.Status


@pytest.fixture(autouse=True)
def _long_from_three_rows_on(settings: Any) -> None:
    settings.LIST_ROWS_AT_ONCE = 2
    for number in range(3):
        make_product(f"A-{number}")


def sign_in(*rights: str, name: str = "reader") -> Client:
    user = User.objects.create_user(name, password="secret-12345")
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return client


def _is_borrowed() -> bool:
    return ListExport.objects.filter(claimed_until__isnull=False).exists()


def waiting(client: Client, address: str = MAKE) -> ListExport:
    """Ask for a file while the database refuses what a worker reads first."""

    def refuse(execute: Any, sql: str, *call: Any) -> Any:
        if "catalog_product" in sql and "COUNT" in sql and _is_borrowed():
            raise OperationalError("gone away")
        return execute(sql, *call)

    with connection.execute_wrapper(refuse):
        client.post(address)
    return ListExport.objects.latest("pk")


def test_a_long_list_offers_to_make_its_file_and_a_short_one_sends_it(boss: Client) -> None:
    long = boss.get(f"{PRODUCTS}?cols=sku&o=-sku").content.decode()
    short = boss.get(f"{PRODUCTS}?sku=A-1").content.decode()

    assert f'method="post" action="{MAKE}?cols=sku&amp;o=-sku"' in long
    assert "download/csv/" not in long
    assert f'href="{PRODUCTS}download/csv/?sku=A-1"' in short
    assert boss.get(f"{PRODUCTS}download/csv/?sku=A-1").getvalue().count(b"\n") == 2


def test_export_leads_to_a_page_and_from_there_to_the_file(boss: Client) -> None:
    page = boss.post(f"{MAKE}?cols=sku&o=-sku", follow=True)
    export = ListExport.objects.get()

    text = page.content.decode()
    assert page.redirect_chain == [(f"{LIST}{export.pk}/change/", 302)]
    assert "The file is ready" in text
    assert f'href="{LIST}{export.pk}/file/"' in text
    answer = boss.get(f"{LIST}{export.pk}/file/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="products-' in answer["Content-Disposition"]
    content = answer.getvalue()
    assert content.decode("utf-8-sig").split() == ["SKU", "A-2", "A-1", "A-0"]
    assert answer["Content-Length"] == str(len(content))


def test_an_address_of_a_long_list_asks_before_it_makes_a_file(boss: Client) -> None:
    page = boss.get(f"{PRODUCTS}download/csv/?cols=sku", follow=True)

    assert page.redirect_chain == [(f"{MAKE}?cols=sku", 302)]
    assert "its file is made in the background" in page.content.decode()
    assert not ListExport.objects.exists()


def test_pressed_twice_it_is_one_export(boss: Client) -> None:
    first, second = waiting(boss), waiting(boss)

    assert first == second


def test_a_page_of_one_that_is_being_made_renews_itself_and_offers_to_stop(boss: Client) -> None:
    export = waiting(boss)
    ListExport.objects.update(rows_done=1, rows_total=3)

    text = boss.get(f"{LIST}{export.pk}/change/").content.decode()

    assert 'data-every="2"' in text
    assert "1 of about 3 rows written" in text
    assert "gone away" in text
    assert f'href="{LIST}{export.pk}/cancel/"' in text
    boss.post(f"{LIST}{export.pk}/cancel/")
    export.refresh_from_db()
    assert export.status == Status.CANCELED
    again = boss.post(f"{LIST}{export.pk}/cancel/", follow=True).content.decode()
    assert "not being made any more" in again
    nothing = boss.get(f"{LIST}{export.pk}/file/", follow=True).content.decode()
    assert "There is no file yet" in nothing


def test_the_outcome_is_told_once_on_the_next_page_that_is_opened(boss: Client) -> None:
    export = waiting(boss)
    assert "is ready" not in boss.get(PRODUCTS, {"q": "A"}).content.decode()
    ListExport.objects.update(status=Status.DONE)

    fetched = boss.get(PRODUCTS, {"q": "A"}, headers={"Sec-Fetch-Dest": "empty"}).content.decode()
    opened = boss.get(PRODUCTS, {"q": "A"}, headers={"Sec-Fetch-Dest": "document"})
    later = boss.get(PRODUCTS, {"q": "A"}).content.decode()

    assert "is ready" not in fetched
    assert f'href="{LIST}{export.pk}/file/">Download</a>' in opened.content.decode()
    assert "is ready" not in later


def test_a_failure_is_told_with_the_way_to_its_reason(boss: Client) -> None:
    export = waiting(boss)
    ListExport.objects.update(status=Status.FAILED, failure="Export it again.")

    told = boss.get(PRODUCTS, {"q": "A"}).content.decode()

    assert f'href="{LIST}{export.pk}/change/">See why</a>' in told
    assert "Export it again." in boss.get(f"{LIST}{export.pk}/change/").content.decode()


def test_the_list_says_which_list_filter_size_who_and_when(boss: Client) -> None:
    boss.post(f"{MAKE}?sku=A")

    text = boss.get(f"{LIST}?view=default").content.decode()

    assert "Catalog" in text
    assert "SKU" in text
    assert "boss" in text
    assert "Ready" in text
    assert "bytes" in text


def test_an_empty_list_says_what_to_do_next(boss: Client) -> None:
    assert (
        "Open a list, filter it, and press Export."
        in boss.get(f"{LIST}?view=default").content.decode()
    )


def test_only_who_made_it_and_a_superuser_see_and_fetch_it(boss: Client) -> None:
    maker = sign_in("view_product", "view_order")
    other = sign_in("view_product", "view_order", name="other")
    maker.post(MAKE)
    pages = [f"{LIST}{ListExport.objects.get().pk}/{page}/" for page in ("change", "file")]

    assert [maker.get(page).status_code for page in pages] == [200, 200]
    assert [boss.get(page).status_code for page in pages] == [200, 200]
    assert [other.get(page).status_code for page in pages] == [403, 403]
    assert list(other.get(f"{LIST}?view=default").context["cl"].result_list) == []
    assert len(boss.get(f"{LIST}?view=default").context["cl"].result_list) == 1


def test_who_may_not_see_a_list_cannot_have_its_file_made() -> None:
    assert sign_in("view_order").post(MAKE).status_code == 403
    nobody = Client()
    nobody.force_login(make_nobody())
    assert nobody.post(MAKE).status_code in (302, 403)
    assert not ListExport.objects.exists()


def test_a_file_is_not_handed_out_when_the_right_to_the_list_is_gone() -> None:
    maker = sign_in("view_product", "view_order")
    maker.post(MAKE)
    user = User.objects.get(username="reader")
    user.user_permissions.set(Permission.objects.filter(codename="view_order"))

    text = maker.get(f"{LIST}{ListExport.objects.get().pk}/file/", follow=True).content.decode()

    assert "Ask for the right to view it" in text


def test_a_file_that_shows_people_is_not_handed_out_when_that_right_is_gone() -> None:
    for number in range(3):
        make_order(increment_id=str(number))
    maker = sign_in("view_order", "see_people")
    maker.post(f"{LIST}make/sales.order/csv/")
    address = f"{LIST}{ListExport.objects.get().pk}/file/"
    assert maker.get(address).getvalue().count(b"\n") == 4
    User.objects.get(username="reader").user_permissions.set(
        Permission.objects.filter(codename="view_order")
    )

    text = maker.get(address, follow=True).content.decode()

    assert "no longer see people" in text


def test_a_file_without_people_comes_as_it_was_made_for_whoever_may_not_see_them() -> None:
    for number in range(3):
        order = make_order(increment_id=f"00000000{number}")
        make_address(order, address_type="billing", firstname="Veronica")
    blind = sign_in("view_order")
    blind.post(f"{LIST}make/sales.order/csv/")

    content = blind.get(f"{LIST}{ListExport.objects.get().pk}/file/").getvalue().decode()

    assert "000000001" in content
    assert "Veronica" not in content


def test_there_are_no_files_of_other_kinds_and_lists(boss: Client) -> None:
    for place in (
        "catalog.product/pdf",
        "catalog.nothing/csv",
        "nothing/csv",
        "auth.permission/csv",
    ):
        assert boss.post(f"{LIST}make/{place}/").status_code == 404


def test_filters_that_cannot_be_read_lead_back_to_the_list(boss: Client) -> None:
    assert boss.post(f"{MAKE}?colour=red")["Location"] == PRODUCTS


def test_a_file_that_is_gone_says_why(boss: Client) -> None:
    text = boss.get(f"{LIST}7/file/", follow=True).content.decode()

    assert "it is deleted after 7 days. Export again." in text
