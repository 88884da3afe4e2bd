"""Incidents of what the shop says to OrderFlow: how each comes about, and what mends it.

A mending gets the page that the remedy leads to, and who follows it.
"""

from django.contrib.auth.models import User

from orderflow_bridge.configuration.sections import (
    Reconciliation,
)
from tests.configuration.storing import store
from tests.journeys.person import Person
from tests.journeys.stage import HOUR, MINUTE, Stage
from tests.sandbox.conftest import ACCOUNT

RETRY = 10 * MINUTE


def wrong_password_here(stage: Stage) -> None:
    stage.configure(password="not-the-password")
    stage.sell("24-MB01")


def enter_the_password(stage: Stage, who: Person, url: str) -> None:
    who.save(url, password=ACCOUNT.password)
    stage.wait(RETRY)


def unknown_host(stage: Stage) -> None:
    stage.configure(endpoint="http://orderflow.invalid/web/")
    stage.sell("24-MB01")


def correct_the_host(stage: Stage, who: Person, url: str) -> None:
    who.save(url, endpoint=stage.trade.endpoint)
    stage.wait(RETRY)


def sign_in_page(stage: Stage) -> None:
    stage.play("login-page")
    stage.sell("24-MB01")


def requeue_after_it(stage: Stage, who: Person, url: str) -> None:
    stage.stop("login-page")
    who.choose_all(url, "requeue_selected")


def orderflow_away(stage: Stage) -> None:
    stage.play("away")
    stage.sell(*(f"24-MB0{number}" for number in range(6)))


def try_again(stage: Stage, who: Person, url: str) -> None:
    stage.stop("away")
    who.press(url, "Try Again Now")
    stage.wait(RETRY)


def dripping(stage: Stage) -> None:
    stage.configure(total_timeout=1, read_timeout=1)
    stage.play("drip")
    stage.sell("24-MB01")


def stop_dripping(stage: Stage, who: Person, url: str) -> None:
    stage.stop("drip")
    stage.configure(total_timeout=20, read_timeout=20)
    stage.wait(RETRY)


def _by_https(stage: Stage) -> None:
    stage.configure(
        endpoint=stage.trade.endpoint.replace("http:", "https:"),
        ca_certificates=str(stage.sandbox.authority.path),
    )


def ended_certificate(stage: Stage) -> None:
    _by_https(stage)
    stage.play("stale-certificate")
    stage.sell("24-MB01")


def renew_it(stage: Stage, who: Person, url: str) -> None:
    stage.stop("stale-certificate")
    stage.wait(RETRY)


def ending_certificate(stage: Stage) -> None:
    stage.play("ending-certificate")
    _by_https(stage)


def renew_in_time(stage: Stage, who: Person, url: str) -> None:
    stage.stop("ending-certificate")
    stage.wait(25 * HOUR)


def nothing_fetched(stage: Stage) -> None:
    stage.play("never-fetch")
    stage.sell("24-MB01", "24-MB02")
    stage.wait()


def fetch_it_late(stage: Stage, who: Person, url: str) -> None:
    stage.stop("never-fetch")
    stage.fetch("24-MB01", "24-MB02")


def fetches_refused(stage: Stage) -> None:
    User.objects.filter(username="orderflow").update(is_active=False)
    stage.sell("24-MB01", "24-MB02")
    stage.wait()
    stage.wait(3 * HOUR)


def let_it_in(stage: Stage, who: Person, url: str) -> None:
    user = User.objects.get(username="orderflow")
    assert user.username in who.look(url).text
    who.save(f"{url}{user.pk}/change/", is_active="on")
    stage.fetch("24-MB01", "24-MB02")


def order_swallowed(stage: Stage) -> None:
    stage.play("swallow")
    stage.order()


def announce_it_again(stage: Stage, who: Person, url: str) -> None:
    stage.stop("swallow")
    who.press(url, "Export")
    stage.wait()


def lost_order_asked_for(stage: Stage) -> None:
    store(Reconciliation, orders_are_asked_for=True)
    order_swallowed(stage)
    stage.wait()
    stage.clock.shift(49 * HOUR)
    stage.trade.job("orderflow_reconcile_orders")


def announce_what_is_unknown(stage: Stage, who: Person, url: str) -> None:
    stage.stop("swallow")
    who.press(url.replace("/announce/", "/change/"), "Announce Again")
    stage.wait()
