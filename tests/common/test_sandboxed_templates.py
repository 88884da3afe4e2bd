"""Short templates: what they make of values, what they may not hold, and that no text harms."""

import re
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import TemplateRefused
from orderflow_bridge.common.sandboxed_templates import LONGEST_TEMPLATE, compiled

# Of the processor, so that a busy machine is no fault of the code.
MOST_SECONDS = 2.0
VALUES = {
    "name": "Joust Bag",
    "colour": "blue",
    "weight": Decimal("1.5000"),
    "size": "12",
    "sellable": True,
    "none": None,
    "sold": datetime(2026, 11, 30, 9, 5, tzinfo=UTC),
    "items": [{"sku": "A", "qty": 1}, {"sku": "B", "qty": 2}],
    "order": {"items": "a word", "note": "{{ 7*7 }}"},
    "long": "x" * 90_000,
}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ name }}, {{ colour|upper }}", "Joust Bag, BLUE"),
        ("{{ name ~ ' ' ~ none ~ colour }}", "Joust Bag blue"),
        ("{{ name + '/' + colour }}", "Joust Bag/blue"),
        ("{{ weight * 1000 }}", "1500"),
        ("{{ weight * 0.1 }} {{ size / 8 }} {{ size + 1 }} {{ -size }}", "0.15 1.5 13 -12"),
        ("{{ weight|round(2) }}", "1.50"),
        ("{% if weight > 1 %}heavy{% elif weight %}light{% else %}?{% endif %}", "heavy"),
        ("{{ 'big' if size|number >= 10 else 'small' }}", "big"),
        ("{{ sellable }} {{ sellable|yesno('Y', 'N') }} {{ none }}", "1 Y "),
        ("{{ sold }} {{ sold|date('%d.%m.%Y') }}", "2026-11-30T09:05:00 30.11.2026"),
        ("{{ items[0].sku }} {{ items[-1].sku }} {{ (items|last).qty }}", "A B 2"),
        ("{{ items|join(', ', 'sku') }} {{ items|length }}", "A, B 2"),
        ("{{ [name, none, colour]|join(' ') }}", "Joust Bag blue"),
        (
            "{{ name[:5] }} {{ name|truncate(3) }} {{ name|replace('Bag', 'B') }}",
            "Joust Jou Joust B",
        ),
        ("{{ name[-3:] }} {{ name[-3] }} {{ name[1:-4] }}", "Bag B oust"),
        ("{{ parent.name }}{{ parent.a.b|default('none') }}", "none"),
        ("{{ 'yes' if parent is defined else 'no' }}", "no"),
        ("https://x.example/?n={{ 'a b&c'|urlencode }}", "https://x.example/?n=a%20b%26c"),
        ("{{ order.items }} {{ order.note }}", "a word {{ 7*7 }}"),
        ("{# what nobody reads #}ok", "ok"),
        ("{{ 'JB' in name }}{{ 'Bag' in name }}", "01"),
    ],
)
def test_a_template_makes_a_text_of_values(source, text):
    assert compiled(source).render(VALUES) == text


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{% for i in items %}x{% endfor %}", "A template cannot use “for”."),
        ("{% set a = 1 %}", "A template cannot use “set”."),
        ("{% macro a() %}{% endmacro %}", "A template cannot use “macro”."),
        ("{% include 'x' %}", "A template cannot use “include”."),
        ("{% import 'x' as y %}", "A template cannot use “import”."),
        ("{{ 10 ** 9 }}", "A template cannot use “**”."),
        ("{{ '%9999999d' % 1 }}", "A template cannot use “%”."),
        ("{{ name.upper() }}", "calls with brackets"),
        ("{{ range(10) }}", "calls with brackets"),
        ("{{ self }}", "There is no value “self”."),
        ("{{ name|upperr }}", "There is no filter “upperr”. There are: abs, capitalize, date,"),
        ("{{ name is sameas(1) }}", "There is no test “sameas”."),
        ("{{ name", "The template cannot be read: "),
        ("{% nothing %}", "The template cannot be read: "),
        ("x" * 1001, "A template has at most 1000 characters."),
        ("{{ " + "(" * 300 + "1" + ")" * 300 + " ~ " + "-" * 60 + "1 }}", "nested too deeply"),
        ("{{ " + "-" * 900 + "1 }}", "nested too deeply"),
        ("{{ a" + ".b" * 400 + " }}", "nested too deeply"),
        ("{{ 1e999 }}", "A number in the template is too large."),
        ("{{ 1" + "~1" * 400 + " }}", "at most 300 parts"),
    ],
)
def test_a_template_that_could_do_more_is_refused_with_the_reason(source, reason):
    with pytest.raises(TemplateRefused) as refused:
        compiled(source)

    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ 'a' * 1000000000 }}", "“a” is no number"),
        ("{{ [1] * 1000000000 }}", "is a list"),
        ("{{ name * 2 }}", "“Joust Bag” is no number"),
        ("{{ 1 / 0 }}", "divides by zero"),
        ("{{ 0 / 0 }}", "no number"),
        ("{{ '1e999999999' * 1 }}", "a number is too large"),
        ("{{ 99999999999 * 99999999999 }}", "a number is too large"),
        ("{{ none < 1 }}", "does not fit the values"),
        ("{{ items }}", "is a list"),
        ("{{ order }}", "is no single value"),
        ("{{ sold|date('%9999999d') }}", "“%9” is no part of a date"),
        ("{{ name|date }}", "“Joust Bag” is no date"),
        ("{{ name|round(99) }}", "is no number"),
        ("{{ weight|round(99) }}", "“99” is not between 0 and 10"),
        ("{{ long|truncate(1000) ~ long|truncate(9500) }}", "longer than 10000 characters"),
        ("{{ long ~ long }}", "longer than 100000 characters"),
        ("{{ long|replace('x', 'xx') }}", "longer than 100000 characters"),
        ("{{ [long, long]|join }}", "longer than 100000 characters"),
    ],
)
def test_a_value_that_cannot_be_written_is_refused_with_the_reason(source, reason):
    with pytest.raises(TemplateRefused) as refused:
        compiled(source).render(VALUES)

    assert reason in str(refused.value)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name['__class__'] }}",
        "{{ name.format }}",
        "{{ items.append }}{{ items.__len__ }}",
        "{{ order.keys }}{{ order.__init__.__globals__ }}",
        "{{ sold.tzinfo }}{{ weight.real }}",
        "{{ product.sku }}{{ product._meta }}{{ product.objects }}{{ product.save }}",
        "{{ lipsum }}{{ cycler }}{{ namespace }}{{ joiner }}{{ config }}{{ settings }}",
    ],
)
def test_a_template_reaches_nothing_but_the_values_it_is_given(source):
    assert compiled(source).render({**VALUES, "product": Product(sku="secret")}) == ""


def test_an_object_is_never_written():
    with pytest.raises(TemplateRefused, match="is no single value"):
        compiled("{{ product }}").render({"product": Product(sku="secret")})


def test_a_template_says_which_values_it_asks_for():
    template = compiled("{{ order.items[0].sku ~ a['b'] }}{% if x.y|join(z) %}{{ 1 }}{% endif %}")

    assert template.names == {"order.items.sku", "a.b", "x.y", "z"}


_PIECES = st.sampled_from([
    *"{}%()[]|.,~+-*/'\"=<>! \n\x00é1297", "{{", "}}", "{%", "%}", "{#", "#}", " if ", " else ",
    " endif ", " for ", " in ", " is ", " not ", " and ", "name", "long", "items", "order",
    "weight", "self", "__class__", "|upper", "|replace('x', 'xxxx')", "|join(long)",
    "|truncate(99999)", "|round(9)", "|date('%d')", "|default(long)", "[0]", "[::-1]", "1e99",
    "99999999999", "1e999", "* 1000000000", "~ long", "'a'", "{% raw %}", "{% endraw %}",
    "{% set x = 1 %}", "defined",
])  # fmt: skip
_INSIDE = st.lists(_PIECES, max_size=30).map("".join)
_SOURCES = st.one_of(
    _INSIDE,
    _INSIDE.map(lambda text: "{{ long" + text + " }}"),
    _INSIDE.map(lambda text: "{{ name" + text + " }}" + text),
    st.text(max_size=LONGEST_TEMPLATE + 1),
)


@example(source="{{ long" + "|replace('x', 'xxxxxxxx')" * 30 + " }}")
@example(source="{{ " + " ~ ".join(["long"] * 100) + " }}")
@example(source="{{ " + " in ".join(["long"] * 100) + " }}")
@example(source="{{ long[::-1]" + "|lower|title" * 60 + "|truncate(10) }}")
@example(source="{{ " + " * ".join(["99999999999999999999"] * 40) + " }}")
@example(source="{{ 'a'" + "|replace('a', 'aaaaaaaaaa')" * 30 + " }}")
@given(source=_SOURCES)
def test_any_text_is_refused_or_makes_a_bounded_text_in_bounded_time(source):
    began = time.process_time()

    text = _outcome(source)

    assert time.process_time() - began < MOST_SECONDS
    assert len(text) <= 500
    assert not text.startswith("REFUSED") or re.fullmatch(r"REFUSED .+\.", text)


def _outcome(source):
    try:
        return compiled(source).render(VALUES, longest=500)
    except TemplateRefused as refused:
        return f"REFUSED {refused}"
