"""Pages for what goes wrong: a sentence and a way back, in the admin's frame, never a traceback."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.test import Client
from django.urls import path

from orderflow_bridge import urls

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
SECRET = "s3cret-in-a-traceback"


def _fails(request):
    raise ValueError(SECRET)


def _has_no_database(request):
    raise OperationalError("connection refused")


def _has_no_room(request):
    raise OperationalError("database or disk is full")


def _refuses(request):
    raise PermissionDenied


urlpatterns = [
    path("admin/fails/", _fails),
    path("admin/away/", _has_no_database),
    path("admin/full/", _has_no_room),
    path("admin/refuses/", _refuses),
    *urls.urlpatterns,
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__), pytest.mark.one_database]


@pytest.fixture
def boss() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.fixture
def guest() -> Client:
    return Client(raise_request_exception=False)


def test_a_page_that_is_not_there_says_so_in_the_frame_with_a_way_back(boss):
    answer = boss.get("/admin/sales/nothing/")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "There is no page at this address." in page
    assert "To the first page" in page
    assert 'aria-label="Main menu"' in page


def test_a_guest_gets_the_page_without_the_frame(guest):
    answer = guest.get("/nothing/")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "There is no page at this address." in page
    assert "Main menu" not in page


def test_a_name_that_is_not_the_bridges_is_told_with_where_to_add_it(guest, settings):
    settings.ALLOWED_HOSTS = ["bridge.example.com"]

    answer = guest.get("/admin/", headers={"Host": "<b>shop</b>.example.com"})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "The bridge does not answer to the name “&lt;b&gt;shop&lt;/b&gt;.example.com”." in page
    assert "added to BRIDGE_ALLOWED_HOSTS" in page


def test_a_full_disk_is_told_as_that(boss):
    answer = boss.get("/admin/full/")

    assert answer.status_code == 503
    page = answer.content.decode()
    assert "The disk of the database is full: nothing can be stored until there is room" in page
    assert "The database does not answer" not in page


def test_a_form_that_is_too_large_is_told(guest, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2

    answer = guest.post("/admin/login/", {"a": 1, "b": 2, "c": 3})

    assert answer.status_code == 400
    assert "more than is taken at once. Nothing was changed." in answer.content.decode()


def test_a_refusal_names_who_can_help(boss):
    answer = boss.get("/admin/refuses/")

    assert answer.status_code == 403
    assert "Ask an administrator to change your roles." in answer.content.decode()


def test_a_form_without_its_token_says_that_nothing_was_changed(boss):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = boss.cookies

    answer = strict.post(
        "/admin/views/save/", HTTP_REFERER="http://testserver/admin/catalog/product/"
    )

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Nothing was changed." in page
    assert 'href="http://testserver/admin/catalog/product/">Back to the form' in page
    assert "DEBUG" not in page


def test_a_form_from_elsewhere_gets_no_link_back_there(boss):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = boss.cookies

    answer = strict.post("/admin/views/save/", HTTP_REFERER="http://evil.example/x")

    assert "evil.example" not in answer.content.decode()


def test_a_failure_shows_its_report_id_and_nothing_of_itself(boss):
    answer = boss.get("/admin/fails/", HTTP_X_REQUEST_ID="0af7651916cd43dd8448eb211c80319c")

    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Report id: <code>0af7651916cd43dd8448eb211c80319c</code>" in page
    assert SECRET not in page
    assert "Traceback" not in page


def test_without_a_database_the_page_says_when_to_come_again(guest):
    answer = guest.get("/admin/away/")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "The database does not answer" in answer.content.decode()
