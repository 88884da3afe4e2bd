"""Tracking links: what a template may be, and the link it gives for a number. Pure.

A link stands on pages and in mails, so it is a web address whatever the number holds, and the host
is the template's alone.
"""

import re
from urllib.parse import quote, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

NUMBER, ORDER = "{number}", "{order}"
_SAMPLE = "1234567890"
_LONGEST = 2000
_PLACES = re.compile(r"\{(number|order)\}")
# What a web address is made of (RFC 3986), without quotes.
_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]+")


def tracking_link(template: str, number: str, order: str = "") -> str:
    """Return a template's link for a tracking number; "" if that is no web address.

    The number and the order's number are quoted, whatever they hold.
    """
    values = {"number": number.strip(), "order": order}
    if not template or not values["number"]:
        return ""
    link = _PLACES.sub(lambda place: quote(values[place[1]], safe="", errors="replace"), template)
    return link if is_web_address(link) and _host(link) == _host(template) else ""


def is_web_address(text: str) -> bool:
    """Tell whether a text is an http or https address that can be shown as a link."""
    if len(text) > _LONGEST or not _ADDRESS.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def validate_link(template: str) -> None:
    """Raise ValidationError, with what to do, for a template that gives no link."""
    if unknown := [each for each in re.findall(r"\{[^{}]*\}?", template) if each not in _KNOWN]:
        raise ValidationError(
            _("“%(unknown)s” is unknown. Use %(number)s and %(order)s.")
            % {"unknown": unknown[0], "number": NUMBER, "order": ORDER},
            code="place",
        )
    if NUMBER not in template:
        raise ValidationError(
            _("Write %(number)s where the tracking number belongs.") % {"number": NUMBER},
            code="without_number",
        )
    if not tracking_link(template, _SAMPLE, _SAMPLE):
        raise ValidationError(
            _(
                "Enter an address that begins with https:// or http://, with %(number)s behind the"
                " host's name, and without blanks and quotes."
            )
            % {"number": NUMBER},
            code="address",
        )


def example_of(template: str) -> str:
    """Return the link for a made-up number; "" without a template."""
    return tracking_link(template, _SAMPLE, "000000012")


_KNOWN = (NUMBER, ORDER)


def _host(address: str) -> str:
    """Return the host of an address that may still have placeholders; "" if it has none."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""
