"""Test Connection and the settings for certificates and proxies."""

from base64 import b64encode

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User

from orderflow_bridge.configuration.models import SettingChange
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.selectors import api
from orderflow_bridge.configuration.services import write_settings
from tests.client.relays import Proxy
from tests.configuration.connecting import PASSWORD, failure_of, filled_in, steps_of
from tests.configuration.servers import badly_certified, refused_endpoint
from tests.fakes import FakeOrderFlow

pytestmark = pytest.mark.django_db

PAGE = "/admin/configuration/apisettings/"
NAMED = "http://orderflow.example/web/"


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def orderflow():
    with FakeOrderFlow().running() as fake:
        yield fake


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


def saved(admin, **values):
    """Save API Settings; return the page's error, "" if it was saved."""
    answer = admin.post(PAGE, filled_in(NAMED, **values), follow=True)
    form = answer.context.get("form")
    errors = form.errors if form is not None and form.is_bound else {}
    return " ".join(str(error) for name in errors for error in errors[name])


@pytest.mark.parametrize("kind", ["path", "text"])
def test_a_companys_own_authority_is_trusted_once_it_is_named(admin, tmp_path, kind):
    path = tmp_path / "server.pem"
    with badly_certified(tmp_path) as fake:
        step, text = failure_of(admin, filled_in(fake.endpoint))
        assert step == "Encryption (TLS)"
        assert "Trusted are the well-known authorities." in text
        assert "name that in CA Certificates" in text

        named = str(path) if kind == "path" else path.read_text()
        steps, verdict = steps_of(admin, filled_in(fake.endpoint, ca_certificates=named))

    assert verdict.startswith("The connection works")
    shown = f"{path} (setting CA Certificates)" if kind == "path" else "those in the setting"
    assert shown in steps["Encryption (TLS)"][1]
    assert len(fake.heard) == 1


def test_the_environments_authority_is_named(admin, tmp_path, monkeypatch):
    path = tmp_path / "server.pem"
    with badly_certified(tmp_path) as fake:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        steps, _ = steps_of(admin, filled_in(fake.endpoint))

    assert f"Trusted are {path} (SSL_CERT_FILE)." in steps["Encryption (TLS)"][1]


def test_a_proxy_is_named_and_used(admin, orderflow):
    login = "Basic " + b64encode(b"bridge:let me in").decode()
    with Proxy(orderflow, login=login).running() as proxy:
        data = filled_in(NAMED, proxy=proxy.url, proxy_login="bridge:let me in")
        steps, verdict = steps_of(admin, data)

    assert verdict.startswith("The connection works")
    assert steps["Server name"][1] == (
        f"The proxy {proxy.url} (setting Proxy) is 127.0.0.1; it looks orderflow.example up itself."
    )
    assert len(proxy.asked) == 1


def test_the_environments_proxy_is_named_and_used(admin, orderflow, monkeypatch):
    with Proxy(orderflow).running() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        steps, verdict = steps_of(admin, filled_in(NAMED))

    assert verdict.startswith("The connection works")
    assert f"The proxy {proxy.url} (environment)" in steps["Server name"][1]


def test_a_proxy_that_is_down_or_refuses_is_told_in_words(admin, tmp_path):
    gone = refused_endpoint().removesuffix("/web/")
    step, text = failure_of(admin, filled_in(NAMED, proxy=gone))
    assert (step, "and that the proxy is running" in text) == ("Connection", True)

    with badly_certified(tmp_path) as fake, Proxy(fake, login="another").running() as proxy:
        step, text = failure_of(admin, filled_in(fake.endpoint, proxy=proxy.url))
    assert step == "Encryption (TLS)"
    assert "407 Proxy Authentication Required" in text
    assert "Check Proxy and Proxy Login" in text


def test_the_stored_password_is_not_sent_by_another_way(admin, orderflow, tmp_path):
    write_settings(Api, {"endpoint": NAMED, "password": PASSWORD})
    with Proxy(orderflow).running() as proxy:
        step, text = failure_of(admin, filled_in(NAMED, password="", proxy=proxy.url))

    assert step == "Settings"
    assert "the stored password is only sent to the saved server" in text
    assert proxy.asked == []


def test_what_cannot_work_is_not_saved(admin, tmp_path):
    (tmp_path / "empty.pem").write_text("nothing here")
    assert "Enter the full path" in saved(admin, ca_certificates="company.pem")
    assert "No such file" in saved(admin, ca_certificates=str(tmp_path / "gone.pem"))
    assert "no certificate in PEM form" in saved(admin, ca_certificates=str(tmp_path / "empty.pem"))
    assert "no certificate in PEM form" in saved(
        admin, ca_certificates="-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
    )
    assert "not the address of an HTTP proxy" in saved(admin, proxy="proxy.example:3128")
    assert "not the address of an HTTP proxy" in saved(admin, proxy="socks5://proxy:1080")
    assert "Give the proxy's login in Proxy Login" in saved(admin, proxy="http://u:p@proxy:3128")
    assert "with a colon between" in saved(admin, proxy_login="bridge")
    assert "user name with a colon" in saved(admin, username="wms:user")
    assert not api(None).endpoint


def test_what_can_work_is_saved(admin, tmp_path):
    with badly_certified(tmp_path):
        pem = (tmp_path / "server.pem").read_text()
    assert not saved(admin, ca_certificates=pem, proxy="direct", username="wärter")
    assert api(None).proxy == "direct"
    assert not saved(admin, ca_certificates=str(tmp_path / "server.pem"))
    assert api(None).ca_certificates == str(tmp_path / "server.pem")


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "2852039166"])
def test_an_address_that_may_not_be_called_is_not_saved(admin, host):
    data = filled_in(f"http://{host}/web/")

    answer = admin.post(PAGE, data)

    assert "an address that the bridge may not call" in answer.content.decode()
    assert not api(None).endpoint


def test_loopback_may_be_forbidden(admin, orderflow, settings):
    settings.BRIDGE_MAY_CALL = ["public"]
    endpoint = orderflow.endpoint.replace("127.0.0.1", "localhost")

    step, text = failure_of(admin, filled_in(endpoint))

    assert step == "Server name"
    assert "localhost leads to an address that the bridge may not call" in text
    assert orderflow.heard == []


def test_every_changed_secret_is_told_and_none_is_kept(admin):
    admin.post(PAGE, filled_in(NAMED, proxy_login="bridge:let me in"))

    page = BeautifulSoup(admin.get(PAGE).content, "html.parser")

    rows = page.select(".configuration-changes tbody tr")
    told = [[cell.text for cell in row.select("td")][2:] for row in rows]
    assert ["Proxy Login", "******", "changed"] in told
    assert "let me in" not in page.text
    change = SettingChange.objects.get(path="orderflow_api/settings/proxy_login")
    assert (change.before, change.after) == (None, None)
