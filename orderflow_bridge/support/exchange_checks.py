"""How an installation stands, for the doctor: whose its database is, what is paused, who leaves."""

from collections.abc import Iterator
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.exchange.environment import why_copy
from orderflow_bridge.exchange.models import Direction
from orderflow_bridge.exchange.selectors import (
    environment,
    pauses_now,
    shop_zone,
    why_it_is_paused,
)
from orderflow_bridge.support.installation import Trouble

SOON = timedelta(days=14)


def name_of_environment() -> str:
    """Return the environment's name as people read it, with the database's where they differ."""
    found = environment()
    named = found.named or _("not named")
    remembered = found.remembered or _("not named")
    if not found.is_copy:
        return named
    return _("%(name)s; its database: %(other)s") % {"name": named, "other": remembered}


def environments() -> Iterator[Trouble]:
    """Find that the database is another installation's than the one that is started."""
    found = environment()
    if found.is_copy:
        adopt = f"run manage.py adopt --as {found.named}" if found.named else "name it and adopt it"
        yield Trouble(
            "BRIDGE_ENVIRONMENT",
            why_copy(found),
            f"Start it as BRIDGE_ENVIRONMENT={found.remembered or 'live'} if the database is its"
            f" own; if it is a copy, {adopt}.",
            True,
        )


def pauses() -> Iterator[Trouble]:
    """Tell of each pause: what, by whom, since when and until when."""
    zone = shop_zone()
    for each in pauses_now():
        since = f"{each.since.astimezone(zone):%Y-%m-%d %H:%M}"
        yield Trouble(
            f"pause of {Direction(each.direction).label.lower()}",
            f"Since {since}: {why_it_is_paused(each)}",
            "Run manage.py resume once it is over, or open System → Pauses.",
        )


def endings() -> Iterator[Trouble]:
    """Tell of each user who may still sign in and whose access ends soon."""
    now, zone = clock.now(), shop_zone()
    leaving = User.objects.filter(
        is_active=True, access_end__ends_at__gt=now, access_end__ends_at__lte=now + SOON
    )
    ends = leaving.order_by("access_end__ends_at", "username")
    for name, ends_at in ends.values_list("username", "access_end__ends_at"):
        last = (ends_at - timedelta(seconds=1)).astimezone(zone)
        yield Trouble(
            f"access of {name}",
            f"The last day of {name}'s access is {last:%Y-%m-%d}: then sign-in, sessions and tokens"
            " end.",
            "If it is to go on, enter a later Last Day of Access under System → Users.",
        )
