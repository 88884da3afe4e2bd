"""A tracking link is a web address on the template's host, or there is none."""

from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from orderflow_bridge.carriers.links import is_web_address, tracking_link, validate_link

TEMPLATE = "https://track.dpd.example/parcels/{number}"


def test_the_number_stands_where_its_place_is():
    assert tracking_link(TEMPLATE, "1550 2/3") == "https://track.dpd.example/parcels/1550%202%2F3"


def test_the_orders_number_may_stand_in_it_too():
    template = "https://t.example/?n={number}&o={order}"
    assert tracking_link(template, "15", "#12") == "https://t.example/?n=15&o=%2312"


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert({number})",
        "JaVaScRiPt:alert(1)//{number}",
        "data:text/html,{number}",
        "//track.example/{number}",
        "track.example/{number}",
        "https://{number}.example/",
        "https://{number}/",
        "https://shop@track.example/{number}",
        'https://track.example/{number}" onclick="x',
        "https://track.example/{number}'",
        "https://track.example/<b>{number}",
        "https://track.example/\n{number}",
        "https://track.example/ {number}",
        "https://track.example/\u2028{number}",
        "https://tr\u00e4ck.example/{number}",
        "https://[::1/{number}",
        "https://track.example/",
        "https://track.example/{number}/{postcode}",
        "https://track.example/{number.__class__}",
        "https://track.example/{number}{",
    ],
)
def test_a_template_that_gives_no_link_is_refused(template):
    with pytest.raises(ValidationError):
        validate_link(template)
    assert tracking_link(template.replace("{postcode}", ""), "1") in (
        "",
        "https://track.example/",
        "https://track.example/1/",
    )


def test_good_templates_are_accepted():
    for template in (
        TEMPLATE,
        "http://t.example/{number}#{order}",
        "https://t.example:8443/?{number}",
    ):
        validate_link(template)


@given(number=st.text(), order=st.text())
def test_whatever_the_number_holds_the_link_stays_on_its_host_and_needs_no_escaping(number, order):
    link = tracking_link("https://track.example/p/{number}?o={order}", number, order)

    if link:
        assert urlsplit(link).netloc == "track.example"
        assert is_web_address(link)
        assert not set(link) & set("\"'<>\\ \r\n")
    else:
        assert not number.strip() or len(number) + len(order) > 150


@given(template=st.text(), number=st.text(min_size=1))
def test_no_template_whatever_gives_anything_but_a_web_address(template, number):
    link = tracking_link(template, number)

    assert link == "" or link.startswith(("http://", "https://"))
