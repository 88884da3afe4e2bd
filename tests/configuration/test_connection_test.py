"""API Settings → Test Connection: which step failed, and what to do about it."""

import json
import socket

import pytest
from django.contrib.auth.models import User

from orderflow_bridge.client.probe import IMPOSSIBLE_ORDER
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.services import write_settings
from tests.configuration.connecting import PASSWORD, URL, exception, failure_of, filled_in, steps_of
from tests.configuration.servers import badly_certified, refused_endpoint
from tests.factories import make_website
from tests.fakes import Answer, FakeOrderFlow

pytestmark = pytest.mark.django_db

NDJSON = "application/x-ndjson"
STEPS = ["Settings", "Server name", "Connection", "Encryption (TLS)", "OrderFlow's API"]


@pytest.fixture
def orderflow():
    with FakeOrderFlow().running() as fake:
        yield fake


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_an_unknown_order_proves_that_everything_is_right(admin, orderflow):
    orderflow.answers = [exception("rtd.exceptions.MissingDataException: no order")]

    steps, verdict = steps_of(admin, filled_in(orderflow.endpoint))

    assert {state for state, _ in steps.values()} == {"Passed", "Skipped"}
    assert list(steps) == [*STEPS, "Login", "Organisation", "Channel"]
    assert verdict == "The connection works: orders and products can be exported."


def test_the_call_only_asks(admin, orderflow):
    steps_of(admin, filled_in(orderflow.endpoint))

    [heard] = orderflow.heard
    assert heard.path.startswith("/web/remoteorder/order/detail.xml?")
    assert heard.path.endswith(f"externalReference={IMPOSSIBLE_ORDER}")


def test_http_without_encryption_is_pointed_out(admin, orderflow):
    steps, _ = steps_of(admin, filled_in(orderflow.endpoint))

    assert steps["Encryption (TLS)"] == (
        "Skipped",
        "The endpoint begins with http://, so login and data travel unencrypted.",
    )


def test_an_unknown_name(admin):
    step, text = failure_of(admin, filled_in("https://orderflow.invalid/web/"))

    assert step == "Server name"
    assert text.startswith("The name orderflow.invalid is not known. Check the spelling")


def test_a_refused_port(admin):
    step, text = failure_of(admin, filled_in(refused_endpoint()))

    assert step == "Connection"
    assert "refuses connections on port" in text
    assert "Check the port in Endpoint" in text


def test_a_certificate_that_is_not_accepted(admin, tmp_path):
    with badly_certified(tmp_path) as fake:
        step, text = failure_of(admin, filled_in(fake.endpoint))

    assert step == "Encryption (TLS)"
    assert "certificate of 127.0.0.1 is not accepted: self-signed certificate" in text
    assert fake.heard == []


def test_https_where_http_is_spoken(admin, orderflow):
    endpoint = orderflow.endpoint.replace("http://", "https://")

    step, text = failure_of(admin, filled_in(endpoint))

    assert step == "Encryption (TLS)"
    assert "Check that port and https:// in Endpoint belong together." in text


def test_a_refused_login(admin, orderflow):
    orderflow.answers = [Answer(b"", status=401, content_type="text/plain")]

    assert failure_of(admin, filled_in(orderflow.endpoint)) == (
        "Login",
        "OrderFlow refuses the login (401). Check Username and Password.",
    )


def test_a_user_who_may_not(admin, orderflow):
    orderflow.answers = [Answer(b"Forbidden", status=403, content_type="text/plain")]

    step, text = failure_of(admin, filled_in(orderflow.endpoint))

    assert step == "Login"
    assert "give the user the roles Remote Importer and Remote order viewer" in text


def test_a_login_page_instead_of_the_api(admin, orderflow):
    page = b"<html><head><title>OrderFlow Login</title></head><body>Please sign in</body></html>"
    orderflow.answers = [Answer(page, content_type="text/html")]

    step, text = failure_of(admin, filled_in(orderflow.endpoint))

    assert step == "OrderFlow's API"
    assert "OrderFlow Login" in text
    assert "Check server and context path in Endpoint." in text


def test_a_wrong_context_path(admin, orderflow):
    orderflow.answers = [Answer(b"", status=404, content_type="text/plain")]

    step, text = failure_of(admin, filled_in(orderflow.endpoint))

    assert step == "OrderFlow's API"
    assert "404 Not Found" in text


@pytest.mark.parametrize("status", [200, 403])
def test_an_organisation_that_is_not_accepted(admin, orderflow, status):
    orderflow.answers = [exception("Your user has no access to this organisation.", status)]

    step, text = failure_of(admin, filled_in(orderflow.endpoint))

    assert step == "Organisation"
    assert "does not accept the organisation Mage Inc: Your user has no access" in text


@pytest.mark.parametrize("status", [200, 403])
def test_a_channel_that_is_not_accepted(admin, orderflow, status):
    orderflow.answers = [exception("The organisation has no such channel.", status)]

    steps, verdict = steps_of(admin, filled_in(orderflow.endpoint))

    assert steps["Organisation"] == ("Passed", "Mage Inc is accepted.")
    assert steps["Channel"][0] == "Failed"
    assert "does not accept the channel magento2" in steps["Channel"][1]
    assert verdict == "The test stopped at “Channel”. Nothing was saved or exported."


def test_an_unknown_order_of_a_known_channel_is_no_complaint_about_the_channel(admin, orderflow):
    orderflow.answers = [exception(f"No {IMPOSSIBLE_ORDER} in channel magento2")]

    steps, _ = steps_of(admin, filled_in(orderflow.endpoint))

    assert steps["Channel"][0] == "Passed"


def test_a_trouble_of_orderflows_own_is_told_in_its_words(admin, orderflow):
    orderflow.answers = [exception("Database is down", 500)]

    step, text = failure_of(admin, filled_in(orderflow.endpoint))

    assert step == "OrderFlow's API"
    assert text == "OrderFlow reports a problem of its own: Database is down."


def test_an_endpoint_that_says_nothing_ends_the_test_in_time(admin):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}/web/"
        data = filled_in(endpoint, read_timeout="1", total_timeout="1")

        step, text = failure_of(admin, data)

    assert step == "OrderFlow's API"
    assert "no answer within 1 seconds" in text


def test_a_mistake_in_the_form_is_told_before_anything_is_tried(admin):
    assert failure_of(admin, filled_in("demo.orderflow-wms.co.uk"))[1].startswith("Endpoint: Enter")
    data = filled_in("https://of.example/web/")
    del data["channel"]
    assert failure_of(admin, data | {"inherit-channel": "on"}) == (
        "Settings",
        "Channel is empty. Fill it in, then test again.",
    )


def test_a_website_is_tested_with_what_it_inherits(admin, orderflow):
    write_settings(
        Api,
        {
            "endpoint": orderflow.endpoint,
            "username": "all",
            "password": PASSWORD,
            "organisation": "Mage Inc",
            "channel": "all",
        },
    )
    website = make_website()
    data = {f"inherit-{setting.name}": "on" for setting in Api.settings()}
    del data["inherit-channel"]

    _, verdict = steps_of(admin, {**data, "channel": "uk"}, f"{URL}?website={website.code}")

    assert verdict.startswith("The connection works")
    assert "channel=uk&organisation=Mage+Inc" in orderflow.heard[0].path


def test_a_blank_password_is_the_stored_one(admin, orderflow):
    write_settings(Api, {"endpoint": orderflow.endpoint, "password": PASSWORD})

    steps_of(admin, filled_in(orderflow.endpoint, password="", username="someone"))

    sent = orderflow.heard[0].headers["Authorization"]
    orderflow.heard.clear()
    steps_of(admin, filled_in(orderflow.endpoint, username="someone"))
    assert sent == orderflow.heard[0].headers["Authorization"]


def test_the_stored_password_is_not_sent_to_another_server(admin, orderflow):
    write_settings(Api, {"endpoint": "https://of.example/web/", "password": PASSWORD})

    step, text = failure_of(admin, filled_in(orderflow.endpoint, password=""))

    assert step == "Settings"
    assert "the stored password is only sent to the saved server" in text
    assert orderflow.heard == []


def test_what_is_found_is_said_in_the_readers_language(client, orderflow):
    client.force_login(User.objects.create_superuser("root"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    orderflow.answers = [Answer(b"<html>Anmelden</html>", content_type="text/html")]

    answer = client.post(URL, filled_in(orderflow.endpoint), headers={"Accept": NDJSON})

    texts = [json.loads(line).get("text") for line in answer.getvalue().decode().splitlines()]
    assert texts[1] == "127.0.0.1 ist 127.0.0.1."
    assert texts[4] == (
        "OrderFlow hat mit einer Webseite geantwortet: Anmelden Prüfen Sie Server und Kontextpfad"
        " im Endpunkt."
    )


def test_the_settings_that_lead_nowhere_are_named_in_the_readers_language(client):
    client.force_login(User.objects.create_superuser("root"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"

    answer = client.post(URL, filled_in(refused_endpoint()), headers={"Accept": NDJSON})

    last = json.loads(answer.getvalue().decode().splitlines()[-2])
    assert (
        "Vérifiez le port dans « Point d’accès », et que OrderFlow est en marche." in last["text"]
    )
