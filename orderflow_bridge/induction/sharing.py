"""Links by which OrderFlow's administrator reads a website's checklist without a sign-in.

A link's key is signed and says only which row it stands for; the row says until when it is good,
and whether somebody has revoked it. What is shown holds no secret (installation.py).
"""

from datetime import datetime, timedelta

from django.core import signing
from django.db.models import QuerySet

from orderflow_bridge.common import clock
from orderflow_bridge.induction.models import SharedLink
from orderflow_bridge.stores.models import Website

_SALT = "orderflow_bridge.induction.link"
LONGEST_DAYS = 90
LONGEST_KEY = 200


class LinkOver(Exception):
    """The link was good once: it has expired, or was revoked."""


def share(website: Website, *, recipient: str, days: int, by: str) -> SharedLink:
    """Make a link that is good for so many days. `by` is the user who sends it."""
    now = clock.now()
    return SharedLink.objects.create(
        website_id=website.pk,
        recipient=recipient,
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=min(days, LONGEST_DAYS)),
    )


def key_of(link: SharedLink) -> str:
    """Return the last part of a link's address. Nobody makes one without the secret key."""
    return signing.Signer(salt=_SALT).sign(_named(link))


def open_link(key: str) -> SharedLink | None:
    """Return the link of a key, and note that it was opened; None for one that nobody made.

    Raises LinkOver for one that has expired or was revoked.
    """
    try:
        name = signing.Signer(salt=_SALT).unsign(key[:LONGEST_KEY])
        number = int(name.partition("-")[0])
    except (signing.BadSignature, ValueError):
        return None
    found = SharedLink.objects.select_related("website").filter(pk=number).first()
    # A number that another database has given out, before a restore for example, is not this one.
    if found is None or _named(found) != name:
        return None
    now = clock.now()
    if found.revoked_at is not None or found.expires_at <= now:
        raise LinkOver
    SharedLink.objects.filter(pk=found.pk).update(opened_at=now)
    return found


def good_links(website: Website, now: datetime) -> QuerySet[SharedLink]:
    """Return the links to a website's checklist that can be opened."""
    links = SharedLink.objects.filter(website_id=website.pk, revoked_at=None)
    return links.filter(expires_at__gt=now)


def revoke(website: Website, *, by: str) -> int:
    """End all links to a website's checklist at once; return how many were good until now."""
    now = clock.now()
    return good_links(website, now).update(revoked_at=now, revoked_by=by)


def _named(link: SharedLink) -> str:
    return f"{link.pk}-{int(link.created_at.timestamp())}"
