"""The first start makes an administrator, every later one leaves the users alone."""

import io
import os

import pytest
from django.contrib.auth import authenticate, get_user_model

from orderflow_bridge.supervisor.console import Console, banner
from orderflow_bridge.supervisor.listening import CannotListen, bracketed, check_free, reachable
from orderflow_bridge.supervisor.preparation import make_first_administrator


@pytest.fixture
def given_password():
    """Let a test set BRIDGE_ADMIN_PASSWORD, and take it back afterwards."""
    before = os.environ.pop("BRIDGE_ADMIN_PASSWORD", None)
    yield lambda value: os.environ.__setitem__("BRIDGE_ADMIN_PASSWORD", value)
    os.environ.pop("BRIDGE_ADMIN_PASSWORD", None)
    if before is not None:
        os.environ["BRIDGE_ADMIN_PASSWORD"] = before


@pytest.mark.django_db
def test_the_first_start_makes_an_administrator_with_a_password_that_works(given_password, rf):
    administrator = make_first_administrator()

    assert administrator.username == "admin"
    assert len(administrator.password) == 16
    user = authenticate(rf.get("/"), username="admin", password=administrator.password)
    assert user.is_superuser


@pytest.mark.django_db
def test_a_given_password_is_used_and_not_repeated(given_password, rf):
    given_password("correct horse battery")

    administrator = make_first_administrator()

    assert administrator.password == ""
    assert authenticate(rf.get("/"), username="admin", password="correct horse battery")


@pytest.mark.django_db
def test_no_administrator_is_made_where_there_is_one(given_password):
    get_user_model().objects.create_superuser("anna", password="x")

    assert make_first_administrator() is None
    assert get_user_model().objects.count() == 1


def test_the_banner_names_every_endpoint():
    text = banner(
        address="http://127.0.0.1:8000", data_folder="/data", username="admin", password="abc"
    )

    for prefix in (
        "/admin/",
        "/soap/default",
        "/index.php/api/v2_soap/",
        "/rest/V1/",
        "abc",
        "/data",
    ):
        assert prefix in text


def test_lines_carry_the_name_of_their_program_and_no_colours_in_a_file():
    stream = io.StringIO()

    Console(stream).say("web", "Listening")

    assert stream.getvalue() == "web     | Listening\n"


def test_lines_are_coloured_for_a_person():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    stream = Terminal()

    Console(stream).say("web", "Listening")

    assert stream.getvalue() == "\x1b[36mweb     |\x1b[0m Listening\n"


@pytest.mark.parametrize(
    ("host", "address"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("shop", "shop")]
)
def test_a_wildcard_is_shown_as_an_address_one_can_click(host, address):
    assert bracketed(reachable(host)) == address


def test_a_host_one_cannot_listen_at_is_named():
    with pytest.raises(CannotListen, match=r"Cannot listen on no\.such\.host\.invalid, port 8000"):
        check_free("no.such.host.invalid", 8000)


@pytest.mark.parametrize("port", [-1, 0, 65_536, 70_000])
def test_a_port_that_does_not_exist_is_refused(port):
    with pytest.raises(CannotListen, match=f"There is no port {port}"):
        check_free("127.0.0.1", port)
