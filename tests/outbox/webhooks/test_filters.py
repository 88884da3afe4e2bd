"""A receiver hears what it has asked for, by a plain function and by the import's SQL alike."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from imports.services import process_imports
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.outbox.webhooks.filters import (
    Facts,
    Filter,
    Listener,
    patterns_of,
    sources_of,
)
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent, WebhookReceiver
from orderflow_bridge.outbox.webhooks.receivers import written
from orderflow_bridge.stores.models import Website
from tests.factories import make_product, make_source, make_website
from tests.imports.stock import queue
from tests.outbox.webhooks.shop import make_receiver

ORDER = Facts(frozenset({1}), order_status="complete", store_view="fr")
STOCK = Facts(frozenset({1, 2}), sku="24-MB01", source_code="eu")
PROBLEM = Facts(None, problem_kind="late_order", severity=2)


@pytest.mark.parametrize(
    ("values", "facts", "passes"),
    [
        ({}, ORDER, True),
        ({"sku_patterns": ("24-*",)}, STOCK, True),
        ({"sku_patterns": ("24-mb01",)}, STOCK, True),
        ({"sku_patterns": ("24-", "MB01*")}, STOCK, False),
        ({"sku_patterns": ("*01", "X")}, STOCK, True),
        ({"sku_patterns": ("24_MB01",)}, STOCK, False),
        ({"sku_patterns": ("24-*",)}, ORDER, True),
        ({"source_codes": ("eu", "us")}, STOCK, True),
        ({"source_codes": ("us",)}, STOCK, False),
        ({"order_statuses": ("complete",), "store_views": ("en", "fr")}, ORDER, True),
        ({"order_statuses": ("pending",)}, ORDER, False),
        ({"store_views": ("en",)}, ORDER, False),
        ({"problem_kinds": ("late_order",), "least_severity": 2}, PROBLEM, True),
        ({"least_severity": 3}, PROBLEM, False),
        ({"problem_kinds": ("oversold",)}, PROBLEM, False),
        ({"problem_kinds": ("oversold",), "least_severity": 3}, ORDER, True),
    ],
)
def test_an_event_passes_if_each_field_that_asks_of_it_lets_it_through(
    values: dict[str, Any], facts: Facts, passes: bool
) -> None:
    wanted = Filter(**values)

    assert wanted.lets_pass(facts) is passes
    assert Filter.of(wanted.as_json()) == wanted


@pytest.mark.parametrize(
    ("websites", "facts", "wants"),
    [
        (None, STOCK, True),
        (frozenset({2, 3}), STOCK, True),
        (frozenset({3}), STOCK, False),
        (frozenset[int](), STOCK, False),
        (frozenset({3}), PROBLEM, True),
        (None, Facts(frozenset(), sku="A"), True),
    ],
)
def test_a_receiver_hears_of_its_websites_and_of_what_concerns_the_whole_installation(
    websites: frozenset[int] | None, facts: Facts, wants: bool
) -> None:
    listener = Listener(1, websites, frozenset({Kind.STOCK_CHANGED}), Filter())

    assert listener.wants(Kind.STOCK_CHANGED, facts) is wants
    assert not listener.wants(Kind.ORDER_EXPORTED, facts)


def test_patterns_are_read_line_by_line_and_refused_with_what_to_do() -> None:
    assert patterns_of(" 24-* \n\n*-XL\n24-*") == ("24-*", "*-XL")
    for text, says in (
        ("x" * 65, "at most 64 characters"),
        ("a\n**", "leave the field empty instead"),
        ("\n".join(map(str, range(51))), "At most 50 patterns"),
    ):
        with pytest.raises(ValidationError, match=says):
            patterns_of(text)


def test_source_codes_are_read_with_commas_and_refused_with_what_to_do() -> None:
    assert sources_of("eu, us  default") == ("eu", "us", "default")
    with pytest.raises(ValidationError, match="“e/u” is no source code"):
        sources_of("eu, e/u")


SKUS = ("24-MB01", "24_MB02", "50%", "Ärmel\\XL", "a*b")
PATTERNS = ("24-*", "24_*", "*0*", "50%", "%", "*_*", "ärmel\\*", "A**", "*xl", "24-mb01", "\\*")
SOURCES = ("default", "eu")


@pytest.fixture
def sold(db: None) -> list[Website]:
    for source in SOURCES:
        make_source(source)
    websites = [make_website(), make_website()]
    for place, sku in enumerate(SKUS):
        make_product(sku).websites.add(*websites[place % 3 :])
    return websites


@given(
    receivers=st.lists(
        st.tuples(
            st.one_of(st.none(), st.sets(st.integers(0, 1))),
            st.lists(st.sampled_from(PATTERNS), max_size=2),
            st.lists(st.sampled_from(SOURCES), max_size=1),
        ),
        min_size=1,
        max_size=3,
    )
)
@example([(None, [], []), ({0}, ["24_*"], []), (set(), [], [])])
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_imports_sql_tells_whom_the_plain_function_would(
    sold: list[Website], receivers: list[tuple[set[int] | None, list[str], list[str]]]
) -> None:
    WebhookEvent.objects.all().delete()
    WebhookReceiver.objects.all().delete()
    SourceItem.objects.all().delete()
    listeners = [_receiver(name, sold, *each) for name, each in zip("abc", receivers, strict=False)]
    written()

    queue(*((sku, 7, 1, source) for sku in SKUS for source in SOURCES))
    process_imports(Entity.INVENTORY)

    told = set(WebhookEvent.objects.values_list("receiver", "topic"))
    assert told == {
        (listener.id, f"stock {source}/{product.sku}")
        for listener in listeners
        for product in Product.objects.all()
        for source in SOURCES
        if listener.wants(Kind.STOCK_CHANGED, _facts(product, source))
    }


def _receiver(
    name: str,
    websites: list[Website],
    chosen: set[int] | None,
    patterns: list[str],
    sources: list[str],
) -> Listener:
    wanted = Filter(sku_patterns=tuple(patterns), source_codes=tuple(sources))
    receiver = make_receiver(
        name=name,
        for_all_websites=chosen is None,
        filter=wanted.as_json(),
        events=["stock.changed"],
    )
    here = [websites[place] for place in chosen or ()]
    receiver.websites.set(here)
    ids = None if chosen is None else frozenset(each.pk for each in here)
    return Listener(receiver.pk, ids, frozenset(receiver.events), wanted)


def _facts(product: Product, source: str) -> Facts:
    websites = frozenset(product.websites.values_list("pk", flat=True))
    return Facts(websites, sku=product.sku, source_code=source)
