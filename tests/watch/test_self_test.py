"""The self-test goes the whole way to OrderFlow and back, and says at which step it ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Q
from django.test import Client

from imports.inbox import message_numbers
from orderflow_bridge.access.models import AccessToken
from orderflow_bridge.access.selectors import importing_users
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import SELF_TEST, Entity, RequestType
from orderflow_bridge.configuration.sections import (
    Api,
    InventoryImport,
    ProblemReports,
    ProductExport,
)
from orderflow_bridge.configuration.sections import SelfTest as Settings
from orderflow_bridge.inventory.models import Source, SourceItem
from orderflow_bridge.jobs.statistics.quarter_hours import quarter_hours
from orderflow_bridge.monitoring.selectors import import_lines
from orderflow_bridge.problems.kinds import SELF_TEST_FAILED, Severity
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.watch.models import Heard, SelfTest
from orderflow_bridge.watch.self_test.posting import NotTaken, post_stock
from orderflow_bridge.watch.services import watch
from tests.configuration.storing import store
from tests.fakes import Answer, FakeOrderFlow
from tests.soapapi.posting import PRODUCT_MARKER, call, despatch, fault, post, stock
from tests.watch.self_testing import SKU, Shop, begun, failed, look, shop, states

__all__ = ("shop",)

pytestmark = pytest.mark.django_db(transaction=True)

TAKEN, APPLIED = "Taken at the public address", "Applied"
ANNOUNCED, FETCHED = "Announced to OrderFlow", "Fetched by OrderFlow"


def test_a_good_run_goes_the_whole_way_and_leaves_no_trace_in_the_shop(shop: Shop) -> None:
    test = begun()
    assert {step.state for step in test.steps() if step.key == "connect"} == {"passed", "skipped"}
    assert states(test) == {
        ANNOUNCED: "waiting",
        FETCHED: "waiting",
        TAKEN: "passed",
        APPLIED: "waiting",
    }

    shop.do_the_jobs()
    test = look()

    assert (test.state, set(states(test).values())) == (SelfTest.State.PASSED, {"passed"})
    assert all(step.seconds is not None for step in test.steps())
    item = SourceItem.objects.get(product__sku=SELF_TEST)
    assert (item.quantity, item.last_sequence_id) == (0, 1)
    assert not item.product.websites.exists()
    assert item.product.status == Product.Status.DISABLED
    assert not User.objects.get(username=SELF_TEST).has_usable_password()
    assert [user.username for user in importing_users()] == ["orderflow"]
    assert not AccessToken.objects.filter(user__username=SELF_TEST).exists()
    assert not open_problems(SELF_TEST_FAILED).exists()


def test_its_messages_are_not_heard_from_orderflow_and_count_nowhere(shop: Shop) -> None:
    begun()
    shop.do_the_jobs()
    watch()

    assert Request.objects.filter(received_by=SELF_TEST, processed_at__isnull=False).count() == 1
    assert list(Heard.objects.values_list("stream", flat=True)) == ["fetches"]
    assert quarter_hours([(RequestType.IMPORT, Entity.INVENTORY)], Q(), now=clock.now()) == []
    assert import_lines(clock.now() - timedelta(days=1)) == {}
    assert message_numbers(clock.now() - timedelta(days=1)) is None
    assert not Problem.objects.filter(text__contains=SELF_TEST).exists()


def wrong_password(shop: Shop) -> None:
    store(Api, shop.website, password="wrong")


def unknown_product(shop: Shop) -> None:
    store(Settings, test_product="NONE")


def no_export(shop: Shop) -> None:
    store(ProductExport, shop.website, is_enabled=False)


def no_account(shop: Shop) -> None:
    store(Api, shop.website, channel="")


def not_simple(shop: Shop) -> None:
    Product.objects.filter(pk=shop.product.pk).update(type_id=Product.Type.BUNDLE)


def no_base_url(shop: Shop) -> None:
    store(ProblemReports, base_url="")


def nobody_there(shop: Shop) -> None:
    store(ProblemReports, base_url="http://127.0.0.1:9")


def inactive_user(shop: Shop) -> None:
    User.objects.create_user(SELF_TEST, is_active=False)


def no_source(shop: Shop) -> None:
    Source.objects.update(enabled=False)


@pytest.mark.parametrize(
    ("spoil", "title", "text", "page", "severity"),
    [
        (wrong_password, "Login", "refuses the login", "apisettings", Severity.CRITICAL),
        (unknown_product, ANNOUNCED, "There is no product NONE", "selftest", Severity.WARNING),
        (no_export, ANNOUNCED, "no website that exports", "productexport", Severity.WARNING),
        (no_account, "Settings", "Channel is empty.", "apisettings", Severity.CRITICAL),
        (not_simple, ANNOUNCED, "only supports simple", "productexport", Severity.WARNING),
        (no_base_url, TAKEN, "No Base URL is set.", "problemreports", Severity.WARNING),
        (nobody_there, TAKEN, "It refuses connections.", "problemreports", Severity.CRITICAL),
        (inactive_user, TAKEN, "isn't authorized", "/auth/user/", Severity.CRITICAL),
        (no_source, TAKEN, "no enabled source", "/inventory/source/", Severity.WARNING),
    ],
)
def test_a_step_that_fails_is_a_problem_until_the_next_pass(
    shop: Shop, spoil: Any, title: str, text: str, page: str, severity: Severity
) -> None:
    spoil(shop)
    begun()
    shop.do_the_jobs()
    test = look()

    step = failed(test)
    assert (step.title, text in step.text) == (title, True), step.text
    assert test.summary == f"Failed at “{title}”: {step.text}"
    problem = open_problems(SELF_TEST_FAILED).get()
    assert problem.text.startswith(f"The self-test failed at “{title}”")
    assert (problem.severity, page in problem.url) == (severity, True), problem.url
    assert problem.remedy

    mend(shop)
    begun()
    shop.do_the_jobs()
    assert look().state == SelfTest.State.PASSED
    assert not open_problems(SELF_TEST_FAILED).exists()


def mend(shop: Shop) -> None:
    """Put everything right again."""
    store(Api, shop.website, password=shop.orderflow.sandbox.account.password, channel="magento")
    store(Settings, test_product=SKU)
    store(ProductExport, shop.website, is_enabled=True)
    store(ProblemReports, base_url=shop.url)
    Product.objects.filter(pk=shop.product.pk).update(type_id=Product.Type.SIMPLE)
    User.objects.filter(username=SELF_TEST).delete()
    Source.objects.update(enabled=True)


def test_without_a_test_product_the_way_out_is_left_out(shop: Shop) -> None:
    store(Settings, test_product="")
    begun()
    shop.do_the_jobs()
    test = look()

    assert states(test) == {
        ANNOUNCED: "skipped",
        FETCHED: "skipped",
        TAKEN: "passed",
        APPLIED: "passed",
    }
    assert test.state == SelfTest.State.PASSED


def test_a_product_that_orderflow_does_not_fetch_in_time_fails_and_says_who_was_refused(
    shop: Shop,
) -> None:
    User.objects.filter(username="orderflow").update(is_active=False)
    begun()
    shop.do_the_jobs()
    assert states(look())[FETCHED] == "waiting"
    assert states(look(14))[FETCHED] == "waiting"
    test = look(16)

    assert (test.state, failed(test).title) == (SelfTest.State.FAILED, FETCHED)
    assert failed(test).text.startswith("Not within 15 minutes. OrderFlow was told; meanwhile")
    assert states(test)[APPLIED] == "passed"


def test_a_product_that_is_not_announced_in_time_fails_with_orderflows_answer(shop: Shop) -> None:
    with FakeOrderFlow().running() as fake:
        begun()
        store(Api, shop.website, endpoint=fake.endpoint)
        fake.answers = [Answer(b"<exception>Out of order.</exception>", status=500)]
        shop.do_the_jobs()
        test = look(16)

    assert failed(test).title == ANNOUNCED
    assert "Out of order" in failed(test).text
    assert states(test)[FETCHED] == "skipped"


def test_a_message_that_waits_for_a_switched_off_import_says_so_and_is_taken_back(
    shop: Shop,
) -> None:
    store(InventoryImport, is_enabled=False)
    store(Settings, test_product="")
    test = begun()
    [waiting] = [step for step in test.steps() if not step.is_over]
    assert waiting.text == "Waits. Inventory Import is switched off."
    assert not Problem.objects.exists()

    test = look(11)

    assert failed(test).text == "Not within 10 minutes. Inventory Import is switched off."
    assert "inventoryimportsettings" in failed(test).url
    assert not Request.objects.exists()


def test_a_message_that_is_processed_and_not_applied_fails_with_the_imports_words(
    shop: Shop,
) -> None:
    begun()
    Product.objects.filter(sku=SELF_TEST).update(type_id=Product.Type.BUNDLE)
    shop.do_the_jobs()

    assert failed(look()).text.startswith("It was processed, and not applied.")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer(b"<html>Welcome</html>"), "What answered there (200) is not the bridge."),
        (
            Answer(status=302, headers={"Location": "https://sso.example/"}),
            "It redirects (302) to https://sso.example/.",
        ),
        (Answer(reset=True), "It hung up before it had answered."),
    ],
)
def test_an_address_that_is_not_the_bridges_is_told(answer: Answer, text: str) -> None:
    with FakeOrderFlow().running() as fake:
        fake.answers = [answer]
        with pytest.raises(NotTaken) as error:
            post_stock(fake.endpoint, "token", source_code="default", sequence_id=1)

    assert str(error.value) == text


def test_a_name_that_nobody_knows_is_told() -> None:
    with pytest.raises(NotTaken, match="Its name is unknown"):
        post_stock("http://bridge.invalid", "token", source_code="default", sequence_id=1)


def test_its_user_brings_nothing_but_its_own_sku(shop: Shop) -> None:
    """Whoever may set the Base URL may see the token of the call."""
    begun()
    token = grant_token(User.objects.get(username=SELF_TEST))
    before = Request.objects.count()
    despatches = despatch("<orderIncrementId>1</orderIncrementId>")
    marks = call(PRODUCT_MARKER, "Export", f"<reference>{SKU}</reference>")
    for message in (stock(), despatches, marks):
        assert fault(post(Client(), message, bearer=token))
    assert Request.objects.count() == before


def test_an_address_of_another_bridge_is_told(shop: Shop) -> None:
    with FakeOrderFlow().running() as fake:
        fake.answers = [Answer(b"<result>Success - Message 0 Received</result>")]
        store(ProblemReports, base_url=fake.endpoint)
        store(Settings, test_product="")
        test = begun()

    assert "it is another bridge's" in failed(test).text
